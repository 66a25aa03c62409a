// The board: whenever the stream says that something changed, the figures are asked for again,
// as the server writes them, so that there is one way to write an amount.

import { startClocks } from "../ground/clock.js";

const SPACING_MS = 100;
const AGAIN_MS = 2000;

let asking = false;
let changed = false;

startClocks();
followBoard();

/** Follows the stream of the board for as long as the page is seen. */
function followBoard() {
  /** @type {EventSource | undefined} */
  let stream;
  const open = () => {
    if (document.hidden || (stream && stream.readyState !== EventSource.CLOSED)) return;
    stream = new EventSource("/v1/board/stream");
    stream.addEventListener("open", () => live(true));
    stream.addEventListener("board", refresh);
    stream.addEventListener("message", refresh);
    stream.addEventListener("error", () => {
      live(false);
      // EventSource comes back by itself from a broken line, but not from a refusal such as 429.
      if (stream?.readyState === EventSource.CLOSED) setTimeout(open, AGAIN_MS + Math.random() * AGAIN_MS);
    });
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      stream?.close();
    } else {
      refresh();
      open();
    }
  });
  open();
}

/** Takes the newest figures; while they are under way, remembers that there are newer ones. */
async function refresh() {
  changed = true;
  if (asking) return;
  asking = true;
  while (changed && !document.hidden) {
    changed = false;
    await take();
    await new Promise((resume) => setTimeout(resume, SPACING_MS));
  }
  asking = false;
}

async function take() {
  try {
    const answer = await fetch("/board/figures", { cache: "no-store" });
    const figures = document.getElementById("board-figures");
    if (answer.ok && figures) figures.innerHTML = await answer.text();
  } catch {
    live(false);
  }
}

/** @param {boolean} is */
function live(is) {
  document.querySelector("[data-board-live]")?.toggleAttribute("data-live", is);
}
