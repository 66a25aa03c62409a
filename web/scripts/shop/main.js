// What every page of the shop runs. Nothing on a page depends on it: it keeps clocks and claimed bars moving.

import { followClaims } from "../ground/claimed.js";
import { startClocks } from "../ground/clock.js";
import { firstWrongField, offerCopies, submitOnChange } from "../ground/forms.js";

startClocks();
followClaims();
submitOnChange();
nameTheDeed();
lookAgain();
firstWrongField();
offerCopies();

/** The one button of a deal says what it will do for the chosen size. */
function nameTheDeed() {
  const form = document.querySelector("form.hold[data-hold]");
  const button = form?.querySelector("button[type=submit]");
  if (!(form instanceof HTMLFormElement) || !button) return;
  const name = () => {
    const chosen = form.querySelector("input[type=radio]:checked")?.closest(".choice");
    if (!(chosen instanceof HTMLElement)) return;
    const waits = chosen.dataset.stand === "waitlist";
    button.textContent = (waits ? form.dataset.wait : form.dataset.hold) ?? button.textContent;
  };
  form.addEventListener("change", name);
  name();
}

/** A page that awaits the provider's answer asks again, less and less often. */
function lookAgain() {
  const link = document.querySelector("a[data-look-again]");
  if (!(link instanceof HTMLAnchorElement)) return;
  const tries = Number(new URLSearchParams(location.search).get("tries") ?? 0);
  if (tries >= 20) return;
  const address = new URL(link.href);
  address.searchParams.set("tries", String(tries + 1));
  setTimeout(() => location.replace(address), Math.min(1000 + 500 * tries, 8000));
}
