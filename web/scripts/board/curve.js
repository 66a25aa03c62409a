// The first minutes as a curve: taken whole from the server, then drawn on by the second.

import { clock, roundSum, write } from "./write.js";

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
  const section = board.querySelector("[data-curve]");
  /** @type {Curve | undefined} */
  let curve;
  let isAsking = false;
  let [paid, now] = [0, 0];

  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    try {
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

    /** One more second. */
    step() {
      const bell = curve?.bell ? Date.parse(curve.bell) : undefined;
      const second = bell === undefined ? 0 : Math.floor((now - bell) / 1000) + 1;
      if (!curve || bell === undefined || second > curve.horizon || curve.seconds.length > POINTS_MAX) {
        ask();
        return;
      }
      push(curve, second, paid);
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
  section.querySelector("[data-curve-now]")?.setAttribute("d", path(curve, curve.horizon, top));
  if (curve.earlier) section.querySelector("[data-curve-earlier]")?.setAttribute("d", path(curve.earlier, curve.horizon, top));
  write(section.querySelector("[data-curve-top]"), top > 0 ? roundSum(board, top, pattern) : "");
  write(section.querySelector("[data-curve-horizon]"), clock(curve.horizon));
  if (curve.earlier) write(section.querySelector("[data-curve-says]"), compared(section, curve, curve.earlier));
}

/**
 * How far this festival is ahead of the other at the same time after the bell.
 * @param {HTMLElement} section
 * @param {Line} line
 * @param {Line} earlier
 */
function compared(section, line, earlier) {
  const now = line.seconds.at(-1) ?? 0;
  const then = earlier.amounts[earlier.seconds.filter((second) => second <= now).length - 1] ?? 0;
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
 * @param {Line} line
 * @param {number} horizon
 * @param {number} top
 */
function path(line, horizon, top) {
  const points = line.seconds.map((second, place) => {
    const x = (Math.min(second, horizon) * WIDTH) / Math.max(1, horizon);
    const y = HEIGHT - ((line.amounts[place] ?? 0) * HEIGHT) / Math.max(1, top);
    return `L${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  return `M0 ${HEIGHT}${points.join("")}`;
}
