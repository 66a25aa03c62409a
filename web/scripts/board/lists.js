// What sells best, and what became of deals. The lines that are there are kept; of each only what differs is written, a line in its turn.

import { inTurn } from "./turns.js";
import { filled, fit, hide, listed, make, meter, nameOf, one, parts, percent, set, sum, time, write } from "./write.js";

/**
 * Beside an empty list stands a sentence.
 * @param {HTMLElement} list
 */
function explain(list) {
  const none = list.nextElementSibling;
  if (none?.classList.contains("top-none")) hide(none, list.childElementCount > 0);
}

/**
 * @param {HTMLElement} board
 * @param {import("./write.js").Pattern} pattern
 * @param {string} kind
 * @param {import("./stream.js").Ranked[]} ranked
 */
export function drawTop(board, pattern, kind, ranked) {
  const list = one(board, `[data-top="${kind}"]`);
  if (!(list instanceof HTMLElement)) return;
  const shown = ranked.slice(0, listed(list));
  const most = shown[0]?.amount ?? 0;
  fit(list, shown.length, topLine);
  explain(list);
  shown.forEach((it, place) => {
    inTurn(`${kind} ${place}`, () => {
      const [name, amount, bar] = parts(list, place);
      write(name, nameOf(it.name, it.id));
      write(amount, sum(it.amount, pattern));
      set(bar?.lastElementChild, "points", filled(percent(it.amount, most)));
    });
  });
}

function topLine() {
  const line = document.createElement("li");
  line.append(make("span", "top-name", ""), make("b", "top-sum", ""), meter(0));
  return line;
}

/**
 * @param {HTMLElement} board
 * @param {import("./stream.js").Standings} standings
 */
export function drawTicker(board, standings) {
  write(one(board, "[data-open-deals]"), String(standings.open_deals));
  const list = one(board, "[data-ticker]");
  if (!(list instanceof HTMLElement)) return;
  // Under a finger or a pointer no link becomes another.
  if (list.matches(":hover, :focus-within")) return;
  const shown = standings.happenings.slice(0, listed(list));
  fit(list, shown.length, tickerLine);
  explain(list);
  shown.forEach((it, place) => inTurn(`ticker ${place}`, () => drawHappening(board, list, it, place)));
}

/**
 * @param {HTMLElement} board
 * @param {HTMLElement} list
 * @param {import("./stream.js").Happening} it
 * @param {number} place
 */
function drawHappening(board, list, it, place) {
  const [at, what, deal] = parts(list, place);
  set(list.children[place], "data-what", it.what);
  write(at, time(board, Date.parse(it.at)));
  write(what, list.dataset[it.what] ?? "");
  write(deal, nameOf(it.name, it.deal));
  set(deal, "href", `/deals/${encodeURIComponent(it.deal)}`);
}

function tickerLine() {
  const line = document.createElement("li");
  line.append(make("time", "", ""), make("span", "ticker-what", ""), make("a", "", ""));
  return line;
}
