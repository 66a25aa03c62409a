// Orders and payments a second, the units on their way, and the phones' share.

import { inTurn } from "./turns.js";
import { count, filled, hide, one, percent, readPattern, set, sum, time, write, writeOver } from "./write.js";

/**
 * @param {HTMLElement} board
 * @param {import("./write.js").Pattern} pattern
 * @param {import("./stream.js").Figures} figures
 */
export function drawTotals(board, pattern, figures) {
  const [own, ...others] = figures.totals;
  const figure = (/** @type {string} */ name) => one(board, `[data-figure="${name}"]`);
  if (own) {
    writeOver(figure("paid-count"), count(own.paid.count));
    writeOver(figure("since-bell"), sum(own.since_bell.amount, pattern));
    hide(one(board, "[data-since-bell]"), own.since_bell.amount === own.paid.amount);
    writeOver(figure("placed"), sum(own.placed.amount, pattern));
    writeOver(figure("refunded"), sum(own.refunded.amount, pattern));
  }
  for (const other of others) {
    const line = one(board, `[data-other="${other.currency}"]`);
    if (line instanceof HTMLElement) writeOver(line.querySelector("[data-other-paid]"), sum(other.paid.amount, readPattern(line)));
  }
}

/**
 * @param {HTMLElement} board
 * @param {import("./stream.js").Pipeline} pipeline
 */
export function drawPipeline(board, pipeline) {
  for (const [step, units] of Object.entries(pipeline)) {
    inTurn(`pipeline ${step}`, () => {
      write(one(board, `[data-step="${step}"] [data-step-count]`), count(units));
      set(one(board, `[data-step="${step}"] [data-step-bar]`), "points", filled(percent(units, pipeline.ordered)));
    });
  }
}

/**
 * @param {HTMLElement} board
 * @param {string} name
 * @param {import("./stream.js").Speed} speed
 */
export function drawSpeed(board, name, speed) {
  const rate = `[data-rate="${name}"]`;
  write(one(board, `${rate} [data-rate-now]`), count(speed.per_second));
  write(one(board, `${rate} [data-rate-peak]`), count(speed.peak));
  if (speed.peak > 0) write(one(board, `${rate} [data-rate-peak-at]`), time(board, Date.parse(speed.peak_at)));
}

/**
 * @param {HTMLElement} board
 * @param {string} name
 * @param {number[]} seconds
 */
export function drawRecent(board, name, seconds) {
  set(one(board, `[data-rate="${name}"] [data-spark]`), "points", spark(seconds));
}

/**
 * A column a second, 20 high at the busiest.
 * @param {number[]} seconds
 */
function spark(seconds) {
  const most = Math.max(1, ...seconds);
  const columns = seconds.map((number, place) => {
    const height = (20 - (number * 20) / most).toFixed(1);
    return number > 0 ? `${place} 20 ${place} ${height} ${place}.8 ${height} ${place}.8 20` : "";
  });
  return columns.filter(Boolean).join(" ");
}

/**
 * @param {HTMLElement} board
 * @param {import("./stream.js").PlaceSum[]} devices
 */
export function drawPhones(board, devices) {
  const number = (/** @type {string} */ kind) => devices.find(({ place }) => place === kind)?.count ?? 0;
  const known = number("phone") + number("tablet") + number("computer");
  const share = percent(number("phone"), known);
  write(one(board, "[data-phones-share]"), known > 0 ? String(share) : "–");
  hide(one(board, "[data-phones-unit]"), known === 0);
  writeOver(one(board, "[data-phones-known]"), count(known));
  set(one(board, "[data-phones-bar]"), "points", filled(share));
}
