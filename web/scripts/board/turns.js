// What is drawn once a second is drawn piece by piece, one a frame, so that no frame has much to do.

/** @type {(() => void)[]} */
let due = [];
let isDrawing = false;

/**
 * Draws these in turn; what of the last time is still due comes too late and is left out.
 * @param {(() => void)[]} pieces
 */
export function inTurn(pieces) {
  due = pieces;
  if (!isDrawing) requestAnimationFrame(next);
  isDrawing = true;
}

function next() {
  due.shift()?.();
  isDrawing = due.length > 0;
  if (isDrawing) requestAnimationFrame(next);
}
