// The window on the plane: its centre (u, v), a scale in pixels per unit, equal along both axes, and where it lies.

const MARGIN = { left: 62, right: 1, top: 1, bottom: 54 };
const FIT = 0.94;
const MAX_ZOOM = 400;
const TAIL = 0.0005;

export function createView(codes) {
  return { home: boxToShow(codes), plot: { left: 0, top: 0, width: 1, height: 1 }, u: 0, v: 0, scale: 1, fitScale: 1 };
}

export function resize(view, width, height) {
  const atHome = isAtHome(view);
  view.plot = {
    left: MARGIN.left,
    top: MARGIN.top,
    width: Math.max(width - MARGIN.left - MARGIN.right, 1),
    height: Math.max(height - MARGIN.top - MARGIN.bottom, 1),
  };
  const zoom = view.scale / view.fitScale;
  view.fitScale = scaleToFit(view);
  if (atHome) resetView(view);
  else view.scale = zoom * view.fitScale;
}

export function resetView(view) {
  const { uMin, uMax, vMin, vMax } = view.home;
  view.u = (uMin + uMax) / 2;
  view.v = (vMin + vMax) / 2;
  view.scale = view.fitScale;
}

export function zoomAt(view, x, y, factor) {
  const [u, v] = toPlane(view, x, y);
  const scale = view.scale * factor;
  view.scale = Math.min(Math.max(scale, view.fitScale / 8), view.fitScale * MAX_ZOOM);
  const [movedU, movedV] = toPlane(view, x, y);
  view.u += u - movedU;
  view.v += v - movedV;
}

export function panBy(view, dx, dy) {
  view.u -= dx / view.scale;
  view.v += dy / view.scale;
}

// Bring a point into view that an arrow key has moved beyond the edge.
export function keepInView(view, u, v) {
  const { uMin, uMax, vMin, vMax } = visibleBox(view);
  view.u += Math.min(u - uMin, 0) + Math.max(u - uMax, 0);
  view.v += Math.min(v - vMin, 0) + Math.max(v - vMax, 0);
}

export function toPixels({ plot, u, v, scale }, pointU, pointV) {
  return [plot.left + plot.width / 2 + (pointU - u) * scale, plot.top + plot.height / 2 - (pointV - v) * scale];
}

export function toPlane({ plot, u, v, scale }, x, y) {
  return [u + (x - plot.left - plot.width / 2) / scale, v - (y - plot.top - plot.height / 2) / scale];
}

export function isInPlot({ plot }, x, y) {
  return x >= plot.left && x <= plot.left + plot.width && y >= plot.top && y <= plot.top + plot.height;
}

export function visibleBox({ plot, u, v, scale }) {
  const halfU = plot.width / 2 / scale;
  const halfV = plot.height / 2 / scale;
  return { uMin: u - halfU, uMax: u + halfU, vMin: v - halfV, vMax: v + halfV };
}

// Round numbers from low to high, about one every `wanted` units.
export function ticks(low, high, wanted) {
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = power * [1, 2, 5, 10].find((multiple) => multiple * power >= wanted);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const result = [];
  for (let i = Math.ceil(low / step); i <= Math.floor(high / step); i++) {
    result.push({ value: i * step, text: formatNumber(i * step, digits) });
  }
  return result;
}

export function formatNumber(value, digits) {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

function isAtHome(view) {
  const { uMin, uMax, vMin, vMax } = view.home;
  const centred = view.u === (uMin + uMax) / 2 && view.v === (vMin + vMax) / 2;
  return view.plot.width === 1 || (centred && view.scale === view.fitScale);
}

function scaleToFit({ home, plot }) {
  const spanU = home.uMax - home.uMin || 1;
  const spanV = home.vMax - home.vMin || 1;
  return FIT * Math.min(plot.width / spanU, plot.height / spanV);
}

// All codes, unless a few far ones would shrink the rest: then all but one in a thousand along each axis.
function boxToShow(codes) {
  const [uMin, uMax] = rangeToShow(sortedAxis(codes, 0));
  const [vMin, vMax] = rangeToShow(sortedAxis(codes, 1));
  return { uMin, uMax, vMin, vMax };
}

function rangeToShow(sorted) {
  const [low, high] = [quantile(sorted, TAIL), quantile(sorted, 1 - TAIL)];
  const [min, max] = [sorted[0], sorted[sorted.length - 1]];
  return max - min <= 1.3 * (high - low) ? [min, max] : [low, high];
}

export function sortedAxis(codes, axis) {
  return Float32Array.from({ length: codes.length / 2 }, (_, i) => codes[2 * i + axis]).sort();
}

export function quantile(sorted, fraction) {
  const position = fraction * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
