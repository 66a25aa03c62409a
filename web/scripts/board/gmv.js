// The great sum counts up between two figures, and never shows more than is true.

import { sum, write } from "./write.js";

const SLOWEST_MS = 900;
const QUICKEST_MS = 120;

/**
 * @param {HTMLElement} board
 * @param {import("./write.js").Pattern} pattern
 */
export function startCounting(board, pattern) {
  const figure = board.querySelector("[data-gmv]");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let shown = figure instanceof HTMLElement ? Number(figure.dataset.value) : 0;
  let [from, to, begun, span] = [shown, shown, 0, 1];
  let isCounting = false;

  const show = (/** @type {number} */ value) => {
    shown = value;
    const text = sum(value, pattern);
    write(figure, text);
    const length = String(text.length);
    if (figure instanceof HTMLElement && figure.dataset.length !== length) figure.dataset.length = length;
  };
  const count = (/** @type {number} */ now) => {
    const passed = Math.min(1, (now - begun) / span);
    show(passed >= 1 ? to : Math.floor(from + (to - from) * passed));
    isCounting = passed < 1;
    if (isCounting) requestAnimationFrame(count);
  };

  return {
    /**
     * So much is true now.
     * @param {number} value
     */
    reach(value) {
      if (value === to) return;
      const now = performance.now();
      span = Math.max(QUICKEST_MS, Math.min(SLOWEST_MS, now - begun));
      [from, to, begun] = [shown, value, now];
      if (still.matches || value < shown) return show(value);
      if (!isCounting) requestAnimationFrame(count);
      isCounting = true;
    },
  };
}
