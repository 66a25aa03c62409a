// The command palette and the list of shortcuts. Keys: Ctrl-K or ⌘K opens it, arrows choose, Enter goes.

import { letterOf, lettersAreOn, turnLetters } from "./letters.js";

const FIND_AFTER_MS = 120;
/** How long after `g` its second letter is awaited. */
const SECOND_MS = 1500;

/** Makes the palette and the shortcuts work. */
export function openPalettes() {
  const palette = document.getElementById("palette");
  const shortcuts = document.getElementById("shortcuts");
  if (!(palette instanceof HTMLDialogElement) || !(shortcuts instanceof HTMLDialogElement)) return;
  const open = prepare(palette);
  for (const opener of document.querySelectorAll("[data-opens=palette]")) {
    opener.addEventListener("click", (event) => {
      event.preventDefault();
      open();
    });
  }
  const box = shortcuts.querySelector("input[data-letters]");
  if (box instanceof HTMLInputElement) {
    box.checked = lettersAreOn();
    box.addEventListener("change", () => turnLetters(box.checked));
  }
  for (const dialog of [palette, shortcuts]) {
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
  let waiting = 0;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (palette.open) palette.close();
      else open();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting() || document.querySelector("dialog[open]")) return;
    if (!lettersAreOn()) return;
    const letter = letterOf(event);
    if (event.key === "?") {
      shortcuts.showModal();
    } else if (letter === "g") {
      waiting = performance.now();
    } else if (performance.now() - waiting < SECOND_MS) {
      waiting = 0;
      const place = shortcuts.querySelector(`[data-letter="${CSS.escape(letter)}"]`);
      if (place instanceof HTMLElement && place.dataset.to) location.assign(place.dataset.to);
    }
  });
}

function isWriting() {
  const at = document.activeElement;
  return at instanceof HTMLElement && (at.isContentEditable || at.matches("input, textarea, select"));
}

/**
 * What happens inside the palette; a function that opens it.
 * @param {HTMLDialogElement} palette
 */
function prepare(palette) {
  const input = palette.querySelector("input");
  const list = palette.querySelector("[role=listbox]");
  if (!(input instanceof HTMLInputElement) || !(list instanceof HTMLElement)) return () => {};
  const own = [...list.children].filter((child) => child instanceof HTMLElement);
  own.forEach((option, place) => (option.id = `palette-${place}`));
  let asked = 0;
  let timer = 0;

  const shown = () =>
    [...list.querySelectorAll("[role=option]")].filter((one) => one instanceof HTMLElement && !one.hidden);
  const choose = (/** @type {Element | undefined} */ chosen) => {
    for (const option of list.querySelectorAll("[aria-selected=true]")) option.setAttribute("aria-selected", "false");
    if (!chosen) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    chosen.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  };
  const move = (/** @type {number} */ by) => {
    const options = shown();
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    choose(options[(at + by + options.length) % options.length]);
  };
  const filter = () => {
    const text = input.value.trim().toLowerCase();
    for (const option of own) option.hidden = !(option.textContent ?? "").toLowerCase().includes(text);
    for (const found of list.querySelectorAll("[data-found-item]")) found.remove();
    choose(shown()[0]);
    clearTimeout(timer);
    const turn = ++asked;
    if (text) timer = window.setTimeout(() => void find(text, turn), FIND_AFTER_MS);
  };
  const find = async (/** @type {string} */ text, /** @type {number} */ turn) => {
    const answer = await fetch(`${palette.dataset.found}?q=${encodeURIComponent(text)}`).catch(() => undefined);
    if (!answer?.ok || turn !== asked) return;
    /** @type {{ label: string, note: string, to: string }[]} */
    const items = await answer.json();
    if (turn !== asked) return;
    items.forEach((item, place) => list.append(optionOf(item, place)));
    const said = document.getElementById("said");
    const options = shown();
    if (said) said.textContent = options.length ? `${options.length}` : (palette.dataset.none ?? "");
    if (!list.querySelector("[aria-selected=true]")) choose(options[0]);
  };

  input.addEventListener("input", filter);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter") go(list.querySelector("[aria-selected=true]"));
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    if (event.target instanceof Element) go(event.target.closest("[role=option]"));
  });
  return () => {
    if (palette.open) return;
    input.value = "";
    filter();
    palette.showModal();
    input.focus();
  };
}

/**
 * @param {{ label: string, note: string, to: string }} item
 * @param {number} place
 */
function optionOf({ label, note, to }, place) {
  const option = document.createElement("li");
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.id = `palette-found-${place}`;
  option.dataset.to = to;
  option.dataset.foundItem = "";
  const name = document.createElement("span");
  name.textContent = label;
  const what = document.createElement("span");
  what.className = "palette-note";
  what.textContent = note;
  option.append(name, what);
  return option;
}

/**
 * Goes where an option leads, or does what it says by the page's own forms.
 * @param {Element | null} option
 */
function go(option) {
  if (!(option instanceof HTMLElement)) return;
  const { to, language } = option.dataset;
  if (to) {
    location.assign(to);
  } else if (language) {
    const button = document.querySelector(`form.languages button[value="${CSS.escape(language)}"]`);
    if (button instanceof HTMLButtonElement) button.click();
  } else {
    const form = document.querySelector('form[action="/desk/sign-out"]');
    if (form instanceof HTMLFormElement) form.submit();
  }
}
