() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const words = node.data.trim();
    const quiet = node.parentElement.closest("script, style, time, code, svg, .sr-only, [hidden]");
    if (quiet || !/[가-힣]/.test(words)) continue;
    node.data = node.data.trimEnd() + words.slice(-Math.ceil(words.length * 0.3));
  }
}
