// The life of one canvas: its state, the scene it shows, what Python says in between, and its end.

/** @import { Arrays, CanvasState, Points, Scene, SceneHeader, Shown, ShownState, View } from "./types.d.ts" */
/** @import { Mount, NumberArray } from "../shared/types.d.ts" */
import { findSpots } from "../shared/labels.js";
import { readIfNew } from "../shared/message.js";
import { endIfLast, keptState } from "../shared/mounts.js";
import { flat, onResize, one } from "../shared/parts.js";
import { digitsFor } from "../shared/ticks.js";
import { buildClasses } from "./js/classes.js";
import { applyControls, followControls, storedControls } from "./js/controls.js";
import { createSource } from "./js/decode_source.js";
import { requestDraw } from "./js/draw.js";
import { wireGestures } from "./js/gestures.js";
import { followLinked } from "./js/link.js";
import { buildIndex } from "./js/nearest.js";
import { clearPicture, createPainter, isImage } from "./js/picture.js";
import { createPoints } from "./js/points.js";
import { placeLinked, shareTools } from "./js/shared_tools.js";
import { fitLayers, readTheme, rgbOf } from "./js/size.js";
import { buildLegend, drawnCodes, showTools, viewFor, wireTools } from "./js/tools.js";
import { buildSolid } from "./js/space.js";
import { boundsToShow } from "./js/view.js";
import { sortedAxis } from "./js/warp.js";

const HELP =
  "Arrow keys move the cursor, with shift in larger steps; enter pins, escape unpins, 0 resets the view, " +
  "plus and minus zoom.";
const SPACE_HELP = "In three dimensions the arrow keys turn the codes.";
const CLASS_HELP = "Page up and page down choose the class.";

/** @type {(mount: Mount<Uint8Array>) => () => void} */
export default function latentCanvas({ data, parentElement, setTriggerValue }) {
  const state = keptState(parentElement, createState);
  state.tellPython = setTriggerValue;
  state.theme = readTheme(state.parts.root);
  state.nearestRow = null;
  for (const cell of state.cells) cell.at = null;
  requestDraw(state, "view");
  load(state, data).catch((error) => showFailure(state, error));
  return endIfLast(parentElement, () => release(state));
}

/** @type {(parentElement: HTMLElement) => CanvasState} */
function createState(parentElement) {
  const parts = findParts(one(parentElement, ".canvas", HTMLElement));
  const theme = readTheme(parts.root);
  /** @type {CanvasState} */
  const state = {
    parts, theme, signature: null, name: "", shown: null, tellPython: () => {}, endings: [],
    stale: new Set(), frame: 0, ratio: 1, avoidsGl: false, space: null, spunAt: 0,
    presses: new Map(), pressedAt: { x: 0, y: 0 }, dragged: false, pointer: null, cursor: null, pin: null,
    classes: "", visible: [], showsPoints: true, label: 0, cells: [], turn: 0, labelTimer: 0, toldLabels: [],
    grid: null, gridIsGiven: false, gridSize: 15, tiles: null, nextTiles: null, tilesTimer: 0, crowdTimer: 0,
    nearestRow: null, toldRow: null,
    controlsText: "", controlledScene: null, reportsView: false, viewText: null, viewTimer: 0,
    givenView: null, toldViews: [],
  };
  const resized = onResize(parts.plane, () => fitLayers(state));
  state.endings = [followLinked(state), followControls(state), shareTools(state), resized];
  return state;
}

/** @param {HTMLElement} root */
function findParts(root) {
  const canvas = (/** @type {string} */ selector) => one(root, selector, HTMLCanvasElement);
  const element = (/** @type {string} */ selector) => one(root, selector, HTMLElement);
  /** @type {NodeListOf<HTMLButtonElement>} */
  const tools = root.querySelectorAll("button.tool");
  return {
    root,
    legend: element(".legend"),
    tools: [...tools],
    plane: element(".plane"),
    scene: canvas(".scene"),
    marks: canvas(".marks"),
    notice: element(".notice"),
    space: element(".space"),
    height: one(root, ".space .height", HTMLInputElement),
    heightText: element(".space output"),
    decoded: canvas(".decoded canvas"),
    decodedCard: element(".decoded"),
    decodedTitle: element(".decoded figcaption"),
    decodedMark: element(".decoded .mark"),
    classes: element(".classes"),
    readout: element(".readout"),
    nearest: canvas(".nearest canvas"),
    nearestCard: element(".nearest"),
    nearestNote: element(".nearest .note"),
    pinned: canvas(".pinned canvas"),
    pinnedCard: element(".pinned"),
    pinnedNote: element(".pinned .note"),
    live: element(".live"),
  };
}

/** @type {(state: CanvasState) => void} */
function release(state) {
  cancelAnimationFrame(state.frame);
  const { tilesTimer, crowdTimer, labelTimer, viewTimer } = state;
  for (const timer of [tilesTimer, crowdTimer, labelTimer, viewTimer]) clearTimeout(timer);
  for (const end of state.endings) end();
  state.shown?.source.end();
  state.signature = null;
  state.shown?.points.release();
  state.shown?.solid?.cloud?.release();
}

