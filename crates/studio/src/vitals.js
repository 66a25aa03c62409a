() => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
  const wrong = [];
  for (const image of document.images) {
    const address = image.getAttribute("src") ?? "";
    const below = image.getBoundingClientRect().top > 2 * innerHeight;
    if (below && image.loading !== "lazy") wrong.push(`${address} does not wait until it is needed`);
    if (!image.hasAttribute("width") || !image.hasAttribute("height")) wrong.push(`${address} has no size`);
  }
  return { paint, wrong: wrong.slice(0, 5) };
}
