// The window on the plane: its centre (x, y), a scale in pixels per unit, equal along both axes, and its place.
// x and y are u and v themselves, or their ranks where the view has a warp.

const MARGIN = { left: 76, right: 1, top: 1, bottom: 58 };
const FIT = 0.94;
const MAX_ZOOM = 400;
const TAIL = 0.0005;
const UNIT_BOX = { xMin: 0, xMax: 1, yMin: 0, yMax: 1 };

export function createView(sorted, warp = null) {
  const home = warp ? UNIT_BOX : boxToShow(sorted);
  return { home, warp, plot: null, x: 0, y: 0, scale: 1, fitScale: 1 };
}

export function resize(view, width, height) {
  const isFresh = view.plot === null || isAtHome(view);
  view.plot = {
    left: MARGIN.left,
    top: MARGIN.top,
    width: Math.max(width - MARGIN.left - MARGIN.right, 1),
    height: Math.max(height - MARGIN.top - MARGIN.bottom, 1),
  };
  const zoom = view.scale / view.fitScale;
  view.fitScale = scaleToFit(view);
  view.scale = zoom * view.fitScale;
  if (isFresh) resetView(view);
}

export function resetView(view) {
  const { xMin, xMax, yMin, yMax } = view.home;
  view.x = (xMin + xMax) / 2;
  view.y = (yMin + yMax) / 2;
  view.scale = view.fitScale;
}

export function zoomAt(view, left, top, factor) {
  const [x, y] = fromPixels(view, left, top);
  const scale = view.scale * factor;
  view.scale = Math.min(Math.max(scale, view.fitScale / 8), view.fitScale * MAX_ZOOM);
  const [movedX, movedY] = fromPixels(view, left, top);
  view.x += x - movedX;
  view.y += y - movedY;
}

export function panBy(view, dx, dy) {
  view.x -= dx / view.scale;
  view.y += dy / view.scale;
}

// Bring a place into view that an arrow key has moved beyond the edge.
export function keepInView(view, left, top) {
  const { plot } = view;
  const beyond = (place, start, size) => Math.min(place - start, 0) + Math.max(place - start - size, 0);
  panBy(view, -beyond(left, plot.left, plot.width), -beyond(top, plot.top, plot.height));
}

export function toPixels({ plot, warp, x, y, scale }, u, v) {
  const placeX = warp ? toRank(warp.u, u) : u;
  const placeY = warp ? toRank(warp.v, v) : v;
  return [plot.left + plot.width / 2 + (placeX - x) * scale, plot.top + plot.height / 2 - (placeY - y) * scale];
}

export function toPlane(view, left, top) {
  const [x, y] = fromPixels(view, left, top);
  return view.warp ? [fromRank(view.warp.u, x), fromRank(view.warp.v, y)] : [x, y];
}

export function isInPlot({ plot }, left, top) {
  return left >= plot.left && left <= plot.left + plot.width && top >= plot.top && top <= plot.top + plot.height;
}

export function visibleBox({ plot, x, y, scale }) {
  const halfX = plot.width / 2 / scale;
  const halfY = plot.height / 2 / scale;
  return { xMin: x - halfX, xMax: x + halfX, yMin: y - halfY, yMax: y + halfY };
}

function fromPixels({ plot, x, y, scale }, left, top) {
  return [x + (left - plot.left - plot.width / 2) / scale, y - (top - plot.top - plot.height / 2) / scale];
}

function isAtHome({ home, x, y, scale, fitScale }) {
  return x === (home.xMin + home.xMax) / 2 && y === (home.yMin + home.yMax) / 2 && scale === fitScale;
}

function scaleToFit({ home, plot }) {
  const spanX = home.xMax - home.xMin || 1;
  const spanY = home.yMax - home.yMin || 1;
  return FIT * Math.min(plot.width / spanX, plot.height / spanY);
}

// All codes, unless a few far ones would shrink the rest: then all but one in a thousand along each axis.
function boxToShow({ u, v }) {
  const [xMin, xMax] = rangeToShow(u);
  const [yMin, yMax] = rangeToShow(v);
  return { xMin, xMax, yMin, yMax };
}

function rangeToShow(sorted) {
  const [low, high] = [quantile(sorted, TAIL), quantile(sorted, 1 - TAIL)];
  const [min, max] = [sorted[0], sorted[sorted.length - 1]];
  return max - min <= 1.3 * (high - low) ? [min, max] : [low, high];
}
