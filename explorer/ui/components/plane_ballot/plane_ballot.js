// A latent plane of which a student taps one place; the arrow keys move a cursor, and enter taps there.

/** @import { ClassName, Extent, Mount, PlaneView, Point, Sheet } from "../shared/types.d.ts" */
/** @import { Cloud } from "../shared/plane.js" */
import { endIfLast, keptState } from "../shared/mounts.js";
import { ARROWS, isHidden, onResize, one, placeIn } from "../shared/parts.js";
import { drawPlane, namesOf } from "../shared/plane.js";

/**
 * @typedef {object} BallotData
 * @property {string} codes  float32 as base64
 * @property {string} labels  bytes as base64
 * @property {string[]} names
 * @property {string[]} colors
 * @property {readonly [string, string]} axis_labels
 * @property {Extent} extent
 * @property {Point | null} place  the answer that the server keeps
 * @property {number} heard  the number of the last tap that the server heard of
 *
 * @typedef {object} State
 * @property {HTMLCanvasElement} canvas
 * @property {Cloud} cloud
 * @property {ClassName[]} names
 * @property {Extent} extent
 * @property {Point | null} place
 * @property {Point | null} cursor  of the keyboard, in the plane
 * @property {number} taps  how often this page was tapped, counted on from what the server heard
 * @property {PlaneView | null} view
 * @property {() => void} unwatch
 * @property {(tap: { u: number, v: number, n: number }) => void} tell
 */

const MARK_RADIUS = 11;
const KEY_STEPS = 40;

/** @type {(mount: Mount<BallotData>) => () => void} */
export default function planeBallot({ data, parentElement, setTriggerValue }) {
  const state = keptState(parentElement, () => create(parentElement, data));
  state.tell = (tap) => setTriggerValue("tap", tap);
  state.taps = Math.max(state.taps, data.heard);
  state.extent = data.extent;
  state.cloud = cloudOf(data);
  state.names = namesOf(state.cloud, data.extent);
  // Until the server has heard of the last tap, its mark stands where it was tapped.
  if (data.heard === state.taps) state.place = data.place;
  draw(state);
  return endIfLast(parentElement, () => state.unwatch());
}

/** @type {(parentElement: HTMLElement, data: BallotData) => State} */
function create(parentElement, data) {
  const canvas = one(parentElement, "canvas", HTMLCanvasElement);
  /** @type {State} */
  const state = {
    canvas,
    cloud: cloudOf(data),
    names: [],
    extent: data.extent,
    place: data.place,
    cursor: null,
    taps: data.heard,
    view: null,
    unwatch: onResize(canvas, () => draw(state)),
    tell: () => {},
  };
  wire(state);
  return state;
}

/** @type {(data: BallotData) => Cloud} */
function cloudOf({ names, colors, axis_labels: axisLabels, codes, labels }) {
  return { names, colors, axisLabels, codes: new Float32Array(bytesOf(codes).buffer), labels: bytesOf(labels) };
}

/** @type {(base64: string) => Uint8Array<ArrayBuffer>} */
function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

/** @param {State} state */
function wire(state) {
  const { canvas } = state;
  canvas.onclick = (event) => {
    if (state.view) tapAt(state, state.view.toPlane(...placeIn(canvas, event)));
  };
  canvas.onkeydown = (event) => pressKey(state, event);
  canvas.onblur = () => {
    state.cursor = null;
    draw(state);
  };
}

/** @type {(state: State, place: Point) => void} */
function tapAt(state, [u, v]) {
  if (!isWithin(state.extent, [u, v])) return;
  state.place = [u, v];
  state.taps += 1;
  draw(state);
  state.tell({ u, v, n: state.taps });
}

/** @type {(extent: Extent, place: Point) => boolean} */
function isWithin([middleU, middleV, half], [u, v]) {
  return Math.abs(u - middleU) <= half && Math.abs(v - middleV) <= half;
}

/** @type {(state: State, event: KeyboardEvent) => void} */
function pressKey(state, event) {
  if (!(event.key in ARROWS || event.key === "Enter")) return;
  const [middleU, middleV, half] = state.extent;
  const [u, v] = state.cursor ?? state.place ?? [middleU, middleV];
  const [right, up] = ARROWS[event.key] ?? [0, 0];
  /** @type {Point} */
  const moved = [u + (right * half) / KEY_STEPS, v + (up * half) / KEY_STEPS];
  if (isWithin(state.extent, moved)) state.cursor = moved;
  if (event.key === "Enter" && state.cursor) tapAt(state, state.cursor);
  event.preventDefault();
  draw(state);
}

/** @param {State} state */
function draw(state) {
  const { canvas, cloud, extent, names, place, cursor } = state;
  if (isHidden(canvas)) return;
  state.view = drawPlane(canvas, cloud, extent, names, (sheet, view) => {
    if (cursor) drawCursor(sheet, view, cursor);
    if (place) drawAnswer(sheet, view, place);
  });
  const seen = place ? `your answer is at ${place.map((number) => number.toFixed(2)).join(", ")}` : "no answer yet";
  canvas.setAttribute("aria-label", `The latent plane; ${seen}. Arrow keys move the cursor, enter answers there.`);
}

/** @type {(sheet: Sheet, view: PlaneView, place: Point) => void} */
function drawAnswer({ context, ink, paper }, { toPixels }, [u, v]) {
  context.beginPath();
  context.arc(...toPixels(u, v), MARK_RADIUS, 0, 2 * Math.PI);
  Object.assign(context, { fillStyle: ink, strokeStyle: paper, lineWidth: 4 });
  context.stroke();
  context.fill();
}

/** @type {(sheet: Sheet, view: PlaneView, place: Point) => void} */
function drawCursor({ context, ink }, { toPixels }, [u, v]) {
  const [x, y] = toPixels(u, v);
  Object.assign(context, { strokeStyle: ink, lineWidth: 2 });
  context.beginPath();
  context.moveTo(x - MARK_RADIUS, y);
  context.lineTo(x + MARK_RADIUS, y);
  context.moveTo(x, y - MARK_RADIUS);
  context.lineTo(x, y + MARK_RADIUS);
  context.stroke();
}
