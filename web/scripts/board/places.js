// Where parcels go: hatching and ranks of both maps, and their lists.

import { draw, make, one, percent, sum } from "./write.js";

const RANKED = 5;

/**
 * @param {HTMLElement} board
 * @param {string} name
 * @param {import("./stream.js").PlaceSum[]} sums
 */
export function drawMap(board, name, sums) {
  const map = one(board, `[data-map="${name}"]`);
  if (!map) return;
  const known = sums.filter(({ place }) => place !== "");
  const most = Math.max(0, ...known.map(({ amount }) => amount));
  for (const { place, amount } of known) {
    const fill = `url(#hatch-${level(amount, most)})`;
    const outline = map.querySelector(`[data-place="${CSS.escape(place)}"]`);
    if (outline && amount > 0 && outline.getAttribute("fill") !== fill) outline.setAttribute("fill", fill);
  }
  const ranked = known.slice(0, RANKED);
  const ranks = map.querySelector("[data-ranks]");
  const says = ranked.map(({ place }) => place).join();
  if (!(ranks instanceof SVGElement) || ranks.dataset.says === says) return;
  ranks.dataset.says = says;
  ranks.replaceChildren(...ranked.flatMap(({ place }, before) => rank(map, place, before + 1)));
}

/**
 * The rank of a place, in its middle; nothing where the map is too small for it.
 * @param {Element} map
 * @param {string} place
 * @param {number} rank
 */
function rank(map, place, rank) {
  const outline = map.querySelector(`[data-place="${CSS.escape(place)}"]`);
  if (!(outline instanceof SVGElement)) return [];
  const text = draw("text", { x: outline.dataset.x ?? 0, y: outline.dataset.y ?? 0 });
  text.textContent = String(rank);
  return [text];
}

/**
 * How much of a place is filled, of five steps.
 * @param {number} amount
 * @param {number} most
 */
function level(amount, most) {
  const share = percent(amount, most);
  return 1 + [10, 25, 50, 75].filter((step) => share >= step).length;
}

/**
 * @param {HTMLElement} board
 * @param {import("./write.js").Pattern} pattern
 * @param {string} name
 * @param {import("./stream.js").PlaceSum[]} sums
 * @param {number} whole
 */
export function drawPlaces(board, pattern, name, sums, whole) {
  const list = one(board, `[data-places="${name}"]`);
  if (!(list instanceof HTMLElement) || sums.length === 0) return;
  const shown = sums.slice(0, Number(list.dataset.listed));
  const says = JSON.stringify([shown, whole]);
  if (list.dataset.says === says) return;
  list.dataset.says = says;
  list.replaceChildren(
    ...shown.map(({ place, amount }) => {
      const line = document.createElement("li");
      const outline = place && board.querySelector(`[data-place="${CSS.escape(place)}"]`);
      const known = outline instanceof SVGElement ? outline.dataset.name : undefined;
      const said = place === "" ? board.dataset.unknown : (known ?? nameOfCountry(place));
      line.append(make("span", "place-name", said ?? place), make("span", "place-share", `${percent(amount, whole)}%`), make("b", "place-sum", sum(amount, pattern)));
      return line;
    }),
  );
}

/**
 * A country that is too small for the map.
 * @param {string} code
 */
function nameOfCountry(code) {
  try {
    return new Intl.DisplayNames(document.documentElement.lang, { type: "region", style: "short" }).of(code) ?? code;
  } catch {
    return code;
  }
}
