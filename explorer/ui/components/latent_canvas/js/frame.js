// At most one frame is pending; it takes the newest pointer and redraws what is stale.

const TILES_DELAY_MS = 140;
const TILES_FRAME_MS = 100; // longer than it takes to draw a frame, which may be 60,000 discs without a GPU

function requestDraw(state, what) {
  state.stale.add(what);
  state.frame ||= requestAnimationFrame(() => drawFrame(state));
}

function drawFrame(state) {
  state.frame = 0;
  const { stale } = state;
  state.stale = new Set();
  if (!state.scene || !state.view.plot) return;
  if (state.ratio !== devicePixelRatio) fitLayers(state); // the window has moved to another screen
  if (state.pointer) state.cursor = cursorUnder(state, state.pointer);
  if (stale.has("view")) drawPlane(state);
  drawCursor(state);
  state.source.rest();
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
  const context = clearLayer(parts.scene);
  clipToPlot(context, view, () => {
    drawBack(context, view, theme, state.map);
    if (state.grid) drawGrid(state, context);
    if (state.showsPoints) drawPoints(state, context);
    drawGlyphs(context, view, theme, state.glyphs, state.shown);
  });
  drawAxes(context, view, theme, scene.header.axis_labels);
  state.root.dataset.grid = state.grid ? (state.nextTiles ? "filling" : "whole") : "off";
  showPinned(state);
}

function drawPoints({ points, view, ...state }, context) {
  const { plot } = view;
  points.draw(view, devicePixelRatio, pointPasses({ view, ...state }));
  context.drawImage(points.canvas, plot.left, plot.top, plot.width, plot.height);
}

// Classes that are left out stay as a pale shadow of the whole under the chosen ones.
function pointPasses({ view, theme, shown, scene, classColors, grid }) {
  const { labels } = scene.arrays;
  const nShown = labels.values.reduce((n, label) => n + shown[label], 0);
  const style = discStyle(view, nShown, grid !== null);
  const chosen = { ...style, palette: paletteOf(classColors, shown, style.alpha) };
  if (!shown.includes(false)) return [chosen];
  const shadow = discStyle(view, labels.values.length, grid !== null);
  const pale = shown.map(() => theme.shadow);
  const others = shown.map((flag) => !flag);
  return [{ ...shadow, palette: paletteOf(pale, others, shadow.alpha) }, chosen];
}

// Tiles in view move along at once; what a new view shows is decoded when the view comes to rest.
function drawGrid(state, context) {
  if (!state.tiles) state.nextTiles ??= newTiles(state);
  if (state.nextTiles) fillNextTiles(state);
  drawTiles(context, state.view, state.tiles ?? state.nextTiles);
  clearTimeout(state.tilesTimer);
  if (state.grid === "range" && (state.nextTiles ?? state.tiles).at !== placeOfView(state.view)) {
    state.tilesTimer = setTimeout(() => {
      state.nextTiles = newTiles(state);
      requestDraw(state, "view");
    }, TILES_DELAY_MS);
  }
}

// The grid before stays until the next one is whole.
function fillNextTiles(state) {
  const { source, label, nextTiles } = state;
  fillTiles(nextTiles, (u, v) => source.find(u, v, label), TILES_FRAME_MS);
  if (nextTiles.cells.length === 0) Object.assign(state, { tiles: nextTiles, nextTiles: null });
  else if (source.kind === "browser") requestDraw(state, "view");
}

function newTiles({ grid, view, sorted, gridSize, scene }) {
  const lines = gridLines(grid, view, sorted, gridSize);
  return { ...emptyTiles(lines, scene.header.image_shape), at: placeOfView(view) };
}

function placeOfView({ x, y, scale, plot }) {
  return [x, y, scale, plot.width, plot.height].join();
}

function drawCursor(state) {
  const { parts, view, theme, cursor, pin } = state;
  const point = shownPoint(state);
  const found = findNearest(state, point);
  showDecoded(state, point, titleOf(state), found);
  showClasses(state, point);
  showNearest(state, found);
  tellLinked(state, cursor && found ? found.row : null);
  const atPin = !cursor && pin;
  drawMarks(clearLayer(parts.marks), view, theme, { cursor: atPin ? null : point, neighbour: found, pin });
}

function shownPoint({ cursor, pin, sorted }) {
  return cursor ?? pin ?? { u: quantile(sorted.u, 0.5), v: quantile(sorted.v, 0.5) };
}

function titleOf({ cursor, pin, cells, label, scene }) {
  const place = cursor ? "here" : pin ? "at the pin" : "at the median";
  return cells.length > 0 ? `${scene.header.class_names[label]}, decoded ${place}` : `Decoded ${place}`;
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
