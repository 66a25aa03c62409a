// The first minutes as a curve: taken whole from the server, then drawn on by the second.

import { clock, one, renew, roundSum, set, write } from "./write.js";

const [WIDTH, HEIGHT] = [600, 200];
/** From so many points on the curve is taken anew, thinned by the server. */
const POINTS_MAX = 450;

/**
 * @typedef {{seconds: number[], amounts: number[]}} Line
 * @typedef {Line & {currency: string, bell: string | null, horizon: number, earlier: (Line & {festival: string}) | null}} Curve
 */

/**
 * @param {HTMLElement} board
 * @param {import("./write.js").Pattern} pattern
 */
export function startCurve(board, pattern) {
  /** @type {Curve | undefined} */
  let curve;
  let isAsking = false;
  let [paid, now] = [0, 0];

  const ask = async (/** @type {string | null} */ first) => {
    if (isAsking) return;
    isAsking = true;
    try {
      // Beside another festival lies another curve, with a name that the server writes.
      const isAnother = curve?.bell && curve.bell !== first;
      if (isAnother) await renew(board, "/board", "[data-curve]");
      const answer = await fetch("/v1/board/curve", { cache: "no-store" });
      if (answer.ok) curve = await answer.json();
    } catch {
      // Offline: the next second tries again.
    }
    isAsking = false;
  };

  return {
    /**
     * So much is paid at this time of the server.
     * @param {number} amount
     * @param {number} at
     */
    reach(amount, at) {
      [paid, now] = [amount, at];
    },

    /**
     * One more second of the festival with this first bell.
     * @param {string | null} first
     */
    step(first) {
      const bell = curve?.bell ? Date.parse(curve.bell) : undefined;
      const second = bell === undefined ? 0 : Math.floor((now - bell) / 1000) + 1;
      if (!curve || bell === undefined || curve.bell !== first || second > curve.horizon || curve.seconds.length > POINTS_MAX) {
        ask(first);
        return;
      }
      push(curve, second, paid);
      const section = one(board, "[data-curve]");
      if (section instanceof HTMLElement) redraw(board, section, pattern, curve);
    },
  };
}

/**
 * The last point moves, or another follows it.
 * @param {Line} line
 * @param {number} second
 * @param {number} amount
 */
function push(line, second, amount) {
  const last = line.seconds.length - 1;
  if (last >= 0 && (line.seconds[last] ?? 0) >= second) {
    line.amounts[last] = amount;
  } else {
    line.seconds.push(second);
    line.amounts.push(amount);
  }
}

/**
 * @param {HTMLElement} board
 * @param {HTMLElement} section
 * @param {import("./write.js").Pattern} pattern
 * @param {Curve} curve
 */
function redraw(board, section, pattern, curve) {
  const most = Math.max(curve.amounts.at(-1) ?? 0, curve.earlier?.amounts.at(-1) ?? 0);
  const top = roundTop(most);
  set(one(board, "[data-curve-now]"), "points", points(curve, curve.horizon, top));
  if (curve.earlier) set(one(board, "[data-curve-earlier]"), "points", points(curve.earlier, curve.horizon, top));
  write(one(board, "[data-curve-top]"), top > 0 ? roundSum(board, top, pattern) : "");
  write(one(board, "[data-curve-horizon]"), clock(curve.horizon));
  if (curve.earlier) write(one(board, "[data-curve-says]"), compared(section, curve, curve.earlier));
}

/**
 * How far this festival is ahead of the other at the same time after the bell.
 * @param {HTMLElement} section
 * @param {Line} line
 * @param {Line} earlier
 */
function compared(section, line, earlier) {
  const now = line.seconds.at(-1) ?? 0;
  const then = earlier.amounts[earlier.seconds.findLastIndex((second) => second <= now)] ?? 0;
  if (then === 0) return "";
  const ahead = Math.trunc((((line.amounts.at(-1) ?? 0) - then) * 100) / then);
  const said = ahead >= 0 ? section.dataset.ahead : section.dataset.behind;
  return (said ?? "").replace("{percent}", String(Math.abs(ahead)));
}

/**
 * The least round sum that both curves stay under.
 * @param {number} most
 */
function roundTop(most) {
  if (most <= 0) return 0;
  let power = 1;
  while (most > power * 10) power *= 10;
  return [1, 2, 5, 10].map((digit) => digit * power).find((round) => round >= most) ?? 0;
}

/**
 * What was drawn of a line, but for its last point, which still moves.
 * @type {WeakMap<Line, {plane: string, count: number, drawn: string}>}
 */
const drawn = new WeakMap();

/**
 * A line as the points of a polyline. On the same plane as the last time only what is new is written.
 * @param {Line} line
 * @param {number} horizon
 * @param {number} top
 */
function points(line, horizon, top) {
  const plane = `${horizon} ${top}`;
  const known = drawn.get(line);
  const settled = line.seconds.length - 1;
  const same = known?.plane === plane && known.count <= settled ? known : { plane, count: 0, drawn: `0 ${HEIGHT}` };
  while (same.count < settled) {
    same.drawn += point(line, same.count, horizon, top);
    same.count += 1;
  }
  drawn.set(line, same);
  return same.drawn + (settled < 0 ? "" : point(line, settled, horizon, top));
}

/**
 * @param {Line} line
 * @param {number} place
 * @param {number} horizon
 * @param {number} top
 */
function point(line, place, horizon, top) {
  const x = (Math.min(line.seconds[place] ?? 0, horizon) * WIDTH) / Math.max(1, horizon);
  const y = HEIGHT - ((line.amounts[place] ?? 0) * HEIGHT) / Math.max(1, top);
  return ` ${x.toFixed(1)} ${y.toFixed(1)}`;
}
