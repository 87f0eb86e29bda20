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
  if (!state.scene || !state.view.plot) return;
  if (state.ratio !== devicePixelRatio) fitLayers(state); // the window has moved to another screen
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
  const context = clearLayer(parts.scene);
  clipToPlot(context, view, () => {
    drawBack(context, view, theme, state.map);
    if (state.grid) drawGrid(state, context);
    if (state.showsPoints) drawPoints(state, context);
    drawGlyphs(context, view, theme, state.glyphs, state.shown);
  });
  drawAxes(context, view, theme, scene.header.axis_labels);
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
  state.tiles ??= newTiles(state);
  drawTiles(context, state.view, state.tiles);
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

function placeOfView({ x, y, scale, plot }) {
  return [x, y, scale, plot.width, plot.height].join();
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
