// Small helps while browsing: a list that is found again as it was, a link to share, a page for when there is no line.

/**
 * The address of a list learns as of which moment it is, so that loading it anew and coming back show the
 * same deals in the same places.
 */
export function keepPlace() {
  const list = document.querySelector(".list-body[data-at]");
  if (!(list instanceof HTMLElement) || !list.dataset.at) return;
  const here = new URL(location.href);
  if (here.searchParams.has("at")) return;
  here.searchParams.set("at", list.dataset.at);
  history.replaceState(history.state, "", here);
}

/** Shares by the device's own sheet, else copies the address. */
export function offerShare() {
  for (const button of document.querySelectorAll("button[data-shares]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    const { shares: url = "", title = "", copied = "" } = button.dataset;
    const mayShare = typeof navigator.share === "function";
    if (!mayShare && !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        if (mayShare) await navigator.share({ title, url });
        else await copy(button, url, copied);
      } catch {
        // Who closes the sheet has not shared, and that is all.
      }
    });
  }
}

/**
 * @param {HTMLButtonElement} button
 * @param {string} url
 * @param {string} copied
 */
async function copy(button, url, copied) {
  await navigator.clipboard.writeText(url);
  const words = button.querySelector("span");
  if (!words) return;
  const before = words.textContent;
  words.textContent = copied;
  const said = document.getElementById("said");
  if (said) said.textContent = copied;
  setTimeout(() => (words.textContent = before), 2000);
}

/** Has the browser keep the page that shows when there is no line; nothing else is kept. */
export function keepOfflinePage() {
  if (!("serviceWorker" in navigator)) return;
  addEventListener("load", () => {
    navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => {
      // Private windows may not have one; then the browser's own page shows.
    });
  });
}

/** A page that comes back as it was may have another cart by now: its head is asked for anew. */
export function renewHead() {
  addEventListener("pageshow", async (event) => {
    if (!event.persisted || !document.querySelector("[data-deal]")) return;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const [before, after] = [document.querySelector(".masthead-nav"), page.querySelector(".masthead-nav")];
      if (answer.ok && before && after) before.replaceWith(after);
    } catch {
      // Offline: it stays as it was.
    }
  });
}
