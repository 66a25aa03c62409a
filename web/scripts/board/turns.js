// Everything that is drawn is drawn piece by piece, so that no frame has much to do.

import { changes } from "./write.js";

/**
 * What is due, by name, first come first drawn. A piece that becomes due again keeps its place and is drawn as it is then.
 * @type {Map<string, () => void>}
 */
let due = new Map();
/** A frame draws one piece, and more while less than this differs: most of what it costs comes after, in layout and paint. */
const CHANGES_MAX = 2;
/** And while it took less than this. */
const BRIEF_MS = 0.5;
let isDrawing = false;

/**
 * Draws this when its turn has come.
 * @param {string} name
 * @param {() => void} piece
 */
export function inTurn(name, piece) {
  due.set(name, piece);
  draw();
}

/**
 * Draws this before all that waits: what is watched moves evenly, however much else there is to draw.
 * @param {string} name
 * @param {() => void} piece
 */
export function first(name, piece) {
  due.delete(name);
  due = new Map([[name, piece], ...due]);
  draw();
}

function draw() {
  if (!isDrawing && due.size > 0) requestAnimationFrame(next);
  isDrawing = due.size > 0;
}

function next() {
  isDrawing = false;
  const [before, begun] = [changes(), performance.now()];
  try {
    for (const [name, piece] of due) {
      due.delete(name);
      piece();
      if (changes() - before >= CHANGES_MAX || performance.now() - begun >= BRIEF_MS) break;
    }
  } finally {
    // A piece that fails holds up no other.
    draw();
  }
}
