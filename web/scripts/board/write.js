// How the board writes sums, counts and moments: digit by digit as the server does, from the pieces that the page carries.

import { shape } from "../ground/clock.js";

/** @typedef {{before: string, after: string, digits: number}} Pattern */

/**
 * What stands around the digits of a sum.
 * @param {HTMLElement} element
 * @returns {Pattern}
 */
export function readPattern(element) {
  const { before = "", after = "", digits = "0" } = element.dataset;
  return { before, after, digits: Number(digits) };
}

/**
 * An amount of whole minor units.
 * @param {number} minor
 * @param {Pattern} pattern
 */
export function sum(minor, { before, after, digits }) {
  const text = String(Math.abs(Math.trunc(minor))).padStart(digits + 1, "0");
  const whole = grouped(text.slice(0, text.length - digits));
  const part = digits > 0 ? `.${text.slice(-digits)}` : "";
  return `${minor < 0 ? "−" : ""}${before}${whole}${part}${after}`;
}

/**
 * A count, with its thousands parted.
 * @param {number} number
 */
export function count(number) {
  return grouped(String(Math.trunc(number)));
}

/** @param {string} digits */
function grouped(digits) {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

/**
 * A round sum in words: 10억 원, ₩10亿, ₩1 billion.
 * @param {HTMLElement} board
 * @param {number} minor
 * @param {Pattern} pattern
 */
export function roundSum(board, minor, { before, after, digits }) {
  const units = Math.trunc(minor / 10 ** digits);
  const scales = (board.dataset.scales ?? "").split("|").map((scale) => {
    const [number = "1", word = ""] = scale.split(":");
    return { number: Number(number), word };
  });
  const fitting = scales.find(({ number }) => units >= number);
  const said = fitting ? count(units / fitting.number) + fitting.word : count(units);
  const space = document.documentElement.lang === "ko" && before === "" ? " " : "";
  return `${before}${said}${space}${after}`;
}

/**
 * How long something took.
 * @param {HTMLElement} board
 * @param {number} ms
 */
export function took(board, ms) {
  if (ms >= 600000) return clock(Math.ceil(ms / 1000));
  const seconds = `${Math.floor(ms / 1000)}.${Math.floor((ms % 1000) / 100)}`;
  return (board.dataset.seconds ?? "{seconds}").replace("{seconds}", seconds);
}

/**
 * A span as a clock, without days.
 * @param {number} seconds
 */
export function clock(seconds) {
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}

/** @type {Intl.DateTimeFormat | undefined} */
let format;

/**
 * A time of day in the festival's zone.
 * @param {HTMLElement} board
 * @param {number} at
 */
export function time(board, at) {
  format ??= new Intl.DateTimeFormat("en-GB", {
    timeZone: board.dataset.zone ?? "UTC",
    hourCycle: "h23",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  return format.format(at);
}

/**
 * A name of the catalogue in the page's language, else in English, else in whichever comes first.
 * @param {Record<string, string>} names
 * @param {string} id
 */
export function nameOf(names, id) {
  return names[document.documentElement.lang] ?? names["en"] ?? Object.values(names)[0] ?? id;
}

/** @type {Map<string, Element>} */
const found = new Map();

/**
 * The first element of the board that fits; it is looked for once.
 * @param {HTMLElement} board
 * @param {string} selector
 */
export function one(board, selector) {
  const known = found.get(selector);
  if (known?.isConnected) return known;
  const element = board.querySelector(selector);
  if (element) found.set(selector, element);
  return element;
}

/**
 * Takes an element anew, as the server writes it now at an address.
 * @param {HTMLElement} board
 * @param {string} address
 * @param {string} selector
 * @throws when the server is out of reach
 */
export async function renew(board, address, selector) {
  const answer = await fetch(address, { cache: "no-store" });
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(selector);
  if (fresh) board.querySelector(selector)?.replaceWith(fresh);
}

/** So many changes is a line that comes or goes. */
const LINE_CHANGES = 3;
/** How often something differed from what stood there. */
let changed = 0;

/** How often something was changed since the page is there. */
export function changes() {
  return changed;
}

/**
 * Sets an attribute where it differs.
 * @param {Element | null | undefined} element
 * @param {string} name
 * @param {string} value
 */
export function set(element, name, value) {
  if (!element || element.getAttribute(name) === value) return;
  changed += 1;
  element.setAttribute(name, value);
}

/**
 * Hides an element, or shows it.
 * @param {Element | null | undefined} element
 * @param {boolean} is
 */
export function hide(element, is) {
  if (!(element instanceof HTMLElement) || element.hidden === is) return;
  changed += 1;
  element.hidden = is;
}

/**
 * Writes a text where it differs.
 * @param {Element | null | undefined} element
 * @param {string} text
 */
export function write(element, text) {
  if (!element || element.textContent === text) return;
  changed += 1;
  // The node that is there is kept: one that is replaced is laid out from scratch.
  const node = element.firstChild;
  if (node instanceof Text && element.childNodes.length === 1) node.data = text;
  else element.textContent = text;
}

/**
 * Writes a number that lies over its shape, where it differs. The shape is the number without its digits' worth: as long as
 * it is the same, the number keeps its room and nothing else is laid out.
 * @param {Element | null | undefined} element
 * @param {string} text
 */
export function writeOver(element, text) {
  set(element, "data-shape", shape(text));
  write(element?.firstElementChild, text);
}

/**
 * A share in whole percent, rounded down.
 * @param {number} part
 * @param {number} whole
 */
export function percent(part, whole) {
  return whole > 0 ? Math.floor((part * 100) / whole) : 0;
}

/**
 * An element of a class with a text.
 * @param {string} tag
 * @param {string} name
 * @param {string} text
 */
export function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.textContent = text;
  return element;
}

/**
 * How many lines a list shows.
 * @param {HTMLElement} list
 */
export function listed(list) {
  return Number(list.dataset.listed);
}

/**
 * A list has so many lines, of this make.
 * @param {Element} list
 * @param {number} count
 * @param {() => Element} line
 */
export function fit(list, count, line) {
  // Another line moves all that lies beside and below it.
  changed += LINE_CHANGES * Math.abs(list.childElementCount - count);
  while (list.childElementCount > count) list.lastElementChild?.remove();
  while (list.childElementCount < count) list.append(line());
}

/**
 * What a line of a list is made of.
 * @param {HTMLElement} list
 * @param {number} place
 */
export function parts(list, place) {
  return [...(list.children[place]?.children ?? [])];
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element of SVG.
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
export function draw(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/**
 * The filled part of a bar, as the points of a polygon: another width would be another style, and asked of all rules.
 * @param {number} share
 */
export function filled(share) {
  return `0 0 ${share} 0 ${share} 4 0 4`;
}

/**
 * A bar of so many percent.
 * @param {number} share
 */
export function meter(share) {
  const bar = draw("svg", { class: "meter", viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" });
  bar.append(draw("rect", { class: "meter-room", width: 100, height: 4 }), draw("polygon", { class: "meter-fill", points: filled(share) }));
  return bar;
}
