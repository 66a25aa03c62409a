// Cart and checkout: sums follow what is picked and typed, another country brings its fields. Without
// script, buttons do the same.

/** Waits so long for the next key before the sum is asked for. */
const PAUSE_MS = 300;

/** The sum is asked for anew whenever something in a form changes that it depends on. */
export function followBills() {
  for (const form of document.querySelectorAll("form[data-bills]")) {
    if (form instanceof HTMLFormElement) followBill(form);
  }
}

/** @param {HTMLFormElement} form */
function followBill(form) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {AbortController | undefined} */
  let asking;
  const ask = () => {
    asking?.abort();
    asking = new AbortController();
    takeBill(form, asking.signal);
  };
  const later = (/** @type {Event} */ event) => {
    if (!bears(event.target)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  };
  // Fields of a form may stand outside of it, so that the page is listened to.
  for (const kind of ["input", "change"]) {
    document.addEventListener(kind, (event) => ownerOf(event.target) === form && later(event));
  }
}

/**
 * @param {EventTarget | null} field
 * @returns {HTMLFormElement | null}
 */
function ownerOf(field) {
  return field instanceof HTMLInputElement || field instanceof HTMLSelectElement ? field.form : null;
}

/**
 * True for what the sum depends on.
 * @param {EventTarget | null} field
 */
function bears(field) {
  const named = field instanceof HTMLInputElement || field instanceof HTMLSelectElement;
  return named && ["hold", "address", "postcode"].includes(field.name);
}

/**
 * @param {HTMLFormElement} form
 * @param {AbortSignal} signal
 */
async function takeBill(form, signal) {
  const bills = document.querySelectorAll("[data-bill]");
  const busy = (/** @type {boolean} */ is) => bills.forEach((bill) => bill.setAttribute("aria-busy", String(is)));
  busy(true);
  try {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    const answer = await fetch(form.dataset.bills ?? "", { method: "POST", body, signal });
    if (answer.ok) show(await answer.text());
  } catch {
    // Offline, or asked anew: the sum that stands there stays, and the ledger's is told before it is paid.
  }
  busy(false);
}

/** @param {string} text */
function show(text) {
  const told = new DOMParser().parseFromString(text, "text/html").querySelector("[data-bill]");
  if (!(told instanceof HTMLElement)) return;
  const sum = told.dataset.sum ?? "";
  for (const bill of document.querySelectorAll("[data-bill]")) bill.replaceChildren(...told.cloneNode(true).childNodes);
  for (const place of document.querySelectorAll("[data-sum-shown]")) place.textContent = sum;
  for (const button of document.querySelectorAll("button[data-needs-sum]")) {
    if (button instanceof HTMLButtonElement) button.disabled = sum === "";
  }
  const said = document.getElementById("said");
  if (said && sum) said.textContent = `${told.dataset.name ?? ""} ${sum}`;
}

/** Another choice brings other fields: the button beside it is pressed. */
export function redrawOnChange() {
  for (const select of document.querySelectorAll("select[data-redraws]")) {
    if (!(select instanceof HTMLSelectElement)) continue;
    const button = document.getElementById(select.dataset.redraws ?? "");
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = true;
    select.addEventListener("change", () => {
      button.hidden = false;
      select.form?.requestSubmit(button);
    });
  }
}

/** A form that was sent is not sent again while its answer is on its way. */
export function sendOnce() {
  for (const form of document.querySelectorAll("form[data-bills], form[data-once]")) {
    let sent = false;
    form.addEventListener("submit", (event) => {
      if (sent) event.preventDefault();
      sent = true;
      setTimeout(() => (sent = false), 5000);
    });
  }
}
