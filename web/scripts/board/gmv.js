// The great sum counts up between two figures, and never shows more than is true.

import { first } from "./turns.js";
import { set, sum, write } from "./write.js";

const SLOWEST_MS = 900;
/** News that comes sooner is shown as it comes. */
const QUICKEST_MS = 120;
/** So often it shows another number while it counts: as often as the eye follows from afar. */
const STEP_MS = 60;

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

  const show = () => {
    const text = sum(shown, pattern);
    write(figure, text);
    set(figure, "data-length", String(text.length));
  };
  const count = () => {
    const passed = still.matches || to < shown || span === 0 ? 1 : Math.min(1, (performance.now() - begun) / span);
    shown = passed >= 1 ? to : Math.floor(from + (to - from) * passed);
    show();
    isCounting = passed < 1;
    if (isCounting) setTimeout(() => first("gmv", count), STEP_MS);
  };

  return {
    /**
     * So much is true now.
     * @param {number} value
     */
    reach(value) {
      if (value === to) return;
      const now = performance.now();
      span = now - begun < QUICKEST_MS ? 0 : Math.min(SLOWEST_MS, now - begun);
      [from, to, begun] = [shown, value, now];
      if (!isCounting) first("gmv", count);
      isCounting = true;
    },
  };
}
