// Deals at the desk: how many are chosen, finding products while typing, looking ahead, dropping a file.

/** How long typing rests before the server is asked. */
const REST_MS = 350;

/** Counts what is chosen and lets all of the page be chosen at once. */
export function countChosen() {
  const form = document.querySelector("form[data-bulk]");
  if (!(form instanceof HTMLFormElement)) return;
  const count = form.querySelector("[data-chosen]");
  const head = form.querySelector("th.pick");
  if (!(count instanceof HTMLElement) || !(head instanceof HTMLElement)) return;
  const nothing = count.textContent ?? "";
  const boxes = [...form.querySelectorAll("td input[name=deal]")].filter((box) => box instanceof HTMLInputElement);
  const all = document.createElement("input");
  all.type = "checkbox";
  all.setAttribute("aria-label", head.dataset.all ?? "");
  const label = document.createElement("label");
  label.className = "pick-box";
  label.append(all);
  head.append(label);
  const told = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    count.textContent = chosen === 0 ? nothing : (count.dataset.chosen ?? "{count}").replace("{count}", String(chosen));
  };
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    told();
  });
  form.addEventListener("change", told);
  addEventListener("pageshow", told);
}

/** Finds products while one types; what is found are buttons of the form itself. */
export function findProducts() {
  const finder = document.querySelector("[data-finder]");
  const field = finder?.querySelector("input[type=search]");
  const found = finder?.querySelector(".finder-found");
  if (!(finder instanceof HTMLElement) || !(field instanceof HTMLInputElement) || !found) return;
  field.addEventListener("input", rested(async () => {
    const text = field.value;
    const page = await piece(`${finder.dataset.finder}?text=${encodeURIComponent(text)}`);
    if (page !== null && text === field.value) found.innerHTML = page;
  }));
}

/** Shows what is foreseen of a deal while its form is filled in, and the discount of each price. */
export function lookAhead() {
  const form = document.querySelector("form[data-deal-form]");
  const place = form?.querySelector("[data-foreseen]");
  if (!(form instanceof HTMLFormElement) || !(place instanceof HTMLElement)) return;
  const ask = rested(async () => {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) body.append(name, String(value));
    const page = await piece(place.dataset.foreseen ?? "", body);
    if (page !== null && page !== place.innerHTML) place.innerHTML = page;
  });
  form.addEventListener("input", (event) => {
    if (!(event.target instanceof HTMLInputElement) || event.target.name === "find") return;
    if (event.target.name === "price") showLess(event.target);
    if (location.pathname.endsWith("/make")) ask();
  });
}

/**
 * The discount beside a price.
 * @param {HTMLInputElement} field
 */
function showLess(field) {
  const row = field.closest("tr");
  const output = row?.querySelector("[data-less]");
  if (!row || !output) return;
  const was = Number(row.dataset.was) / 10 ** Number(row.dataset.digits);
  const now = Number(field.value.replaceAll(",", ""));
  const less = Math.floor((1 - now / was) * 100);
  output.textContent = now > 0 && less > 0 ? `${less}%` : "–";
}

/** A file may be dropped where one can be chosen. */
export function takeDrops() {
  for (const place of document.querySelectorAll("[data-drop]")) {
    const field = place.querySelector("input[type=file]");
    if (!(place instanceof HTMLElement) || !(field instanceof HTMLInputElement)) continue;
    const over = (/** @type {DragEvent} */ event, /** @type {boolean} */ is) => {
      event.preventDefault();
      place.toggleAttribute("data-over", is);
    };
    place.addEventListener("dragover", (event) => over(event, true));
    place.addEventListener("dragleave", (event) => over(event, false));
    place.addEventListener("drop", (event) => {
      over(event, false);
      const files = event.dataTransfer?.files;
      if (!files || files.length === 0) return;
      field.files = files;
      if (place.dataset.drop === "send") field.form?.requestSubmit();
    });
    if (place.dataset.drop === "send") field.addEventListener("change", () => field.form?.requestSubmit());
  }
}

/**
 * A piece of a page; none where it cannot be had now.
 * @param {string} address
 * @param {URLSearchParams} [body]
 */
async function piece(address, body) {
  try {
    const answer = await fetch(address, body ? { method: "POST", body } : {});
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

/**
 * Runs `work` once typing has rested.
 * @param {() => void} work
 */
function rested(work) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, REST_MS);
  };
}
