// The waiting room kept alive: how it stands comes over a stream, written by the server in the shopper's
// language. A phone that slept hears how it stands as soon as it wakes; where there is no stream, the page is
// loaded again now and then.

/** Nothing is said to a screen reader more often than this. */
const SAID_EVERY_MS = 30_000;
/** Where the stream does not hold, the page is loaded again after so long, and a little by chance. */
const LOAD_AGAIN_MS = 8_000;

/** @typedef {{state: string, title: string, html: string}} Told */

/** Follows the turn that the page shows, if it shows one. */
export function followTurn() {
  const place = document.getElementById("standing");
  const address = place?.dataset.stream;
  if (!place || !address) return;
  const festival = document.title.slice(document.title.lastIndexOf(" · "));
  let state = shownState(place);
  let saidAt = 0;
  const stream = new EventSource(address);
  stream.addEventListener("standing", (event) => {
    const told = /** @type {Told} */ (JSON.parse(event.data));
    if (told.state === "absent") {
      stream.close();
      loadAgain(0);
      return;
    }
    place.innerHTML = told.html;
    document.title = `${told.title}${festival}`;
    if (told.state !== state || performance.now() - saidAt > SAID_EVERY_MS) say(place);
    if (told.state !== state || saidAt === 0) saidAt = performance.now();
    state = told.state;
    goOnAtOnce(place);
  });
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) loadAgain(LOAD_AGAIN_MS);
  });
  document.addEventListener("visibilitychange", () => goOnAtOnce(place));
  addEventListener("pagehide", () => stream.close());
  goOnAtOnce(place);
}

/** @param {HTMLElement} place */
function shownState(place) {
  const shown = place.querySelector(".wait");
  return shown instanceof HTMLElement ? shown.dataset.state : undefined;
}

/**
 * Whose turn it is goes on by themselves, once somebody looks at the page.
 * @param {HTMLElement} place
 */
function goOnAtOnce(place) {
  const form = place.querySelector("form[data-at-once]");
  if (!(form instanceof HTMLFormElement) || document.hidden || form.dataset.sent) return;
  form.dataset.sent = "yes";
  form.requestSubmit();
}

/** @param {HTMLElement} place */
function say(place) {
  const said = document.getElementById("said");
  const parts = place.querySelectorAll(".wait-label, .wait-figure, h1");
  if (said) said.textContent = [...parts].map((part) => part.textContent).join(" ");
}

/** @param {number} after */
function loadAgain(after) {
  setTimeout(() => location.reload(), after * (0.5 + Math.random()) + Math.random() * 500);
}
