// Clocks by the server's time: a wrong clock on the device does not matter, nor does its sleep.

/** Holds are announced when so many seconds are left. */
const ANNOUNCED_AT = [300, 60, 10];
/** A page that turns at a bell waits up to this long, so that a crowd does not come at once. */
const SPREAD_MS = 900;

/** What the server's clock shows more than `performance.now()`; that one never leaps. */
let offset = 0;
/** The device's clock less `performance.now()`: when it moves, the device has slept. */
let awake = 0;

/** Starts every clock of the page. */
export function startClocks() {
  const told = Number(document.getElementById("page-made")?.dataset.now);
  if (!told) return;
  // The page was made while it was on its way: half of that is a fair guess. A page that is shared by
  // many is older than the answer, which tells its own moment.
  const navigation = performance.getEntriesByType("navigation")[0];
  const answered = navigation instanceof PerformanceNavigationTiming ? navigation.responseStart : performance.now();
  offset = (answeredAt(navigation) || told) - answered;
  awake = Date.now() - performance.now();
  document.addEventListener("visibilitychange", () => document.hidden || resync());
  addEventListener("pageshow", (event) => event.persisted && comeBack());
  tick();
}

/**
 * When the server answered, by its clock; 0 where it does not say.
 * @param {PerformanceEntry | undefined} navigation
 */
function answeredAt(navigation) {
  if (!(navigation instanceof PerformanceNavigationTiming)) return 0;
  const told = navigation.serverTiming?.find((timing) => timing.name === "now");
  return Number(told?.description ?? 0);
}

/** The server's time, in ms since the epoch. */
export function serverNow() {
  return performance.now() + offset;
}

/** A page that comes back as it was is loaded anew, unless it moves by itself or something is written in it. */
function comeBack() {
  if (document.querySelector("[data-deal]")) resync();
  else if (!isWriting()) location.reload();
}

/** Moves all clocks, and again at the next full second. */
function tick() {
  const now = serverNow();
  for (const clock of document.querySelectorAll("time[data-until]")) if (clock instanceof HTMLElement) show(clock, now);
  for (const part of document.querySelectorAll("[data-shown-from]")) if (part instanceof HTMLElement) showBetween(part, now);
  setTimeout(tick, 1000 - (now % 1000) + 5);
}

/**
 * @param {HTMLElement} clock
 * @param {number} now
 */
function show(clock, now) {
  const left = Math.max(0, Number(clock.dataset.until) - now);
  const seconds = Math.ceil(left / 1000);
  const text = written(seconds);
  if (clock.textContent !== text) write(clock, text);
  clock.toggleAttribute("data-near", seconds <= 60);
  if (clock.dataset.announce && ANNOUNCED_AT.includes(seconds)) announce(clock, text);
  if (seconds === 0 && !clock.dataset.over) end(clock);
}

/**
 * @param {HTMLElement} clock
 * @param {string} text
 */
function write(clock, text) {
  // The node that is there is kept: one that is replaced is laid out from scratch.
  const node = clock.firstChild;
  if (node instanceof Text) node.data = text;
  else clock.textContent = text;
  // A clock that lies over its shape has as much room as it needs.
  const room = clock.parentElement;
  if (room?.dataset.shape && room.dataset.shape !== shape(text)) room.dataset.shape = shape(text);
}

/**
 * A number without its digits' worth: as long as it is the same, the number needs the same room.
 * @param {string} text
 */
export function shape(text) {
  return text.replace(/\d/g, "0");
}

/**
 * What is there from one moment to another comes and goes by itself.
 * @param {HTMLElement} part
 * @param {number} now
 */
function showBetween(part, now) {
  const shut = now < Number(part.dataset.shownFrom) || Number(part.dataset.shownTo) <= now;
  if (part.hidden !== shut) part.hidden = shut;
}

/**
 * A span as the server writes it.
 * @param {number} seconds
 */
function written(seconds) {
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor((seconds % 86400) / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  if (days === 0 && hours === 0) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  if (days === 0) return `${hours}:${rest}`;
  const pattern = document.documentElement.dataset.days ?? "{days} {clock}";
  return pattern.replace("{days}", String(days)).replace("{clock}", `${two(hours)}:${rest}`);
}

/**
 * Says politely how long a hold still lasts.
 * @param {HTMLElement} clock
 * @param {string} text
 */
function announce(clock, text) {
  const said = document.getElementById("said");
  const pattern = document.documentElement.dataset.left ?? "{span}";
  if (said) said.textContent = `${clock.dataset.announce}: ${pattern.replace("{span}", text)}`;
}

/**
 * A clock has run out: the page is loaded anew, or says what that means.
 * @param {HTMLElement} clock
 */
function end(clock) {
  const key = `turned-${location.pathname}-${clock.dataset.until}`;
  const turns = clock.dataset.turn === "page" && !sessionStorage.getItem(key);
  if (turns) {
    // Whoever is writing is left alone; in a second this is asked again.
    if (isWriting()) return;
    sessionStorage.setItem(key, "yes");
    setTimeout(() => location.reload(), 150 + Math.random() * SPREAD_MS);
  }
  clock.dataset.over = "yes";
  if (!turns) say(clock);
}

/**
 * Shows the words that the server wrote for the end of this clock; with the last such clock of the
 * page ends what depended on them.
 * @param {HTMLElement} clock
 */
function say(clock) {
  const words = document.getElementById(clock.dataset.says ?? "");
  if (!words) return;
  words.hidden = false;
  clock.closest(".row")?.toggleAttribute("data-lapsed", true);
  if (document.querySelector("time[data-says]:not([data-over])") !== null) return;
  for (const ending of document.querySelectorAll("[data-ends]")) {
    if (ending instanceof HTMLButtonElement) ending.disabled = true;
    else if (ending instanceof HTMLElement) ending.hidden = false;
  }
}

/** Something is being written, or was and is not sent. */
function isWriting() {
  const writes = "input:not([type=hidden], [type=radio], [type=checkbox]), textarea";
  if (document.activeElement?.matches(`${writes}, select`)) return true;
  return [...document.querySelectorAll(`main :is(${writes})`)].some(
    (field) =>
      (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) && field.value !== field.defaultValue,
  );
}

/** Some clocks stand still while a device sleeps; then the server is asked for its time. */
async function resync() {
  if (Math.abs(Date.now() - performance.now() - awake) < 2000) return;
  const asked = performance.now();
  try {
    const answer = await fetch("/v1/festival", { cache: "no-store" });
    const festival = await answer.json();
    const told = Date.parse(festival.now);
    if (told) offset = told - (asked + performance.now()) / 2;
    awake = Date.now() - performance.now();
  } catch {
    // Offline: the clock goes on by itself and is set right on the next return.
  }
}
