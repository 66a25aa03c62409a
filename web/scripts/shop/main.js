// What every page of the shop runs. Nothing on a page depends on it: it keeps clocks and claimed bars moving.

import { followClaims } from "../ground/claimed.js";
import { startClocks } from "../ground/clock.js";
import { followNotices } from "./notices.js";
import { firstWrongField, offerCopies, submitOnChange } from "../ground/forms.js";
import { offerPrints } from "./after.js";
import { followBills, redrawOnChange, sendOnce } from "./buying.js";
import { followTurn } from "./waiting.js";
import { keepOfflinePage, keepPlace, offerShare, renewHead } from "./browse.js";
import { gallery } from "./gallery.js";
import { liveDeals } from "./live.js";

startClocks();
liveDeals();
followClaims();
submitOnChange();
nameTheDeed();
document.addEventListener("renewed", nameTheDeed);
lookAgain();
firstWrongField();
offerCopies();
followNotices();
offerPrints();
followBills();
redrawOnChange();
sendOnce();
followTurn();
keepPlace();
renewHead();
gallery();
offerShare();
keepOfflinePage();

/** The one button of a deal says what it will do for the chosen size. */
function nameTheDeed() {
  const form = document.querySelector("form.hold[data-hold]");
  if (!(form instanceof HTMLFormElement)) return;
  const name = () => {
    const chosen = form.querySelector("input[type=radio]:checked")?.closest(".choice");
    const button = form.querySelector("button[type=submit]");
    if (!(chosen instanceof HTMLElement) || !button) return;
    const words = chosen.dataset.stand === "waitlist" ? form.dataset.wait : form.dataset.hold;
    button.textContent = words ?? button.textContent;
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
