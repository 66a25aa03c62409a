// What every page runs. Nothing on a page depends on it: it keeps clocks and claimed bars moving.

import { followClaims } from "./claimed.js";
import { startClocks } from "./clock.js";

startClocks();
followClaims();
submitOnChange();
nameTheDeed();
lookAgain();
firstWrongField();
offerCopies();

if (document.body.classList.contains("board")) {
  const { followBoard } = await import("./board.js");
  followBoard();
}

/** Filters apply as soon as they are chosen; their button is for browsers without script. */
function submitOnChange() {
  for (const select of document.querySelectorAll("select[data-submits]")) {
    select.addEventListener("change", () => select.form.requestSubmit());
    select.form.querySelector("button[type=submit]").hidden = true;
  }
}

/** The one button of a deal says what it will do for the chosen size. */
function nameTheDeed() {
  const form = document.querySelector("form.hold[data-hold]");
  if (!form) return;
  const name = () => {
    const chosen = form.querySelector("input[type=radio]:checked")?.closest(".choice");
    if (!chosen) return;
    const waits = chosen.dataset.stand === "waitlist";
    form.querySelector("button[type=submit]").textContent = waits ? form.dataset.wait : form.dataset.hold;
  };
  form.addEventListener("change", name);
  name();
}

/** A form that comes back with wrong fields begins at the first of them. */
function firstWrongField() {
  const field = document.querySelector("[aria-invalid=true]");
  if (field instanceof HTMLElement) field.focus();
}

/** A page that awaits the provider's answer asks again, less and less often. */
function lookAgain() {
  const link = document.querySelector("a[data-look-again]");
  if (!link) return;
  const tries = Number(new URLSearchParams(location.search).get("tries") ?? 0);
  if (tries >= 20) return;
  const address = new URL(link.href);
  address.searchParams.set("tries", String(tries + 1));
  setTimeout(() => location.replace(address), Math.min(1000 + 500 * tries, 8000));
}

/** A button beside what is to be copied; where copying is not allowed it stays away. */
function offerCopies() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("button[data-copies]")) {
    const name = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copies);
      // Where copying is refused after all, it is at least chosen.
      getSelection().selectAllChildren(text);
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = button.dataset.copied;
      setTimeout(() => (button.textContent = name), 2000);
    });
  }
}
