// Shortcuts of a single letter. They can be turned off, since they get in the way of who speaks to the browser.

const OFF = "doorbuster-letters-off";

/** True while there are such shortcuts. */
export function lettersAreOn() {
  return !localStorage.getItem(OFF);
}

/**
 * Turns them on or off, in this browser.
 * @param {boolean} on
 */
export function turnLetters(on) {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
}

/**
 * The Latin letter of the key that was pressed, also while the keyboard writes Hangul: then it is the one
 * printed beside it. Empty where the key has none, or is pressed with another to another end.
 * @param {KeyboardEvent} event
 */
export function letterOf(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return "";
  if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
  return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : "";
}
