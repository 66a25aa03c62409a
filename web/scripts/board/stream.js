// What the board hears: the whole at once and then up to once a second, the figures whenever they move.

/**
 * @typedef {{count: number, amount: number}} Sum
 * @typedef {{currency: string, placed: Sum, paid: Sum, since_bell: Sum, refunded: Sum}} Totals
 * @typedef {{per_second: number, peak: number, peak_at: string}} Speed
 * @typedef {{ordered: number, paid: number, shipped: number, delivered: number, refunded: number}} Pipeline
 * @typedef {{totals: Totals[], orders: Speed, payments: Speed, pipeline: Pipeline, now: string, sequence: string}} Figures
 * @typedef {Record<string, string>} Names
 * @typedef {{id: string, name: Names, amount: number}} Ranked
 * @typedef {{at: string, what: string, deal: string, name: Names}} Happening
 * @typedef {{place: string, count: number, amount: number}} PlaceSum
 * @typedef {{amount: number, after_ms: number}} Mark
 * @typedef {object} Standings
 * @property {string | null} bell
 * @property {string | null} next_bell
 * @property {number} open_deals
 * @property {Mark[]} marks
 * @property {number} next_mark
 * @property {number[]} orders_recent
 * @property {number[]} payments_recent
 * @property {Ranked[]} top_products
 * @property {Ranked[]} top_categories
 * @property {Ranked[]} top_sellers
 * @property {Happening[]} happenings
 * @property {PlaceSum[]} countries
 * @property {PlaceSum[]} provinces
 * @property {PlaceSum[]} devices
 * @typedef {object} Listener
 * @property {(figures: Figures) => void} figures
 * @property {(standings: Standings, paid: number) => void} standings
 * @property {(is: boolean) => void} live
 */

const AGAIN_MS = 2000;

/**
 * Follows the stream for as long as the page is seen. It tells no more often than an eye follows.
 * @param {Listener} listener
 */
export function follow(listener) {
  /** @type {EventSource | undefined} */
  let stream;
  const open = () => {
    if (document.hidden || (stream && stream.readyState !== EventSource.CLOSED)) return;
    stream = new EventSource("/v1/board/stream");
    stream.addEventListener("open", () => listener.live(true));
    stream.addEventListener("board", (message) => {
      /** @type {Figures & Standings} */
      const said = JSON.parse(message.data);
      listener.figures(said);
      listener.standings(said, said.totals[0]?.since_bell.amount ?? 0);
    });
    stream.addEventListener("figures", (message) => listener.figures(JSON.parse(message.data)));
    stream.addEventListener("error", () => {
      listener.live(false);
      // EventSource comes back by itself from a broken line, but not from a refusal such as 429.
      if (stream?.readyState === EventSource.CLOSED) setTimeout(open, AGAIN_MS + Math.random() * AGAIN_MS);
    });
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) stream?.close();
    else open();
  });
  addEventListener("pagehide", () => stream?.close());
  addEventListener("pageshow", (event) => event.persisted && open());
  open();
}
