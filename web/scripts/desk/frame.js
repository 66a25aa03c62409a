// The desk's frame: menus close by Escape and by a click elsewhere; what can be printed is.

/** Folds that lie over the page close when one leaves them. */
export function closeMenus() {
  /** @param {(menu: HTMLDetailsElement) => boolean} left */
  const close = (left) => {
    for (const menu of document.querySelectorAll("details.desk-me, .desk-more details")) {
      if (menu instanceof HTMLDetailsElement && menu.open && left(menu)) menu.open = false;
    }
  };
  document.addEventListener("click", ({ target }) => close((menu) => target instanceof Node && !menu.contains(target)));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    close((menu) => {
      if (menu.contains(document.activeElement)) menu.querySelector("summary")?.focus();
      return true;
    });
  });
}

/** Buttons that print the page. */
export function offerPrinting() {
  for (const button of document.querySelectorAll("button[data-prints]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}
