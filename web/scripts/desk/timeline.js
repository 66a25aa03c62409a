// The timeline: bars in the place of a list, moved and stretched by pointer and by keys, and new deals drawn
// on empty stretches. Nothing is saved here: what was moved is shown by the server's form, in a dialog, and
// sent from there; what was drawn leads to the form of a new deal.

import { serverNow } from "../ground/clock.js";
import { letterOf, lettersAreOn } from "./letters.js";

const STEP_MS = 300_000;
const HOUR_MS = 3_600_000;
/** So near the right edge of a bar its end is taken hold of, and not the bar, in px. */
const EDGE_PX = 10;
const LANE_PX = 46;
/** A bar is never narrower than this; the style sheet says the same. */
const LEAST_PX = 24;

/** Draws the timeline where there is room for it. */
export function drawTimeline() {
  const timeline = document.querySelector("[data-timeline]");
  if (!(timeline instanceof HTMLElement) || !matchMedia("(min-width: 48rem)").matches) return;
  new Timeline(timeline);
}

class Timeline {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.from = Number(root.dataset.from);
    this.to = Number(root.dataset.to);
    this.bars = [...root.querySelectorAll("a.bar:not(.bar-new)")].filter((bar) => bar instanceof HTMLElement).map((bar) => new Bar(bar));
    root.toggleAttribute("data-drawn", true);
    for (const tick of root.querySelectorAll(".tick")) if (tick instanceof HTMLElement) tick.style.left = this.share(Number(tick.dataset.at));
    for (const lane of root.querySelectorAll(".timeline-lane")) {
      if (!(lane instanceof HTMLElement)) continue;
      this.stack(lane);
      // How many bars fit beside each other hangs on how wide they are drawn, which changes with the zoom.
      addEventListener("resize", () => this.stack(lane));
      this.offerNew(lane);
    }
    for (const bar of this.bars) this.listen(bar);
    this.showNow();
  }

  /** @param {number} at */
  share(at) {
    return `${((at - this.from) / (this.to - this.from)) * 100}%`;
  }

  /**
   * Puts the bars of a row on top of each other where they overlap.
   * @param {HTMLElement} lane
   */
  stack(lane) {
    /** @type {number[]} */
    const ends = [];
    // However short a deal is, its bar is wide enough to be taken hold of.
    const leastMs = (LEAST_PX * (this.to - this.from)) / (lane.clientWidth || 1);
    for (const bar of this.bars.filter((bar) => bar.element.closest(".timeline-lane") === lane)) {
      const free = ends.findIndex((end) => end <= bar.starts);
      const place = free < 0 ? ends.length : free;
      ends[place] = Math.max(bar.ends, bar.starts + leastMs);
      bar.element.style.top = `${place * LANE_PX + 4}px`;
      this.place(bar);
    }
    lane.style.height = `${Math.max(1, ends.length) * LANE_PX + 6}px`;
  }

  /** @param {Bar} bar */
  place(bar) {
    const from = Math.max(bar.starts, this.from);
    const to = Math.min(bar.ends, this.to);
    bar.element.style.left = this.share(from);
    bar.element.style.width = `${((to - from) / (this.to - this.from)) * 100}%`;
  }

  /** @param {Bar} bar */
  listen(bar) {
    if (!bar.moves) return;
    bar.element.addEventListener("pointerdown", (event) => this.grab(bar, event));
    bar.element.addEventListener("keydown", (event) => this.key(bar, event));
    bar.element.addEventListener("dragstart", (event) => event.preventDefault());
    bar.element.addEventListener("click", (event) => {
      event.preventDefault();
      // A click that ends a drag has been heard already.
      if (!bar.dragged) this.confirm(bar);
      bar.dragged = false;
    });
  }

  /**
   * Follows the pointer until it lets go, or Escape is pressed.
   * @param {Bar} bar
   * @param {PointerEvent} event
   */
  grab(bar, event) {
    if (event.button !== 0) return;
    const box = bar.element.getBoundingClientRect();
    const stretches = bar.fast || event.clientX > box.right - Math.min(EDGE_PX, box.width / 3);
    const lane = bar.element.parentElement?.parentElement;
    const perPx = (this.to - this.from) / (lane?.clientWidth || 1);
    const [starts, ends, began] = [bar.starts, bar.ends, event.clientX];
    follow(bar.element, event, {
      moved: (/** @type {PointerEvent} */ moved) => {
        const by = Math.round(((moved.clientX - began) * perPx) / STEP_MS) * STEP_MS;
        if (by === 0 && !bar.dragged) return;
        bar.dragged = true;
        this.propose(bar, stretches ? starts : starts + by, ends + by);
      },
      letGo: () => {
        if (bar.dragged && bar.isPending()) this.confirm(bar);
      },
      cancelled: (/** @type {boolean} */ byKey) => {
        this.restore(bar);
        // The click that comes when the button is let go is no wish for the form.
        bar.dragged = byKey;
      },
    });
  }

  /**
   * The bar of a new deal: drawn by pointer on an empty stretch of the row, moved by keys like any other, and
   * a link to the form with its times. `n` goes to it from the other bars of the row, and from it to the form.
   * @param {HTMLElement} lane
   */
  offerNew(lane) {
    const element = lane.querySelector("a.bar-new");
    if (!(element instanceof HTMLAnchorElement)) return;
    const bar = new Bar(element);
    this.place(bar);
    lane.addEventListener("pointerdown", (event) => this.draw(bar, lane, event));
    element.addEventListener("keydown", (event) => this.key(bar, event));
    lane.addEventListener("keydown", (event) => {
      if (letterOf(event) !== "n" || !lettersAreOn()) return;
      event.preventDefault();
      if (event.target === element) return element.click();
      element.focus();
      say(this.told(bar, []));
    });
  }

  /**
   * Draws a new deal from where the pointer went down to where it is let go.
   * @param {Bar} bar
   * @param {HTMLElement} lane
   * @param {PointerEvent} event
   */
  draw(bar, lane, event) {
    if (event.button !== 0 || event.target !== lane) return;
    const box = lane.getBoundingClientRect();
    const at = (/** @type {PointerEvent} */ pointed) => {
      const share = Math.min(1, Math.max(0, (pointed.clientX - box.left) / (box.width || 1)));
      return this.from + Math.round((share * (this.to - this.from)) / STEP_MS) * STEP_MS;
    };
    const began = at(event);
    let drawn = false;
    event.preventDefault();
    follow(lane, event, {
      moved: (/** @type {PointerEvent} */ moved) => {
        const now = at(moved);
        drawn = drawn || now !== began;
        if (drawn) this.propose(bar, Math.min(began, now), Math.max(began, now));
      },
      letGo: () => {
        if (drawn) bar.element.click();
      },
      cancelled: () => this.restore(bar),
    });
  }

  /**
   * @param {Bar} bar
   * @param {KeyboardEvent} event
   */
  key(bar, event) {
    const step = event.shiftKey ? HOUR_MS : STEP_MS;
    const moves = /** @type {Record<string, [number, number]>} */ ({
      ArrowLeft: [-step, -step], ArrowRight: [step, step], ArrowUp: [0, step], ArrowDown: [0, -step],
    })[event.key];
    if (moves) {
      event.preventDefault();
      this.propose(bar, bar.starts + (bar.fast ? 0 : moves[0]), bar.ends + moves[1]);
    } else if (event.key === "Escape" && bar.isPending()) {
      event.preventDefault();
      this.restore(bar);
    }
  }

  /**
   * Shows a bar at another time, with what it would clash with.
   * @param {Bar} bar
   * @param {number} starts
   * @param {number} ends
   */
  propose(bar, starts, ends) {
    if (ends <= starts) return;
    [bar.starts, bar.ends] = [starts, ends];
    this.place(bar);
    bar.element.toggleAttribute("data-pending", bar.isPending() || bar.isNew);
    const clashing = this.bars.filter((other) => other !== bar && bar.clashes(other));
    for (const other of this.bars) other.element.toggleAttribute("data-clash", clashing.includes(other));
    bar.element.toggleAttribute("data-clash", clashing.length > 0);
    bar.write(bar.said(this.pattern()));
    bar.leadOn();
    say(this.told(bar, clashing));
  }

  pattern() {
    return this.root.dataset.moved ?? "{name}: {from} – {to}";
  }

  /**
   * When a bar is to run, and what it meets: a new deal has no SKUs yet, so of it the deals of its row are told.
   * @param {Bar} bar
   * @param {Bar[]} clashing
   */
  told(bar, clashing) {
    const text = bar.said(this.pattern());
    if (!bar.isNew) return clashing.length > 0 ? `${text}, ${this.root.dataset.clash}` : text;
    const lane = bar.element.closest(".timeline-lane");
    const beside = this.bars.filter((other) => other.element.closest(".timeline-lane") === lane && bar.meets(other));
    const words = (this.root.dataset.beside ?? "").replace("{count}", String(beside.length));
    return beside.length > 0 ? `${text}, ${words}` : text;
  }

  /** @param {Bar} bar */
  restore(bar) {
    this.propose(bar, bar.was[0], bar.was[1]);
    bar.restoreWords();
    bar.dragged = false;
    bar.element.toggleAttribute("data-pending", false);
    for (const other of this.bars) other.element.toggleAttribute("data-clash", false);
  }

  /**
   * Shows the server's form for the new time in a dialog; where that cannot be had, its page.
   * @param {Bar} bar
   */
  async confirm(bar) {
    const when = bar.isPending() ? `&window=${bar.starts}-${bar.ends}` : "";
    const address = `${bar.address}/move?back=${encodeURIComponent(this.root.dataset.back ?? "")}${when}`;
    const form = await formOf(address);
    if (!form) return location.assign(address);
    const dialog = document.createElement("dialog");
    dialog.className = "timeline-dialog";
    dialog.setAttribute("aria-label", form.querySelector(".lead")?.textContent ?? "");
    dialog.append(form);
    document.body.append(dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      this.restore(bar);
      bar.element.focus();
    });
    form.querySelector("[data-closes]")?.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
    });
    dialog.showModal();
    const button = form.querySelector("button.button");
    if (button instanceof HTMLElement) button.focus();
  }

  /** A line where it is now, moved every few seconds. */
  showNow() {
    const line = this.root.querySelector(".now-line");
    const axis = this.root.querySelector(".timeline-axis");
    if (!(line instanceof HTMLElement) || !(axis instanceof HTMLElement)) return;
    const now = serverNow();
    line.hidden = now < this.from || now > this.to;
    line.style.left = `${axis.offsetLeft + (axis.clientWidth * (now - this.from)) / (this.to - this.from)}px`;
    setTimeout(() => this.showNow(), 10_000);
  }
}

