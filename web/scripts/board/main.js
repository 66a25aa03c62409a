// The board: whenever the stream says that something moved, what moved is written where it stands. Nothing is drawn that
// the server did not draw first, so that the page is whole without any of this.

import { startClocks } from "../ground/clock.js";
import { drawBells, drawMarks } from "./bells.js";
import { startCurve } from "./curve.js";
import { startCounting } from "./gmv.js";
import { drawTicker, drawTops } from "./lists.js";
import { drawPlaces } from "./places.js";
import { drawFigures, drawPhones, drawRecent } from "./rates.js";
import { follow } from "./stream.js";
import { startWall } from "./wall.js";
import { readPattern } from "./write.js";

const board = document.querySelector("[data-board]");
startClocks();
if (board instanceof HTMLElement) start(board);

/** @param {HTMLElement} board */
function start(board) {
  const pattern = readPattern(board);
  const gmv = startCounting(board, pattern);
  const curve = startCurve(board, pattern);
  const wall = startWall(board);
  follow({
    figures(figures) {
      const own = figures.totals[0];
      if (!own) return;
      gmv.reach(own.paid.amount);
      curve.reach(own.paid.amount, Date.parse(figures.now));
      drawFigures(board, pattern, figures);
    },
    standings(standings, paid) {
      drawRecent(board, standings);
      drawPhones(board, standings.devices);
      drawMarks(board, pattern, standings, paid);
      drawTops(board, pattern, standings);
      drawPlaces(board, pattern, standings);
      drawTicker(board, pattern, standings);
      drawBells(board, standings);
      curve.step();
    },
    live: wall.live,
  });
}
