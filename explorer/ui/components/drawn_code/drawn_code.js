// The code of a drawing in one model's plane, and what the model makes of it, while the pen moves.

/** @import { Arrays, DrawnImage, Extent, Mount } from "../shared/types.d.ts" */
/** @import { DrawnCodeHeader, DrawnCodeState, LoadedPlane, ServerAnswer, ShownDrawing } from "./types.d.ts" */
import { buildCoder, squaredError } from "../shared/coder.js";
import { hearInk } from "../shared/ink_channel.js";
import { readHeader, readIfNew } from "../shared/message.js";
import { endIfLast, keptState } from "../shared/mounts.js";
import { isHidden, one, onResize, paintValues } from "../shared/parts.js";
import { drawPlane, namesOf } from "../shared/plane.js";
import { offerToSave } from "../shared/save_picture.js";
import { drawDrawingMarks } from "./drawing_marks.js";

const MARGIN = 1.06;

/** @type {(mount: Mount<Uint8Array>) => () => void} */
export default function drawnCode({ data, parentElement }) {
  const state = keptState(parentElement, createState);
  state.answer = /** @type {DrawnCodeHeader} */ (readHeader(data)).answer;
  void readIfNew(state, data, (/** @type {DrawnCodeHeader} */ header, arrays) => load(state, header, arrays));
  redraw(state);
  return endIfLast(parentElement, () => {
    cancelAnimationFrame(state.frame);
    state.end();
  });
}

/** @type {(parentElement: HTMLElement) => DrawnCodeState} */
function createState(parentElement) {
  const root = one(parentElement, ".drawn-code", HTMLElement);
  const canvas = (/** @type {string} */ name) => one(root, name, HTMLCanvasElement);
  const [plane, note] = [one(root, ".plane", HTMLElement), one(root, ".note", HTMLElement)];
  const parts = { root, plane, codes: canvas(".codes"), marks: canvas(".marks"), made: canvas(".made"), note };
  /** @type {DrawnCodeState} */
  const state = {
    parts, signature: null, loaded: null, answer: null, drawn: null, view: null, frame: 0, end: () => {},
  };
  const ends = [hearInk((drawn) => hear(state, drawn)), onResize(plane, () => redraw(state))];
  state.end = () => ends.forEach((end) => end());
  offerToSave(root, () => {
    state.view = null;
    drawAll(state);
  });
  return state;
}

/** @type {(state: DrawnCodeState, drawn: DrawnImage) => void} */
function hear(state, drawn) {
  state.drawn = drawn;
  state.frame ||= requestAnimationFrame(() => drawAll(state));
}

/** @type {(state: DrawnCodeState, header: DrawnCodeHeader, arrays: Arrays) => void} */
function load(state, header, arrays) {
  state.loaded = { header, arrays, coder: buildCoder(header, arrays), extent: header.extent, names: [] };
  state.parts.root.dataset.state = "ready";
  redraw(state);
}

/** The plane too. @type {(state: DrawnCodeState) => void} */
function redraw(state) {
  state.view = null;
  state.frame ||= requestAnimationFrame(() => drawAll(state));
}

/** @type {(state: DrawnCodeState) => void} */
function drawAll(state) {
  state.frame = 0;
  const { loaded, parts } = state;
  if (!loaded || isHidden(parts.plane)) return;
  const shown = shownDrawing(loaded, state.drawn, state.answer);
  const extent = wideEnough(loaded.header.extent, shown);
  if (!state.view || extent.some((value, i) => value !== loaded.extent[i])) drawCodesIn(state, loaded, extent);
  if (state.view) drawDrawingMarks(parts.marks, state.view, loaded.header, shown);
  showMade(state, loaded, shown);
}

/** @type {(state: DrawnCodeState, loaded: LoadedPlane, extent: Extent) => void} */
function drawCodesIn(state, loaded, extent) {
  const { header: { class_names: names, colors, axis_names: axisLabels }, arrays } = loaded;
  const cloud = { names, colors, axisLabels, labels: arrays.labels.values, codes: arrays.points.values };
  Object.assign(loaded, { extent, names: namesOf(cloud, extent) });
  state.view = drawPlane(state.parts.codes, cloud, extent, loaded.names);
}

/** By the browser's own encoder, else what the server said of the drawing as it was when the pen was lifted.
 * @type {(loaded: LoadedPlane, drawn: DrawnImage | null, answer: ServerAnswer | null) => ShownDrawing | null} */
function shownDrawing({ header, coder }, drawn, answer) {
  if (!header.encoder) return answer && { ...answer, made: answer.x_hat };
  const [height, width] = header.image_shape;
  if (!drawn?.x || drawn.x.length !== height * width) return null;
  const { z, variance } = coder.encode(drawn.x);
  const made = coder.decode(z, 0);
  return {
    place: placeOf(header, z), covariance: variance && covarianceOf(header, variance), made,
    error: squaredError(drawn.x, made),
  };
}

/** A code (K) in the plane. @type {(header: DrawnCodeHeader, z: number[]) => [number, number]} */
export function placeOf({ origin, axes }, z) {
  const along = (/** @type {number[]} */ axis) => axis.reduce((sum, a, k) => sum + a * (z[k] - origin[k]), 0);
  return [along(axes[0]), along(axes[1])];
}

/** A posterior's covariance in the plane: across, both, up.
 * @type {(header: DrawnCodeHeader, variance: number[]) => [number, number, number]} */
export function covarianceOf({ axes: [u, v] }, variance) {
  const sum = (/** @type {number[]} */ a, /** @type {number[]} */ b) => {
    return variance.reduce((total, own, k) => total + a[k] * own * b[k], 0);
  };
  return [sum(u, u), sum(u, v), sum(v, v)];
}

/** The square that is shown, widened where the drawing's code lies outside.
 * @type {(extent: Extent, shown: ShownDrawing | null) => Extent} */
export function wideEnough([u, v, half], shown) {
  if (!shown) return [u, v, half];
  const away = Math.max(Math.abs(shown.place[0] - u), Math.abs(shown.place[1] - v));
  return [u, v, away > half ? MARGIN * away : half];
}

/** @type {(state: DrawnCodeState, loaded: LoadedPlane, shown: ShownDrawing | null) => void} */
function showMade({ parts: { made, note } }, { header }, shown) {
  const [height, width] = header.image_shape;
  note.textContent = shown ? `Squared error ${shown.error.toFixed(1)} over ${height * width} pixels` : "";
  made.toggleAttribute("hidden", !shown);
  if (!shown) return;
  paintValues(made, shown.made, header.image_shape);
  made.setAttribute("aria-label", `Reconstruction of the drawing by ${header.title}`);
}
