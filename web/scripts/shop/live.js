// What follows from a deal's claims beside its bar: the flag of its tile, the states of its sizes, its one button.

import { onChange } from "../ground/claimed.js";

/** @typedef {import("../ground/claimed.js").Change} Change */

/** A crowd that learns at once that a deal is gone does not ask for its page at once. */
const SPREAD_MS = 2000;

/** Keeps tiles and the deal of the page as they are. */
export function liveDeals() {
  onChange((change) => {
    const stand = standOf(change);
    for (const tile of document.querySelectorAll(`.tile[data-deal="${CSS.escape(change.deal)}"]`)) {
      if (tile instanceof HTMLElement) showTile(tile, stand);
    }
    const deal = document.querySelector(`article.deal[data-deal="${CSS.escape(change.deal)}"]`);
    if (deal instanceof HTMLElement) showDeal(deal, change, stand);
  });
}

/**
 * How a deal stands, in the words of the style sheet.
 * @param {Change} change
 */
function standOf(change) {
  if (change.state !== "open") return change.state;
  const states = change.skus.map((sku) => sku.state);
  if (states.includes("available")) return "open";
  return states.includes("waitlist") ? "waitlist" : "gone";
}

/**
 * @param {HTMLElement} tile
 * @param {string} stand
 */
function showTile(tile, stand) {
  if (tile.dataset.stand === stand) return;
  // What opens or ends needs other words than a flag.
  if (tile.dataset.stand === "upcoming" || stand === "upcoming" || stand === "over") return renewTiles();
  tile.dataset.stand = stand;
  const flag = tile.querySelector(".flag");
  if (!(flag instanceof HTMLElement)) return;
  const text = wordsFor(stand);
  flag.textContent = text;
  flag.hidden = text === "";
}

/**
 * What is said of a stand; nothing of one that needs no words.
 * @param {string} stand
 */
function wordsFor(stand) {
  const words = document.documentElement.dataset;
  if (stand === "gone") return words.gone ?? "";
  return stand === "waitlist" ? (words.waitlist ?? "") : "";
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let renewing;

/** Puts the tiles that have other words by now in the place of those that they had; the others stay. */
function renewTiles() {
  renewing ??= setTimeout(async () => {
    renewing = undefined;
    const page = await pageAnew();
    for (const tile of page?.querySelectorAll(".tile[data-deal]") ?? []) {
      if (!(tile instanceof HTMLElement)) continue;
      const shown = document.querySelectorAll(`.tile[data-deal="${CSS.escape(tile.dataset.deal ?? "")}"]`);
      for (const before of shown) {
        const other = before instanceof HTMLElement && before.dataset.stand !== tile.dataset.stand;
        if (other && !before.contains(document.activeElement)) before.replaceWith(tile.cloneNode(true));
      }
    }
  }, Math.random() * SPREAD_MS);
}

/** This page as the server makes it now; none without a line. */
async function pageAnew() {
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : undefined;
  } catch {
    // The line says so, and the next change tries again.
    return undefined;
  }
}

/**
 * @param {HTMLElement} deal
 * @param {Change} change
 * @param {string} stand
 */
function showDeal(deal, change, stand) {
  for (const sku of change.skus) showChoice(deal, sku.sku, sku.state);
  if (deal.dataset.stand === stand) return;
  deal.dataset.stand = stand;
  setTimeout(() => renewButton(deal), Math.random() * SPREAD_MS);
}

/**
 * @param {HTMLElement} deal
 * @param {string} sku
 * @param {"available" | "waitlist" | "gone"} state
 */
function showChoice(deal, sku, state) {
  const choice = deal.querySelector(`.choice[data-sku="${CSS.escape(sku)}"]`);
  const stand = state === "available" ? "open" : state;
  if (!(choice instanceof HTMLElement) || choice.dataset.stand === stand) return;
  choice.dataset.stand = stand;
  const radio = choice.querySelector("input");
  if (radio) {
    radio.disabled = stand === "gone";
    if (radio.disabled) radio.checked = false;
  }
  const note = choice.querySelector(".choice-note");
  if (note) note.textContent = wordsFor(stand);
  choice.dispatchEvent(new Event("change", { bubbles: true }));
}

/**
 * Puts the button that the deal has now in the place of the one it had.
 * @param {HTMLElement} deal
 */
async function renewButton(deal) {
  const page = await pageAnew();
  const [before, after] = [deal.querySelector("#buy"), page?.querySelector("#buy")];
  if (!page || !before || !after || !deal.isConnected) return;
  const hadFocus = before.contains(document.activeElement);
  const late = page.querySelector(".late");
  deal.querySelector(".late")?.remove();
  before.replaceWith(after);
  if (late) after.after(late);
  const next = deal.querySelector("#buy button, .late a");
  if (hadFocus && next instanceof HTMLElement) next.focus();
  document.dispatchEvent(new Event("renewed"));
}
