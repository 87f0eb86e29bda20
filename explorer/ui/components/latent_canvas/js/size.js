// The canvas's size and its theme's colours.

const SHADOW_INK = 0.2;

function watchSize(state) {
  const observer = new ResizeObserver(() => {
    if (state.scene) fitLayers(state);
  });
  observer.observe(state.parts.plane);
  return () => observer.disconnect();
}

function fitLayers(state) {
  const { plane, scene, marks } = state.parts;
  const { clientWidth: width, clientHeight: height } = plane;
  if (width === 0 || height === 0) return;
  resize(state.view, width, height);
  state.theme = readTheme(state.root);
  for (const layer of [scene, marks]) prepareLayer(layer, width, height, devicePixelRatio);
  const { plot } = state.view;
  state.ratio = devicePixelRatio;
  state.points.canvas.width = Math.round(plot.width * devicePixelRatio);
  state.points.canvas.height = Math.round(plot.height * devicePixelRatio);
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
    shadow: mix(rgbOf(color("--st-background-color")), rgbOf(color("--st-text-color")), SHADOW_INK),
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
