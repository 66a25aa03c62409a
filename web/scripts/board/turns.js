// Everything that is drawn is drawn piece by piece, so that no frame has much to do.

/**
 * What is due, by name, first come first drawn. A piece that becomes due again keeps its place and is drawn as it is then.
 * @type {Map<string, () => void>}
 */
const due = new Map();
/** A frame draws one piece, and more while it took less than this. */
const BRIEF_MS = 1;
let isDrawing = false;

/**
 * Draws this when its turn has come.
 * @param {string} name
 * @param {() => void} piece
 */
export function inTurn(name, piece) {
  due.set(name, piece);
  if (!isDrawing) requestAnimationFrame(next);
  isDrawing = true;
}

function next() {
  // Asked for before anything is drawn: a piece that fails holds up no other.
  isDrawing = due.size > 1;
  if (isDrawing) requestAnimationFrame(next);
  const begun = performance.now();
  for (const [name, piece] of due) {
    due.delete(name);
    piece();
    if (performance.now() - begun >= BRIEF_MS) break;
  }
}
