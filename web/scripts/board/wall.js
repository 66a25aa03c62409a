// The wall: its clock, whether the line is open, and the full screen.

import { serverNow } from "../ground/clock.js";
import { time, write } from "./write.js";

/** @param {HTMLElement} board */
export function startWall(board) {
  startClock(board);
  offerFullScreen(board);
  const sign = board.querySelector("[data-live]");
  let wasLive = true;
  return {
    /**
     * The line is open, or was lost now.
     * @param {boolean} is
     */
    live(is) {
      if (!(sign instanceof HTMLElement)) return;
      if (is) write(sign.querySelector("[data-live-words]"), sign.dataset.liveNow ?? "");
      else if (wasLive) write(sign.querySelector("[data-live-words]"), (sign.dataset.liveLost ?? "").replace("{moment}", time(board, serverNow())));
      sign.dataset.live = is ? "yes" : "no";
      wasLive = is;
    },
  };
}

/** @param {HTMLElement} board */
function startClock(board) {
  const clock = board.querySelector("[data-wall-clock]");
  const tick = () => {
    const now = serverNow();
    write(clock, time(board, now));
    setTimeout(tick, 1000 - (now % 1000) + 5);
  };
  tick();
}

/**
 * A button, and F, where the browser allows it.
 * @param {HTMLElement} board
 */
function offerFullScreen(board) {
  const button = board.querySelector("[data-full]");
  if (!(button instanceof HTMLElement) || !document.fullscreenEnabled) return;
  const turn = () => (document.fullscreenElement ? document.exitFullscreen() : board.requestFullscreen()).catch(() => {});
  button.hidden = false;
  button.addEventListener("click", turn);
  document.addEventListener("keydown", (event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
    if (isPlain && event.code === "KeyF" && !event.repeat) turn();
  });
}
