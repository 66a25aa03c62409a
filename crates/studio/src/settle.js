async () => {
  await document.fonts.ready;
  const near = [...document.images].filter((image) => image.getBoundingClientRect().top < innerHeight);
  await Promise.all(near.map((image) => image.decode().catch(() => undefined)));
  for (let frame = 0; frame < 2; frame += 1) await new Promise((painted) => requestAnimationFrame(painted));
  await new Promise((told) => setTimeout(told));
  return { shift: window.layoutShift ?? 0, moved: [...new Set(window.layoutMoved ?? [])], height: document.documentElement.scrollHeight };
}
