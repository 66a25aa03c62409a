// What sells best, and what became of deals. A list is made anew only when it says something else.

import { make, meter, nameOf, one, percent, sum, time, write } from "./write.js";

/**
 * Puts in what a list says now, if that is something else; an empty list leaves the sentence beside it.
 * @param {Element | null} list
 * @param {string} says
 * @param {() => HTMLElement[]} lines
 */
function fill(list, says, lines) {
  if (!(list instanceof HTMLElement) || list.dataset.says === says) return;
  list.dataset.says = says;
  list.replaceChildren(...lines());
  const none = list.nextElementSibling;
  if (none instanceof HTMLElement && none.classList.contains("top-none")) none.hidden = list.childElementCount > 0;
}

/**
 * @param {HTMLElement} board
 * @param {import("./write.js").Pattern} pattern
 * @param {string} kind
 * @param {import("./stream.js").Ranked[]} ranked
 */
export function drawTop(board, pattern, kind, ranked) {
  const list = one(board, `[data-top="${kind}"]`);
  const shown = ranked.slice(0, listed(list));
  const most = shown[0]?.amount ?? 0;
  fill(list, JSON.stringify(shown), () =>
    shown.map((it) => {
      const line = document.createElement("li");
      line.append(make("span", "top-name", nameOf(it.name, it.id)), make("b", "top-sum", sum(it.amount, pattern)), meter(percent(it.amount, most)));
      return line;
    }),
  );
}

/**
 * How many lines a list has.
 * @param {Element | null} list
 */
function listed(list) {
  return list instanceof HTMLElement ? Number(list.dataset.listed) : 0;
}

/**
 * @param {HTMLElement} board
 * @param {import("./stream.js").Standings} standings
 */
export function drawTicker(board, standings) {
  const list = one(board, "[data-ticker]");
  const shown = standings.happenings.slice(0, listed(list));
  const words = list instanceof HTMLElement ? list.dataset : {};
  fill(list, JSON.stringify(shown), () =>
    shown.map((it) => {
      const line = document.createElement("li");
      line.dataset.what = it.what;
      const link = make("a", "", nameOf(it.name, it.deal));
      link.setAttribute("href", `/deals/${encodeURIComponent(it.deal)}`);
      line.append(make("time", "", time(board, Date.parse(it.at))), make("span", "ticker-what", words[it.what] ?? ""), link);
      return line;
    }),
  );
  write(one(board, "[data-open-deals]"), String(standings.open_deals));
}
