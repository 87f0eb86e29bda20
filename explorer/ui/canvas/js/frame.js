// At most one frame is pending; it takes the newest pointer and redraws what is stale.

const TILES_DELAY_MS = 140;

function requestDraw(state, what) {
  state.stale.add(what);
  state.frame ||= requestAnimationFrame(() => drawFrame(state));
}

function drawFrame(state) {
  state.frame = 0;
  const { stale } = state;
  state.stale = new Set();
  if (!state.scene || state.view.plot.width <= 1) return;
  if (state.pointer) state.cursor = cursorUnder(state, state.pointer);
  if (stale.has("view")) drawPlane(state);
  drawCursor(state);
  state.root.dataset.state = "drawn";
  state.parts.notice.textContent = "";
}

function cursorUnder({ view }, { x, y }) {
  if (!isInPlot(view, x, y)) return null;
  const [u, v] = toPlane(view, x, y);
  return { u, v };
}

function drawPlane(state) {
  const { parts, view, theme, scene } = state;
  const back = clearLayer(parts.back);
  drawBack(back, view, theme, state.map);
  if (state.grid) drawGrid(state, back);
  drawPoints(state);
  const front = clearLayer(parts.front);
  drawAxes(front, view, theme, scene.header.axis_labels);
  clipToPlot(front, view, () => drawGlyphs(front, view, theme, state.glyphs, state.shown));
  showPinned(state);
}

function drawPoints({ points, view, theme, shown, scene, showsPoints, grid }) {
  const { labels } = scene.arrays;
  const nShown = labels.values.reduce((n, label) => n + shown[label], 0);
  const { diameter, alpha } = discStyle(view, nShown, grid !== null);
  const colors = scene.header.colors.map(rgbOf);
  const palette = showsPoints && paletteOf(colors, shown, rgbOf(theme.ink), alpha);
  points.draw(view, devicePixelRatio, diameter, palette);
}

// Tiles in view move along at once; what a new view shows is decoded when the view comes to rest.
function drawGrid(state, context) {
  state.tiles ??= newTiles(state);
  clipToPlot(context, state.view, () => drawTiles(context, state.view, state.tiles));
  clearTimeout(state.tilesTimer);
  if (state.grid === "range" && state.tiles.at !== placeOfView(state.view)) {
    state.tilesTimer = setTimeout(() => {
      state.tiles = null;
      requestDraw(state, "view");
    }, TILES_DELAY_MS);
  }
}

function newTiles({ grid, view, sorted, gridSize, decodeAt, scene }) {
  const lines = gridLines(grid, view, sorted, gridSize);
  return { ...decodeTiles(lines, decodeAt, scene.header.image_shape), at: placeOfView(view) };
}

function placeOfView({ u, v, scale, plot }) {
  return [u, v, scale, plot.width, plot.height].join();
}

function drawCursor(state) {
  const { parts, view, theme, cursor, pin } = state;
  const point = shownPoint(state);
  const found = findNearest(state, point);
  showDecoded(state, point, titleOf(state), found);
  showNearest(state, found);
  tellLinked(state, cursor && found ? found.row : null);
  const atPin = !cursor && pin;
  drawMarks(clearLayer(parts.marks), view, theme, { cursor: atPin ? null : point, neighbour: found, pin });
}

function shownPoint({ cursor, pin, sorted }) {
  return cursor ?? pin ?? { u: quantile(sorted.u, 0.5), v: quantile(sorted.v, 0.5) };
}

function titleOf({ cursor, pin }) {
  if (cursor) return "Decoded here";
  return pin ? "Decoded at the pin" : "Decoded at the median";
}

function findNearest({ index, scene, shown }, { u, v }) {
  if (!index) return null;
  const labels = scene.arrays.reference_labels.values;
  const best = nearest(index, u, v, (row) => shown[labels[row]]);
  if (!best) return null;
  const { class_names: names, colors } = scene.header;
  const label = labels[best.row];
  return { ...best, ...referenceCode(scene, best.row), className: names[label], color: colors[label] };
}
