(width) => {
  const wrong = [];
  const name = (element) => {
    const words = (element.textContent || element.getAttribute("aria-label") || "").trim().replace(/\s+/g, " ");
    const marks = element.id ? `#${element.id}` : [...element.classList].map((word) => `.${word}`).join("");
    return `${element.localName}${marks} "${words.slice(0, 30)}"`;
  };
  const beyond = document.documentElement.scrollWidth - width;
  if (beyond > 0) {
    const widest = [...document.body.querySelectorAll("*")].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.right > width + 0.5 && box.width > 0;
    });
    wrong.push(`the page is ${beyond} px too wide: ${widest.slice(-2).map(name).join(", ")}`);
  }
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  for (const element of document.querySelectorAll("button, a.button, .button, summary, th, label, h1, h2, h3")) {
    const style = getComputedStyle(element);
    const cuts = style.overflowX !== "visible" && style.textOverflow !== "ellipsis" && element.clientWidth > 1;
    if (seen(element) && !element.closest(".sr-only") && cuts && element.scrollWidth > element.clientWidth + 1) wrong.push(`cut off: ${name(element)}`);
  }
  // What floats over the page on purpose is left out, and so are fields that a label stands for.
  const floats = (element) => {
    for (let at = element; at; at = at.parentElement) if (/fixed|sticky/.test(getComputedStyle(at).position)) return true;
    return false;
  };
  const targets = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
    .filter((element) => seen(element) && !element.closest("[inert], .sr-only") && !floats(element))
    .map((element) => ({ element, boxes: [...element.getClientRects()].filter((box) => box.width > 2 && box.height > 2) }))
    .filter(({ element, boxes }) => boxes.length > 0 && getComputedStyle(element).clipPath === "none");
  const meet = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
  // A button that a field leaves room for, such as that of a search.
  const within = (field, button) =>
    field.localName === "input" && button.localName === "button" && field.form === button.form
    && parseFloat(getComputedStyle(field).paddingRight) + 2 >= button.getBoundingClientRect().width;
  for (const [place, one] of targets.entries()) {
    for (const other of targets.slice(place + 1)) {
      const kin = one.element.contains(other.element) || other.element.contains(one.element);
      if (kin || within(one.element, other.element) || !one.boxes.some((a) => other.boxes.some((b) => meet(a, b)))) continue;
      wrong.push(`${name(one.element)} and ${name(other.element)} lie over each other`);
    }
  }
  return wrong;
}
