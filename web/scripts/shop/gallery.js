// The gallery of a deal: thumbs move the strip, and a picture opens large in a dialog with keys, swipe and pinch.

/** Brings the gallery of the page to life. */
export function gallery() {
  const gallery = document.querySelector("[data-gallery]");
  if (!(gallery instanceof HTMLElement)) return;
  const links = [...gallery.querySelectorAll("a.gallery-large")].filter((link) => link instanceof HTMLAnchorElement);
  if (links.length === 0) return;
  followStrip(gallery);
  /** @type {HTMLDialogElement | undefined} */
  let dialog;
  for (const [place, link] of links.entries()) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || typeof HTMLDialogElement !== "function") return;
      event.preventDefault();
      dialog ??= large(gallery, links);
      dialog.showModal();
      toPlace(dialog, place, "instant");
    });
  }
}

/**
 * Thumbs lead to their picture without moving the page, and show which one is seen.
 * @param {HTMLElement} gallery
 */
function followStrip(gallery) {
  const strip = gallery.querySelector(".gallery-strip");
  const thumbs = [...gallery.querySelectorAll("a.thumb")];
  if (!strip || thumbs.length === 0) return;
  for (const [place, thumb] of thumbs.entries()) {
    thumb.addEventListener("click", (event) => {
      event.preventDefault();
      strip.scrollTo({ left: place * strip.clientWidth, behavior: gently() });
    });
  }
  strip.addEventListener("scroll", () => {
    const seen = Math.round(strip.scrollLeft / strip.clientWidth);
    for (const [place, thumb] of thumbs.entries()) {
      if (place === seen) thumb.setAttribute("aria-current", "true");
      else thumb.removeAttribute("aria-current");
    }
  });
}

/**
 * The dialog with all large pictures side by side.
 * @param {HTMLElement} gallery
 * @param {HTMLAnchorElement[]} links
 */
function large(gallery, links) {
  const dialog = document.createElement("dialog");
  dialog.className = "zoom";
  dialog.setAttribute("aria-label", gallery.querySelector("[aria-label]")?.getAttribute("aria-label") ?? "");
  const strip = document.createElement("div");
  strip.className = "zoom-strip";
  for (const link of links) strip.append(frame(link));
  const count = document.createElement("p");
  count.className = "zoom-count";
  count.setAttribute("role", "status");
  const step = (/** @type {number} */ by) => toPlace(dialog, placeOf(strip) + by, gently());
  const close = button("zoom-close", gallery.dataset.close, "close", () => dialog.close());
  const before = button("zoom-before", gallery.dataset.before, "left", () => step(-1));
  const next = button("zoom-next", gallery.dataset.next, "right", () => step(1));
  dialog.append(strip, close);
  if (links.length > 1) dialog.append(before, next, count);
  // Where one is must be remembered: what is not drawn has no width and tells no place.
  let seen = 0;
  const tell = () => {
    const place = placeOf(strip);
    if (strip.clientWidth > 0) seen = place;
    count.textContent = `${place + 1} / ${links.length}`;
    before.disabled = place === 0;
    next.disabled = place === links.length - 1;
  };
  strip.addEventListener("scroll", tell);
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") step(1);
    else if (event.key === "ArrowLeft") step(-1);
    else return;
    event.preventDefault();
  });
  // Back on the page, one is where one was in the dialog.
  dialog.addEventListener("close", () => links[seen]?.focus());
  document.body.append(dialog);
  tell();
  return dialog;
}

/** @param {HTMLAnchorElement} link */
function frame(link) {
  const small = link.querySelector("img");
  const picture = new Image();
  picture.src = link.href;
  picture.alt = small?.alt ?? "";
  picture.decoding = "async";
  const box = document.createElement("div");
  box.append(picture);
  return box;
}

/**
 * @param {string} name
 * @param {string | undefined} label
 * @param {string} symbol
 * @param {() => void} act
 */
function button(name, label, symbol, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `zoom-button ${name}`;
  button.setAttribute("aria-label", label ?? "");
  const known = document.querySelector("svg.icon use")?.getAttribute("href") ?? "";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${known.split("#")[0]}#${symbol}`);
  svg.append(use);
  button.append(svg);
  button.addEventListener("click", act);
  return button;
}

/** @param {Element} strip */
function placeOf(strip) {
  return strip.clientWidth === 0 ? 0 : Math.round(strip.scrollLeft / strip.clientWidth);
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {number} place
 * @param {ScrollBehavior} behavior
 */
function toPlace(dialog, place, behavior) {
  const strip = dialog.querySelector(".zoom-strip");
  strip?.scrollTo({ left: place * strip.clientWidth, behavior });
}

/** @returns {ScrollBehavior} */
function gently() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
}
