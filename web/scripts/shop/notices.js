// Notices on an open page, and pushes to this browser. What is told stands in words of the server.

/**
 * @typedef {{number: number, title: string, body: string, path: string, link: string}} Notice
 */

/** How long a notice stays when nobody touches it. */
const STAYS_MS = 20_000;
/** The newest notice that was shown in any window of this browser. */
const SHOWN = "notice-shown";

/** Shows notices that the stream tells of, in whichever window is looked at. */
export function followNotices() {
  document.addEventListener("shop:notice", (event) => {
    if (event instanceof CustomEvent) show(event.detail);
  });
  offerPushes();
}

/** @param {Notice} notice */
function show(notice) {
  const region = document.getElementById("notices");
  if (!region || document.hidden) return;
  if (notice.number <= Number(localStorage.getItem(SHOWN) ?? 0)) return;
  localStorage.setItem(SHOWN, String(notice.number));
  const card = document.createElement("div");
  card.className = "toast";
  const title = document.createElement("p");
  title.className = "toast-title";
  title.textContent = notice.title;
  const body = document.createElement("p");
  body.textContent = notice.body;
  const link = document.createElement("a");
  link.className = "button-quiet";
  link.href = notice.path;
  link.textContent = notice.link;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "link-button";
  close.textContent = region.dataset.close ?? "×";
  const gone = () => card.remove();
  close.addEventListener("click", gone);
  const row = document.createElement("p");
  row.className = "toast-row";
  row.append(link, close);
  card.append(title, body, row);
  region.append(card);
  let timer = setTimeout(gone, STAYS_MS);
  for (const stays of ["pointerenter", "focusin"]) card.addEventListener(stays, () => clearTimeout(timer));
  for (const goes of ["pointerleave", "focusout"]) {
    card.addEventListener(goes, () => {
      clearTimeout(timer);
      timer = setTimeout(gone, STAYS_MS);
    });
  }
}

/** A button for pushes, where this browser and the shop can. */
async function offerPushes() {
  const box = document.querySelector("[data-push-key]");
  if (!(box instanceof HTMLElement) || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  const button = box.querySelector("button");
  const words = box.querySelector("[data-push-words]");
  if (!button || !(words instanceof HTMLElement)) return;
  const worker = await navigator.serviceWorker.ready;
  const tell = async () => {
    const subscribed = await worker.pushManager.getSubscription();
    const state = Notification.permission === "denied" ? "refused" : subscribed ? "on" : "offer";
    box.hidden = false;
    box.dataset.state = state;
    button.hidden = state === "refused";
    button.textContent = (state === "on" ? box.dataset.off : box.dataset.offer) ?? "";
    words.textContent = (state === "on" ? box.dataset.on : state === "refused" ? box.dataset.refused : box.dataset.note) ?? "";
    return subscribed;
  };
  let subscribed = await tell();
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      if (subscribed) await unsubscribe(subscribed);
      else await subscribe(worker, box.dataset.pushKey ?? "");
    } catch {
      // Refused by the shopper or out of reach: the words say how it stands.
    }
    button.disabled = false;
    subscribed = await tell();
  });
}

/**
 * @param {ServiceWorkerRegistration} worker
 * @param {string} key
 */
async function subscribe(worker, key) {
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const answer = await ask("/v1/push", made.toJSON());
  if (!answer.ok) await made.unsubscribe();
}

/** @param {PushSubscription} subscribed */
async function unsubscribe(subscribed) {
  await ask("/v1/push/end", { endpoint: subscribed.endpoint });
  await subscribed.unsubscribe();
}

/**
 * @param {string} address
 * @param {object} body
 */
function ask(address, body) {
  return fetch(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}
