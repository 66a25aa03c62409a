// The board: whenever the stream says that something moved, what moved is written where it stands. Nothing is drawn that
// the server did not draw first, so that the page is whole without any of this.

import { startClocks } from "../ground/clock.js";
import { submitOnChange } from "../ground/forms.js";
import { drawBells, drawMarks } from "./bells.js";
import { startCurve } from "./curve.js";
import { startCounting } from "./gmv.js";
import { drawTicker, drawTop } from "./lists.js";
import { drawMap, drawPlaces } from "./places.js";
import { drawFigures, drawPhones, drawRecent } from "./rates.js";
import { follow } from "./stream.js";
import { inTurn } from "./turns.js";
import { startWall } from "./wall.js";
import { readPattern } from "./write.js";

const board = document.querySelector("[data-board]");
startClocks();
submitOnChange();
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
      wall.at(Date.parse(figures.now));
      gmv.reach(own.paid.amount);
      curve.reach(own.paid.amount, Date.parse(figures.now));
      drawFigures(board, pattern, figures);
    },
    standings(standings, paid) {
      const whole = standings.countries.reduce((sum, { amount }) => sum + amount, 0);
      inTurn([
        () => drawRecent(board, standings),
        () => drawPhones(board, standings.devices),
        () => drawMarks(board, pattern, standings, paid),
        () => drawTop(board, pattern, "products", standings.top_products),
        () => drawTop(board, pattern, "categories", standings.top_categories),
        () => drawTop(board, pattern, "sellers", standings.top_sellers),
        () => drawMap(board, "korea", standings.provinces),
        () => drawMap(board, "world", standings.countries),
        () => drawPlaces(board, pattern, "provinces", standings.provinces, whole),
        () => drawPlaces(board, pattern, "countries", standings.countries, whole),
        () => drawTicker(board, standings),
        () => drawBells(board, standings),
        () => curve.step(),
      ]);
    },
    live: wall.live,
  });
}
