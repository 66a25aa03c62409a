// The wall: its clock, whether the line is open, and the full screen.

import { serverNow } from "../ground/clock.js";
import { first } from "./turns.js";
import { time, write, writeOver } from "./write.js";

/** @param {HTMLElement} board */
export function startWall(board) {
  const clock = startClock(board);
  offerFullScreen(board);
  const sign = board.querySelector("[data-live]");
  let wasLive = true;
  return {
    /**
     * So late it is at the server.
     * @param {number} now
     */
    at(now) {
      clock.set(now);
    },

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

/**
 * The clock of the wall; that of a replay runs as fast as its dial.
 * @param {HTMLElement} board
 */
function startClock(board) {
  const clock = board.querySelector("[data-wall-clock]");
  const speed = board.dataset.speed === undefined ? undefined : Number(board.dataset.speed);
  let [shown, set] = [serverNow(), performance.now()];
  const now = () => (speed === undefined ? serverNow() : shown + (performance.now() - set) * speed);
  const tick = () => {
    first("clock", () => writeOver(clock, time(board, now())));
    setTimeout(tick, 1000 - (serverNow() % 1000) + 5);
  };
  tick();
  return {
    /** @param {number} at */
    set(at) {
      [shown, set] = [at, performance.now()];
    },
  };
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