/** @type {(state: CanvasState, error: Error) => void} */
function showFailure({ parts }, error) {
  parts.notice.textContent = `The plane could not be drawn: ${error.message}. Reload the page to try again.`;
  console.error(error);
}

/** Equal bytes come again at every run of the page and must cost nothing.
 * @type {(state: CanvasState, bytes: Uint8Array) => Promise<void>} */
async function load(state, bytes) {
  await readIfNew(state, bytes, (/** @type {SceneHeader} */ header, arrays) => build(state, header, arrays));
  applyControls(state, storedControls().get(state.name));
}

/** @type {(state: CanvasState, header: SceneHeader, arrays: Arrays) => void} */
function build(state, header, arrays) {
  state.shown?.source.end();
  state.shown?.points.release();
  state.shown?.solid?.cloud?.release();
  Object.assign(state, { name: header.name, pin: null, cursor: null, tiles: null, nextTiles: null, nearestRow: null });
  state.turn = 0;
  keepChoices(state, header);
  const scene = /** @type {Scene} */ ({ header, arrays });
  state.shown = showScene(state, scene);
  const shown = /** @type {ShownState} */ (state);
  placeLinked(header.link);
  dress(shown);
  wireGestures(shown);
  wireTools(shown);
  fitLayers(shown);
}

/** @type {(state: CanvasState, scene: Scene) => Shown} */
function showScene(state, scene) {
  const { header, arrays } = scene;
  const codes = arrays.codes.values;
  const sorted = { u: sortedAxis(codes, 0), v: sortedAxis(codes, 1) };
  const view = viewFor(state.grid, sorted);
  const sides = boundsToShow(sorted);
  const { xMin: left, xMax: right, yMin: bottom, yMax: top } = sides;
  const references = arrays.reference_codes;
  return {
    scene,
    source: createSource(state, header, arrays),
    index: references ? buildIndex(/** @type {Float32Array} */ (references.values)) : null,
    sorted,
    digits: digitsFor(sorted.u[sorted.u.length - 1] - sorted.u[0]),
    classColors: header.colors.map(rgbOf),
    names: findSpots(header.class_names, header.colors, codes, arrays.labels.values, { left, right, top, bottom }),
    map: mapImage(header, arrays),
    paint: createPainter(header, arrays),
    view,
    points: makePoints(state, scene, view),
    crowd: null,
    classSizes: sizesOf(header.class_names.length, arrays.labels.values),
    solid: buildSolid(scene, sides),
  };
}

/** @type {(nClasses: number, labels: NumberArray) => number[]} */
function sizesOf(nClasses, labels) {
  const sizes = new Array(nClasses).fill(0);
  for (const label of labels) sizes[label] += 1;
  return sizes;
}

/** Another model on the same data: the classes and the grid that were chosen stay, and the angle where it has one.
 * @type {(state: CanvasState, header: SceneHeader) => void} */
function keepChoices(state, header) {
  const classes = header.class_names.join("\n");
  if (state.classes !== classes) Object.assign(state, { classes, visible: header.class_names.map(() => true) });
  if (!isImage(header)) state.grid = null;
  if (state.space) state.space = header.third_axis ? { ...state.space, height: 0 } : null;
}

/** @type {(state: ShownState) => void} */
function dress(state) {
  const { parts } = state;
  const { header } = state.shown.scene;
  const help = [HELP, header.third_axis ? SPACE_HELP : "", header.is_conditional ? CLASS_HELP : ""];
  parts.plane.setAttribute("aria-label", `${header.alt}. ${help.filter(Boolean).join(" ")}`);
  parts.root.dataset.decoder = state.shown.source.kind;
  clearPicture(parts.decoded);
  for (const card of [parts.decodedCard, parts.nearestCard, parts.pinnedCard]) {
    card.dataset.picture = isImage(header) ? "image" : "curve";
  }
  parts.root.style.setProperty("--readout-lines", header.origin.length === 2 ? "1" : "2");
  buildLegend(state);
  buildClasses(state);
  showTools(state);
}

/** The codes as discs; where their context is lost they are drawn anew without WebGL.
 * @type {(state: CanvasState, scene: Scene, view: View) => Points} */
function makePoints(state, scene, view) {
  const canvas = document.createElement("canvas");
  const points = createPoints(canvas, drawnCodes(scene, view), scene.arrays.labels.values, state.avoidsGl);
  state.parts.root.dataset.renderer = points.kind;
  canvas.addEventListener("webglcontextlost", () => {
    const { shown } = state;
    if (shown?.points.canvas !== canvas || !state.parts.root.isConnected) return;
    state.avoidsGl = true;
    shown.points = makePoints(state, shown.scene, shown.view);
    fitLayers(state);
  });
  return points;
}

/** @type {(header: SceneHeader, arrays: Arrays) => Shown["map"]} */
function mapImage({ background }, arrays) {
  if (!background) return null;
  const { values, shape } = arrays.background;
  const image = document.createElement("canvas");
  [image.height, image.width] = shape;
  flat(image).putImageData(new ImageData(new Uint8ClampedArray(values), shape[1], shape[0]), 0, 0);
  return { image, extent: background.extent };
}
