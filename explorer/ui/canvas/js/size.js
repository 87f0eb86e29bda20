// The canvas's size and its theme's colours.

function watchSize(state) {
  const observer = new ResizeObserver(() => {
    if (state.scene) fitLayers(state);
  });
  observer.observe(state.parts.plane);
  return () => observer.disconnect();
}

function fitLayers(state) {
  const { plane, back, points, front, marks } = state.parts;
  const { clientWidth: width, clientHeight: height } = plane;
  if (width === 0 || height === 0) return;
  resize(state.view, width, height);
  state.theme = readTheme(state.root);
  for (const layer of [back, front, marks]) prepareLayer(layer, width, height, devicePixelRatio);
  const { plot } = state.view;
  const box = { left: plot.left, top: plot.top, width: plot.width, height: plot.height };
  for (const [side, pixels] of Object.entries(box)) points.style[side] = `${pixels}px`;
  points.width = Math.round(plot.width * devicePixelRatio);
  points.height = Math.round(plot.height * devicePixelRatio);
  requestDraw(state, "view");
}

function readTheme(root) {
  const style = getComputedStyle(root);
  const color = (name) => style.getPropertyValue(name).trim();
  return {
    ink: color("--st-text-color"),
    paper: color("--st-background-color"),
    faint: color("--st-border-color"),
    field: color("--st-secondary-background-color"),
    font: style.fontFamily,
    size: parseFloat(style.fontSize),
  };
}

function rgbOf(color) {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

function mix(from, to, share) {
  return from.map((channel, i) => channel + share * (to[i] - channel));
}
