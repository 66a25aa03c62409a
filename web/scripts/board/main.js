// The board: whenever the stream says that something moved, what moved is written where it stands. Nothing is drawn that
// the server did not draw first, so that the page is whole without any of this.

import { startClocks } from "../ground/clock.js";
import { submitOnChange } from "../ground/forms.js";
import { drawBells, drawMarks } from "./bells.js";
import { startCurve } from "./curve.js";
import { startCounting } from "./gmv.js";
import { drawTicker, drawTop } from "./lists.js";
import { drawMap, drawPlaces } from "./places.js";
import { drawPhones, drawPipeline, drawRecent, drawSpeed, drawTotals } from "./rates.js";
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
      curve.reach(own.since_bell.amount, Date.parse(figures.now));
      inTurn("totals", () => drawTotals(board, pattern, figures));
      inTurn("orders", () => drawSpeed(board, "orders", figures.orders));
      inTurn("payments", () => drawSpeed(board, "payments", figures.payments));
      inTurn("pipeline", () => drawPipeline(board, figures.pipeline));
    },
    standings(standings, paid) {
      const whole = standings.countries.reduce((sum, { amount }) => sum + amount, 0);
      inTurn("orders-recent", () => drawRecent(board, "orders", standings.orders_recent));
      inTurn("payments-recent", () => drawRecent(board, "payments", standings.payments_recent));
      inTurn("phones", () => drawPhones(board, standings.devices));
      inTurn("marks", () => drawMarks(board, pattern, standings, paid));
      inTurn("products", () => drawTop(board, pattern, "products", standings.top_products));
      inTurn("categories", () => drawTop(board, pattern, "categories", standings.top_categories));
      inTurn("sellers", () => drawTop(board, pattern, "sellers", standings.top_sellers));
      inTurn("korea", () => drawMap(board, "korea", standings.provinces));
      inTurn("world", () => drawMap(board, "world", standings.countries));
      inTurn("provinces", () => drawPlaces(board, pattern, "provinces", standings.provinces, whole));
      inTurn("countries", () => drawPlaces(board, pattern, "countries", standings.countries, whole));
      inTurn("ticker", () => drawTicker(board, standings));
      inTurn("bells", () => drawBells(board, standings));
      inTurn("curve", () => curve.step(standings.bell));
    },
    live: wall.live,
  });
}
