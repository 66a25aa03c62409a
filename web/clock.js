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
  const told = Number(document.getElementById("now")?.dataset.now);
  if (!told) return;
  // The page was made while it was on its way: half of that is a fair guess.
  const navigation = performance.getEntriesByType("navigation")[0];
  const answered = navigation?.responseStart ?? performance.now();
  offset = told - answered;
  awake = Date.now() - performance.now();
  document.addEventListener("visibilitychange", () => document.hidden || resync());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  tick();
}

/** The server's time, in ms since the epoch. */
export function serverNow() {
  return performance.now() + offset;
}

/** Moves all clocks, and again at the next full second. */
function tick() {
  const now = serverNow();
  for (const clock of document.querySelectorAll("time[data-until]")) show(clock, now);
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
  if (clock.textContent !== text) clock.textContent = text;
  clock.toggleAttribute("data-near", seconds <= 60);
  if (clock.dataset.announce && ANNOUNCED_AT.includes(seconds)) announce(clock, text);
  if (seconds === 0 && clock.dataset.turn === "page" && !clock.dataset.turned) turn(clock);
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
 * Loads the page anew, unless the visitor is filling in a form or was just here for the same clock.
 * @param {HTMLElement} clock
 */
function turn(clock) {
  clock.dataset.turned = "yes";
  const key = `turned-${location.pathname}-${clock.dataset.until}`;
  const typing = document.activeElement?.matches("input:not([type=radio], [type=checkbox]), textarea, select");
  if (typing || sessionStorage.getItem(key)) return;
  sessionStorage.setItem(key, "yes");
  setTimeout(() => location.reload(), 150 + Math.random() * SPREAD_MS);
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
