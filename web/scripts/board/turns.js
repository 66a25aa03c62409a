// Everything that is drawn is drawn piece by piece, one a frame, so that no frame has much to do.

/**
 * What is due, by name, first come first drawn. A piece that becomes due again keeps its place and is drawn as it is then.
 * @type {Map<string, () => void>}
 */
const due = new Map();
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
  for (const [name, piece] of due) {
    due.delete(name);
    piece();
    break;
  }
  isDrawing = due.size > 0;
  if (isDrawing) requestAnimationFrame(next);
}
