// Today, kept up to date while somebody looks: the middle of the page is asked for again and again.

const EVERY_MS = 5000;

/** Follows what is wrong, open and next. */
export function followToday() {
  const middle = document.getElementById("today");
  if (!middle) return;
  const look = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(middle.dataset.address ?? "", { headers: { accept: "text/html" }, redirect: "error" });
        if (!answer.ok) throw new Error(`${answer.status}`);
        const text = await answer.text();
        if (!isAtWork(middle)) replace(middle, text);
        middle.removeAttribute("data-old");
      } catch {
        // Signed out, or the line is down: what is shown is said to be old, once.
        if (!middle.hasAttribute("data-old")) say(middle.dataset.stale ?? "");
        middle.setAttribute("data-old", "");
      }
    }
    setTimeout(look, EVERY_MS);
  };

  setTimeout(look, EVERY_MS);
}

/**
 * Whoever is about to press something in there must not have it moved away.
 * @param {HTMLElement} middle
 */
function isAtWork(middle) {
  return middle.contains(document.activeElement);
}

/**
 * @param {HTMLElement} middle
 * @param {string} text
 */
function replace(middle, text) {
  const before = middle.querySelector("#wrong")?.textContent;
  const parsed = new DOMParser().parseFromString(text, "text/html");
  middle.replaceChildren(...parsed.body.childNodes);
  const after = middle.querySelector("#wrong")?.textContent;
  if (after && after !== before) say(after);
}

/** @param {string} text */
function say(text) {
  const said = document.getElementById("said");
  if (said) said.textContent = text;
}
