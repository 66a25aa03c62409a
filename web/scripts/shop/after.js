// What the pages after the purchase do more where there is script: nothing depends on it.

/** A receipt can be printed by a button; without script the browser's own menu does. */
export function offerPrints() {
  for (const button of document.querySelectorAll("button[data-prints]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