/** A deal on the timeline. */
class Bar {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.starts = Number(element.dataset.starts);
    this.ends = Number(element.dataset.ends);
    this.was = [this.starts, this.ends];
    this.address = element.dataset.address ?? "";
    this.skus = new Set((element.dataset.skus ?? "").split(" "));
    this.moves = element.hasAttribute("data-moves");
    /** It has opened: only its end can be moved. */
    this.fast = element.hasAttribute("data-fast");
    /** It is no deal yet. */
    this.isNew = element.classList.contains("bar-new");
    this.dragged = false;
    this.words = element.querySelector(".bar-when");
    this.whenWas = this.words?.textContent ?? "";
  }

  isPending() {
    return this.starts !== this.was[0] || this.ends !== this.was[1];
  }

  /** @param {Bar} other */
  meets(other) {
    return this.starts < other.ends && other.starts < this.ends;
  }

  /** @param {Bar} other */
  clashes(other) {
    return !this.isNew && this.meets(other) && [...this.skus].some((sku) => other.skus.has(sku));
  }

  /** The link of a new deal leads to the form with its times. */
  leadOn() {
    if (this.isNew) this.element.setAttribute("href", `${this.address}?window=${this.starts}-${this.ends}`);
  }

  /** @param {string} pattern */
  said(pattern) {
    const name = this.element.querySelector(".bar-name")?.textContent ?? "";
    return pattern.replace("{name}", name).replace("{from}", clockOf(this.starts)).replace("{to}", clockOf(this.ends));
  }

  /** @param {string} text */
  write(text) {
    if (this.words) this.words.textContent = text.replace(/^.*[:：] (?=\d)|^.*：/, "");
  }

  restoreWords() {
    if (this.words) this.words.textContent = this.whenWas;
  }
}

