// The life of one canvas: its state, the scene it shows, what Python says in between, and its end.

const STATES = new WeakMap();
const CONTROLS = "latent-canvas:controls";
const HELP =
  "Arrow keys move the cursor, with shift in larger steps; enter pins, escape unpins, 0 resets the view, plus and minus zoom.";
const CLASS_HELP = "Page up and page down choose the class.";

export default function latentCanvas({ data, parentElement, setTriggerValue }) {
  const state = STATES.get(parentElement) ?? createState(parentElement);
  STATES.set(parentElement, state);
  state.tellPython = setTriggerValue;
  state.theme = readTheme(state.root);
  state.nearestRow = null;
  for (const cell of state.cells) cell.at = null;
  if (state.scene) requestDraw(state, "view");
  load(state, data).catch((error) => showFailure(state, error));
  return () => release(state, parentElement);
}

function createState(parentElement) {
  const root = parentElement.querySelector(".canvas");
  const state = { root, parts: findParts(root), stale: new Set(), presses: new Map(), frame: 0 };
  Object.assign(state, { showsPoints: true, grid: null, gridSize: 15, shown: [], toldRow: null, label: 0, cells: [] });
  state.endings = [followLinked(state), followControls(state), watchSize(state)];
  return state;
}

function findParts(root) {
  const one = (selector) => root.querySelector(selector);
  return {
    legend: one(".legend"),
    tools: [...root.querySelectorAll(".tool")],
    plane: one(".plane"),
    scene: one(".scene"),
    marks: one(".marks"),
    notice: one(".notice"),
    decoded: one(".decoded canvas"),
    decodedCard: one(".decoded"),
    decodedTitle: one(".decoded figcaption"),
    decodedMark: one(".decoded .mark"),
    classes: one(".classes"),
    readout: one(".readout"),
    nearest: one(".nearest canvas"),
    nearestCard: one(".nearest"),
    nearestNote: one(".nearest .note"),
    pinned: one(".pinned canvas"),
    pinnedCard: one(".pinned"),
    pinnedNote: one(".pinned .note"),
    live: one(".live"),
  };
}

function release(state, parentElement) {
  cancelAnimationFrame(state.frame);
  clearTimeout(state.liveTimer);
  clearTimeout(state.tilesTimer);
  clearTimeout(state.labelTimer);
  for (const end of state.endings) end();
  state.source?.end();
  state.signature = null;
  state.points?.release();
  STATES.delete(parentElement);
}

function showFailure({ parts }, error) {
  parts.notice.textContent = `The plane could not be drawn: ${error.message}. Reload the page to try again.`;
  console.error(error);
}

// Loading: equal bytes come again at every rerun and must cost nothing.

async function load(state, bytes) {
  const header = readHeader(bytes);
  state.name = header.name;
  if (state.signature !== header.signature) {
    state.signature = header.signature;
    const arrays = await readArrays(bytes, header);
    if (state.signature !== header.signature) return; // a newer scene or the end has come in between
    build(state, { header, arrays });
  }
  applyControls(state, storedControls().get(state.name));
}

function build(state, scene) {
  const { header, arrays } = scene;
  const codes = arrays.codes.values;
  const sorted = { u: sortedAxis(codes, 0), v: sortedAxis(codes, 1) };
  state.source?.end();
  Object.assign(state, {
    scene,
    source: createSource(state, header, arrays),
    index: arrays.reference_codes && buildIndex(arrays.reference_codes.values),
    sorted,
    digits: digitsFor(sorted.u[sorted.u.length - 1] - sorted.u[0]),
    classColors: header.colors.map(rgbOf),
    glyphs: centroids(header, arrays),
    map: mapImage(header, arrays),
    paint: createPainter(header, arrays),
    pin: null,
    cursor: null,
    tiles: null,
    nextTiles: null,
    nearestRow: null,
    turn: 0,
  });
  keepChoices(state);
  buildPoints(state);
  dress(state);
  wireGestures(state);
  wireTools(state);
  fitLayers(state);
}

// Another model on the same data: the classes and the grid that were chosen stay.
function keepChoices(state) {
  const { header } = state.scene;
  const classes = header.class_names.join("\n");
  if (state.classes !== classes) Object.assign(state, { classes, shown: header.class_names.map(() => true) });
  if (!isImage(header)) state.grid = null;
  state.view = viewFor(state);
}

function dress(state) {
  const { parts, scene } = state;
  const help = scene.header.is_conditional ? `${HELP} ${CLASS_HELP}` : HELP;
  parts.plane.setAttribute("aria-label", `${scene.header.alt}. ${help}`);
  state.root.dataset.decoder = state.source.kind;
  clearPicture(parts.decoded);
  for (const card of [parts.decodedCard, parts.nearestCard, parts.pinnedCard]) {
    card.dataset.picture = isImage(scene.header) ? "image" : "curve";
  }
  state.root.style.setProperty("--readout-lines", scene.header.origin.length === 2 ? 1 : 2);
  buildLegend(state);
  buildClasses(state);
  showTools(state);
}

function buildPoints(state) {
  state.points?.release();
  const canvas = document.createElement("canvas");
  state.points = createPoints(canvas, drawnCodes(state), state.scene.arrays.labels.values, state.avoidsGl);
  state.root.dataset.renderer = state.points.kind;
  canvas.addEventListener("webglcontextlost", () => {
    if (state.points.canvas !== canvas || !state.root.isConnected) return;
    state.avoidsGl = true;
    buildPoints(state);
    fitLayers(state);
  });
}

function centroids({ class_names: names, colors }, { codes, labels }) {
  const sums = names.map((text, label) => ({ label, text, color: colors[label], u: 0, v: 0, n: 0 }));
  labels.values.forEach((label, i) => {
    sums[label].u += codes.values[2 * i];
    sums[label].v += codes.values[2 * i + 1];
    sums[label].n++;
  });
  return sums.filter(({ n }) => n > 0).map(({ u, v, n, ...rest }) => ({ ...rest, u: u / n, v: v / n }));
}

function mapImage({ background }, arrays) {
  if (!background) return null;
  const { values, shape } = arrays.background;
  const image = document.createElement("canvas");
  [image.height, image.width] = shape;
  image.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(values), shape[1], shape[0]), 0, 0);
  return { image, extent: background.extent };
}

// What Python says between scenes: the pin and the grid, in a message of its own.

function storedControls() {
  return (window.latentCanvasControls ??= new Map());
}

function followControls(state) {
  const follow = ({ detail }) => {
    if (state.scene && detail.name === state.name) applyControls(state, detail);
  };
  window.addEventListener(CONTROLS, follow);
  return () => window.removeEventListener(CONTROLS, follow);
}

function applyControls(state, controls) {
  const text = JSON.stringify(controls ?? null);
  const isNew = text !== state.controlsText || state.controlledScene !== state.scene;
  if (!controls || !isNew) return;
  Object.assign(state, { controlsText: text, controlledScene: state.scene });
  state.pin = controls.pinned && { u: controls.pinned[0], v: controls.pinned[1] };
  if (controls.label !== null) setLabel(state, controls.label);
  state.gridIsGiven = controls.grid !== null;
  state.gridSize = controls.grid_size;
  if (state.gridIsGiven) setGrid(state, controls.grid === "off" ? null : controls.grid);
  showTools(state);
  requestDraw(state, "view");
}

function pinAt(state, [u, v]) {
  state.pin = { u, v };
  state.tellPython("pin", { u, v });
  requestDraw(state, "view");
}

function unpin(state) {
  if (state.pin) state.tellPython("pin", { u: null, v: null });
  state.pin = null;
  requestDraw(state, "view");
}
