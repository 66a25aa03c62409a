// Adds up how far the layout jumps, from the first paint on, and notes what was moved.
window.layoutShift = 0;
window.layoutMoved = [];
// On a busy machine a window gets its size after it was first painted: what moves for that is not the page's doing.
let sized = -Infinity;
addEventListener("resize", () => (sized = performance.now()));
const isSized = (entry) => entry.startTime > sized - 50 && entry.startTime < sized + 500;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput || isSized(entry)) continue;
    window.layoutShift += entry.value;
    for (const { node } of entry.sources ?? []) {
      const element = node instanceof Element ? node : node?.parentElement;
      if (element) window.layoutMoved.push([element.localName, ...element.classList].join("."));
    }
  }
}).observe({ type: "layout-shift", buffered: true });
