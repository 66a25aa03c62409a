// Claimed bars that move while one looks: changes come as server-sent events.

const CLOSED = 2;
const AGAIN_MS = 3000;

/** Follows the stream as long as the page is seen and has bars. */
export function followClaims() {
  if (!document.querySelector("[data-claimed-deal]")) return;
  /** @type {EventSource | undefined} */
  let stream;
  // The page shows everything up to here; what changes after it is all that need be heard.
  let reached = document.getElementById("now")?.dataset.reached ?? "";
  const open = () => {
    if (document.hidden || (stream && stream.readyState < CLOSED)) return;
    stream = new EventSource(`/v1/claimed?after=${encodeURIComponent(reached)}`);
    stream.addEventListener("claimed", (event) => {
      if (event.lastEventId) reached = event.lastEventId;
      take(event.data);
    });
    // EventSource comes back by itself from a broken line, but not from a refusal such as 429.
    stream.addEventListener("error", () => {
      if (stream?.readyState === CLOSED) setTimeout(open, AGAIN_MS + Math.random() * AGAIN_MS);
    });
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      stream?.close();
    } else {
      open();
    }
  });
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

/** @param {{deal: string, claimed_percent: number}} change */
function show({ deal, claimed_percent: percent }) {
  const bars = document.querySelectorAll(`[data-claimed-deal="${CSS.escape(deal)}"]`);
  for (const bar of bars) moveBar(bar, percent);
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
