// Adds up how far the layout jumps, from the first paint on, and notes what was moved.
window.layoutShift = 0;
window.layoutMoved = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (entry.hadRecentInput) continue;
    window.layoutShift += entry.value;
    for (const { node } of entry.sources ?? []) {
      const element = node instanceof Element ? node : node?.parentElement;
      if (element) window.layoutMoved.push([element.localName, ...element.classList].join("."));
    }
  }
}).observe({ type: "layout-shift", buffered: true });
