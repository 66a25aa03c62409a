(selector) => {
  const found = document.querySelector(selector);
  const wanted = found instanceof HTMLLabelElement ? found.control : found;
  const at = document.activeElement;
  const nowhere = !at || at === document.body || at.id === "main";
  const group = wanted?.type === "radio" && at?.type === "radio" && wanted.name === at.name;
  // Where a field is drawn by its label, so is its focus.
  const drawn = nowhere ? [] : [at, at.closest("label"), at.nextElementSibling, at.parentElement];
  const shows = (element) => {
    if (!element) return false;
    const style = getComputedStyle(element);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== "none";
  };
  return {
    exists: Boolean(wanted),
    there: Boolean(wanted) && wanted === at,
    beside: Boolean(group) && wanted !== at,
    chosen: Boolean(group) && wanted === at && wanted.checked,
    visible: nowhere || drawn.some(shows),
    name: nowhere ? "" : `${at.localName} ${(at.textContent || at.name || at.id || "").trim().slice(0, 40)}`,
  };
}