/**
 * Follows the pointer until it lets go, is taken away, or Escape is pressed.
 * @param {HTMLElement} element
 * @param {PointerEvent} event
 * @param {{ moved: (event: PointerEvent) => void, letGo: () => void, cancelled: (byKey: boolean) => void }} hand
 */
function follow(element, event, hand) {
  const listening = new AbortController();
  const signal = listening.signal;
  const end = (/** @type {() => void} */ heard) => {
    listening.abort();
    heard();
  };
  element.setPointerCapture(event.pointerId);
  element.addEventListener("pointermove", hand.moved, { signal });
  element.addEventListener("pointerup", () => end(hand.letGo), { signal });
  element.addEventListener("pointercancel", () => end(() => hand.cancelled(false)), { signal });
  addEventListener("keydown", (pressed) => {
    if (pressed.key === "Escape") end(() => hand.cancelled(true));
  }, { signal });
}

/**
 * A moment in the shop's time zone: the axis tells how far it lies from a tick.
 * @param {number} at
 */
function clockOf(at) {
  const tick = document.querySelector(".tick");
  if (!(tick instanceof HTMLElement)) return "";
  const zero = Number(tick.dataset.at);
  const [hours, minutes] = /^\d\d:\d\d$/.test(tick.textContent ?? "") ? (tick.textContent ?? "").split(":").map(Number) : [0, 0];
  const minute = (((at - zero) / 60_000 + hours * 60 + minutes) % 1440 + 1440) % 1440;
  const two = (/** @type {number} */ number) => String(Math.floor(number)).padStart(2, "0");
  return `${two(minute / 60)}:${two(minute % 60)}`;
}

/**
 * The form of a page; none where it cannot be had.
 * @param {string} address
 */
async function formOf(address) {
  try {
    const answer = await fetch(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("form.move-form");
  } catch {
    return null;
  }
}

/** @param {string} text */
function say(text) {
  const said = document.getElementById("said");
  if (said) said.textContent = text;
}
