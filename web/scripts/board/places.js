// Where parcels go: hatching and ranks of both maps, and their lists.

import { inTurn } from "./turns.js";
import { draw, fit, listed, make, one, parts, percent, set, sum, write } from "./write.js";

const RANKED = 5;

/**
 * @param {HTMLElement} board
 * @param {string} name
 * @param {import("./stream.js").PlaceSum[]} sums
 */
export function drawMap(board, name, sums) {
  const known = sums.filter(({ place, amount }) => place !== "" && amount > 0);
  inTurn(`${name} ranks`, () => drawRanks(board, name, known));
  const most = Math.max(0, ...known.map(({ amount }) => amount));
  for (const { place, amount } of known) {
    set(outline(board, name, place), "fill", `url(#hatch-${level(amount, most)})`);
  }
}

/**
 * @param {HTMLElement} board
 * @param {string} name
 * @param {import("./stream.js").PlaceSum[]} known
 */
function drawRanks(board, name, known) {
  const ranks = one(board, `[data-map="${name}"] [data-ranks]`);
  if (!ranks) return;
  const ranked = known.slice(0, RANKED);
  fit(ranks, ranked.length, () => draw("text", {}));
  ranked.forEach(({ place }, before) => rank(ranks, before, outline(board, name, place)));
}

/**
 * An outline of a map; nothing where the map is too small for it.
 * @param {HTMLElement} board
 * @param {string} name
 * @param {string} place
 */
function outline(board, name, place) {
  return one(board, `[data-map="${name}"] [data-place="${CSS.escape(place)}"]`);
}

/**
 * The rank behind so many others stands in the middle of its place; nowhere where the map is too small for it.
 * @param {Element} ranks
 * @param {number} before
 * @param {Element | null} place
 */
function rank(ranks, before, place) {
  const text = ranks.children[before] ?? null;
  const isDrawn = place instanceof SVGElement;
  if (isDrawn) set(text, "x", place.dataset.x ?? "0");
  if (isDrawn) set(text, "y", place.dataset.y ?? "0");
  write(text, isDrawn ? String(before + 1) : "");
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
  const shown = sums.slice(0, listed(list));
  list.querySelector(".places-none")?.remove();
  fit(list, shown.length, placeLine);
  shown.forEach(({ place, amount }, before) => {
    inTurn(`${name} ${before}`, () => {
      const [called, share, paid] = parts(list, before);
      write(called, nameOfPlace(board, place));
      write(share, `${percent(amount, whole)}%`);
      write(paid, sum(amount, pattern));
    });
  });
}

function placeLine() {
  const line = document.createElement("li");
  line.append(make("span", "place-name", ""), make("span", "place-share", ""), make("b", "place-sum", ""));
  return line;
}

/**
 * @param {HTMLElement} board
 * @param {string} place
 */
function nameOfPlace(board, place) {
  if (place === "") return board.dataset.unknown ?? "";
  const known = one(board, `[data-place="${CSS.escape(place)}"]`);
  return (known instanceof SVGElement ? known.dataset.name : undefined) ?? nameOfCountry(place);
}

/** @type {Intl.DisplayNames | undefined} */
let names;

/**
 * A country that is too small for the map.
 * @param {string} code
 */
function nameOfCountry(code) {
  try {
    names ??= new Intl.DisplayNames(document.documentElement.lang, { type: "region", style: "short" });
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}
