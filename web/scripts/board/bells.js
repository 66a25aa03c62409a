// The next bell, and the round sums that were passed.

import { filled, make, one, percent, renew, roundSum, set, took, write, writeOver } from "./write.js";

const MARKS_TOLD = 4;

/**
 * @param {HTMLElement} board
 * @param {import("./write.js").Pattern} pattern
 * @param {import("./stream.js").Standings} standings
 * @param {number} paid
 */
export function drawMarks(board, pattern, standings, paid) {
  const list = one(board, "[data-marks]");
  const marks = standings.marks.slice(-MARKS_TOLD);
  const told = marks.map(({ amount }) => amount).join();
  if (list instanceof HTMLElement && list.dataset.told !== told) {
    list.dataset.told = told;
    list.replaceChildren(
      ...marks.map((mark) => {
        const line = document.createElement("li");
        line.append(make("span", "mark-sum", roundSum(board, mark.amount, pattern)), make("b", "", took(board, mark.after_ms)));
        return line;
      }),
    );
  }
  const share = Math.max(0, Math.min(100, percent(paid, standings.next_mark)));
  write(one(board, "[data-next-mark]"), roundSum(board, standings.next_mark, pattern));
  writeOver(one(board, "[data-next-share]"), `${share}%`);
  set(one(board, "[data-next-bar]"), "points", filled(share));
}

let isAsking = false;

/**
 * When another bell is the next one, its words are taken as the server writes them now.
 * @param {HTMLElement} board
 * @param {import("./stream.js").Standings} standings
 */
export async function drawBells(board, standings) {
  const shown = one(board, ".bells-clock");
  const next = standings.next_bell === null ? undefined : String(Date.parse(standings.next_bell));
  if (!(shown instanceof HTMLElement) || shown.dataset.nextBell === next || isAsking) return;
  isAsking = true;
  try {
    await renew(board, "/board/bells", ".bells-clock");
  } catch {
    // Offline: the next news tries again.
  }
  isAsking = false;
}
