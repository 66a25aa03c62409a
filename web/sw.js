// The worker of the shop: where there is no line, it shows a page that says so. It keeps that page and what it is
// drawn with, and nothing that is anybody's own.

const KEPT = `offline-${EDITION}`;

self.addEventListener("install", (event) => {
  event.waitUntil(keep().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => kept(OFFLINE)));
  else if (DRAWN_WITH.includes(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(() => kept(request)));
  }
});

async function keep() {
  const cache = await caches.open(KEPT);
  await cache.addAll([OFFLINE, ...DRAWN_WITH].map((address) => new Request(address, { cache: "reload" })));
}

async function forgetOthers() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("offline-") && name !== KEPT);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** @param {RequestInfo} request */
async function kept(request) {
  const cache = await caches.open(KEPT);
  return (await cache.match(request)) ?? Response.error();
}

// What the shop tells while its pages are closed.
self.addEventListener("push", (event) => {
  const told = event.data?.json();
  if (!told) return;
  const shown = { body: told.body, tag: told.tag, data: { url: told.url } };
  event.waitUntil(self.registration.showNotification(told.title, shown));
});

// To the page that it leads to: in the window that is open, or in one of its own.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(goTo(event.notification.data.url));
});

/** @param {string} url */
async function goTo(url) {
  const windows = await self.clients.matchAll({ type: "window" });
  for (const open of windows) {
    if ("navigate" in open) {
      await open.focus();
      return open.navigate(url);
    }
  }
  return self.clients.openWindow(url);
}
