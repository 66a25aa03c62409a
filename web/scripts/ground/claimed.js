// Claimed bars, and what else follows from a deal's claims, while one looks: changes come as server-sent events.

const CLOSED = 2;
const AGAIN_MS = 3000;
/** A line that is back within this time is not spoken of. */
const QUIET_MS = 4000;

/**
 * @typedef {{sku: string, state: "available" | "waitlist" | "gone"}} SkuChange
 * @typedef {{deal: string, state: "upcoming" | "open" | "over", claimed_percent: number, skus: SkuChange[]}} Change
 */

/** @type {((change: Change) => void)[]} */
const followers = [];

/**
 * Has somebody hear of every change of a deal that is on the page.
 * @param {(change: Change) => void} follower
 */
export function onChange(follower) {
  followers.push(follower);
}

/** Follows the stream as long as the page is seen and has bars or deals. */
export function followClaims() {
  if (!document.querySelector("[data-claimed-deal], [data-deal], [data-hears]")) return;
  /** @type {EventSource | undefined} */
  let stream;
  // The page shows everything up to here; what changes after it is all that need be heard.
  const made = document.getElementById("page-made")?.dataset;
  let reached = made?.reached ?? "";
  const noticed = made?.noticed ?? "0";
  const open = () => {
    if (document.hidden || (stream && stream.readyState < CLOSED)) return;
    stream = new EventSource(`/v1/claimed?after=${encodeURIComponent(reached)}&noticed=${noticed}`);
    stream.addEventListener("claimed", (event) => {
      if (event.lastEventId) reached = event.lastEventId;
      take(event.data);
    });
    // Who has a session hears on the same line what is theirs.
    stream.addEventListener("notice", (event) => {
      document.dispatchEvent(new CustomEvent("shop:notice", { detail: JSON.parse(event.data) }));
    });
    stream.addEventListener("open", found);
    // EventSource comes back by itself from a broken line, but not from a refusal such as 429.
    stream.addEventListener("error", () => {
      lost();
      if (stream?.readyState === CLOSED) setTimeout(open, AGAIN_MS + Math.random() * AGAIN_MS);
    });
  };
  const close = () => {
    stream?.close();
    stream = undefined;
    calm();
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  // A page that is kept for the way back must not have a line open.
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && open());
  open();
}

/**
 * One deal's change, or many at once.
 * @param {string} data
 */
function take(data) {
  const change = JSON.parse(data);
  for (const deal of Array.isArray(change) ? change : [change]) show(deal);
}

/** @param {Change} change */
function show(change) {
  const name = CSS.escape(change.deal);
  const bars = document.querySelectorAll(`[data-claimed-deal="${name}"]`);
  for (const bar of bars) moveBar(bar, change.claimed_percent);
  if (bars.length > 0 || document.querySelector(`[data-deal="${name}"]`)) {
    for (const follower of followers) follower(change);
  }
}

/**
 * Moves a bar and says its figure.
 * @param {Element} bar
 * @param {number} percent
 */
export function moveBar(bar, percent) {
  const said = (document.documentElement.dataset.claimed ?? "{percent}%").replace("{percent}", String(percent));
  bar.setAttribute("aria-valuenow", String(percent));
  bar.setAttribute("aria-label", said);
  bar.setAttribute("data-heat", percent >= 100 ? "gone" : percent >= 80 ? "hot" : percent >= 1 ? "warm" : "cold");
  bar.querySelector(".claimed-fill")?.setAttribute("width", String(percent));
  const words = bar.querySelector(".claimed-words");
  if (words) words.textContent = said;
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let telling;
/** @type {HTMLElement | undefined} */
let told;

/** Says that the line is lost, if it is not back in a moment. */
function lost() {
  telling ??= setTimeout(() => {
    told ??= line();
    told.textContent = document.documentElement.dataset.lost ?? "";
    told.hidden = false;
  }, QUIET_MS);
}

/** Says that the line is back, if it was said that it is lost. */
function found() {
  const wasTold = told && !told.hidden;
  calm();
  if (!wasTold || !told) return;
  told.textContent = document.documentElement.dataset.found ?? "";
  told.hidden = false;
  setTimeout(calm, QUIET_MS);
}

function calm() {
  clearTimeout(telling);
  telling = undefined;
  if (told) told.hidden = true;
}

function line() {
  const line = document.createElement("p");
  line.className = "line";
  line.setAttribute("role", "status");
  document.body.append(line);
  return line;
}
