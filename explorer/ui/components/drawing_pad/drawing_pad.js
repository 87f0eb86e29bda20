// A sheet to draw on: strokes of places from 0 to 255, across and down, kept as few as show the same line.

/** @import { Mount, Point } from "../shared/types.d.ts" */
import { preparedInk } from "../shared/ink.js";
import { answerInk, tellInk } from "../shared/ink_channel.js";
import { endIfLast, keptState } from "../shared/mounts.js";
import { flat, one, paintValues, shareIn } from "../shared/parts.js";

/**
 * @typedef {object} PadData
 * @property {string} ink  the strokes as the link has them
 * @property {boolean} is_example  whether they are an example, which the first stroke replaces
 * @property {number} most_characters
 * @property {number | null} side  of the square image that the drawing becomes; null where nobody encodes it here
 * @property {number} pen  the pen's width in that image, of the drawing's longer side
 * @property {string} seen  what the image is, in words; '' where it is not shown here
 *
 * @typedef {ReturnType<typeof findParts>} Parts
 *
 * @typedef {object} State
 * @property {Parts} parts
 * @property {PadData} data
 * @property {Point[][]} strokes
 * @property {Point[] | null} drawing  the stroke under the pen
 * @property {string[]} sent  what Python was told and has not confirmed yet
 * @property {(ink: string) => void} tellPython
 * @property {() => void} end
 */

const LARGEST = 255;
// Of the sheet's width.
const PEN = 0.075;
// How far a place may lie from the line through its neighbours to be left out.
const TOLERANCE = 1;

/** @type {(mount: Mount<PadData>) => () => void} */
export default function drawingPad({ data, parentElement, setStateValue }) {
  const state = keptState(parentElement, () => create(parentElement, data));
  state.data = data;
  state.tellPython = (ink) => setStateValue("ink", ink);
  hear(state, data.ink);
  show(state);
  return endIfLast(parentElement, () => state.end());
}

/** @type {(parentElement: HTMLElement, data: PadData) => State} */
function create(parentElement, data) {
  const strokes = fromText(data.ink);
  /** @type {State} */
  const state = {
    parts: findParts(parentElement), data, strokes, drawing: null, sent: [], tellPython: () => {}, end: () => {},
  };
  state.end = answerInk(() => ({ side: state.data.side ?? 0, x: seenBy(state) }));
  wire(state);
  return state;
}

/** @param {HTMLElement} parent */
function findParts(parent) {
  return {
    canvas: one(parent, ".sheet", HTMLCanvasElement),
    seen: one(parent, ".seen", HTMLElement),
    image: one(parent, ".seen canvas", HTMLCanvasElement),
    caption: one(parent, ".seen figcaption", HTMLElement),
    undo: one(parent, ".undo", HTMLButtonElement),
    clear: one(parent, ".clear", HTMLButtonElement),
    count: one(parent, ".count", HTMLElement),
  };
}

/**
 * What Python says: a confirmation of what was drawn here, or other strokes, as after a step back through the history.
 * @type {(state: State, ink: string) => void}
 */
function hear(state, ink) {
  const confirmed = state.sent.indexOf(ink);
  if (confirmed >= 0) state.sent = state.sent.slice(confirmed + 1);
  else if (!state.sent.length && !state.drawing) state.strokes = fromText(ink);
}

/** @type {(text: string) => Point[][]} */
export function fromText(text) {
  return text ? text.split("-").map((part) => (part.match(/..../g) ?? []).map(placeOf)) : [];
}

/** @type {(digits: string) => Point} */
function placeOf(digits) {
  return [parseInt(digits.slice(0, 2), 16), parseInt(digits.slice(2), 16)];
}

/** @type {(strokes: Point[][]) => string} */
export function asText(strokes) {
  const digits = (/** @type {number} */ value) => value.toString(16).padStart(2, "0");
  return strokes.map((places) => places.map(([x, y]) => digits(x) + digits(y)).join("")).join("-");
}

/**
 * The places of a line without those that lie on it anyway (Ramer 1972, Douglas & Peucker 1973).
 * @type {(places: Point[], tolerance: number) => Point[]}
 */
function simplified(places, tolerance) {
  const [first, last] = [places[0], places[places.length - 1]];
  let [farthest, distance] = [0, tolerance];
  for (let i = 1; i < places.length - 1; i++) {
    const away = distanceTo(places[i], first, last);
    if (away > distance) [farthest, distance] = [i, away];
  }
  if (!farthest) return places.length > 1 ? [first, last] : [first];
  const before = simplified(places.slice(0, farthest + 1), tolerance);
  return [...before.slice(0, -1), ...simplified(places.slice(farthest), tolerance)];
}

/** @type {(place: Point, from: Point, to: Point) => number} */
function distanceTo([x, y], [fromX, fromY], [toX, toY]) {
  const [across, down] = [toX - fromX, toY - fromY];
  const length2 = across * across + down * down || 1;
  const along = Math.min(1, Math.max(0, ((x - fromX) * across + (y - fromY) * down) / length2));
  return Math.hypot(x - fromX - along * across, y - fromY - along * down);
}

/** @param {State} state */
function wire(state) {
  const { canvas, undo, clear } = state.parts;
  canvas.onpointerdown = (event) => {
    if (state.drawing || event.button > 0) return;
    canvas.setPointerCapture(event.pointerId);
    if (isExample(state)) state.strokes = [];
    state.drawing = [placeUnder(canvas, event)];
    show(state);
  };
  canvas.onpointermove = (event) => {
    if (!state.drawing || !canvas.hasPointerCapture(event.pointerId)) return;
    state.drawing.push(placeUnder(canvas, event));
    show(state);
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) endStroke(state);
  };
  undo.onclick = () => change(state, state.strokes.slice(0, -1));
  clear.onclick = () => change(state, []);
}

/** @type {(state: State) => boolean} */
function isExample({ data, sent, drawing }) {
  return data.is_example && !sent.length && !drawing;
}

/** @param {State} state */
function endStroke(state) {
  const strokes = [...state.strokes, simplified(state.drawing ?? [], TOLERANCE)];
  state.drawing = null;
  if (asText(strokes).length <= state.data.most_characters) change(state, strokes);
  else show(state);
}

/** @type {(state: State, strokes: Point[][]) => void} */
function change(state, strokes) {
  state.strokes = strokes;
  const ink = asText(strokes);
  state.sent.push(ink);
  show(state);
  state.tellPython(ink);
}

/** @type {(canvas: HTMLCanvasElement, event: PointerEvent) => Point} */
function placeUnder(canvas, event) {
  const within = (/** @type {number} */ share) => Math.min(LARGEST, Math.max(0, Math.round(share * LARGEST)));
  const [across, down] = shareIn(canvas, event);
  return [within(across), within(down)];
}

/** @param {State} state */
function show(state) {
  const { strokes, drawing } = state;
  const { canvas, undo, clear, count } = state.parts;
  const context = flat(canvas);
  context.clearRect(0, 0, canvas.width, canvas.height);
  Object.assign(context, { strokeStyle: "white", lineWidth: PEN * canvas.width, lineCap: "round", lineJoin: "round" });
  for (const places of drawing ? [...strokes, drawing] : strokes) drawStroke(context, places, canvas.width / LARGEST);
  undo.disabled = clear.disabled = !strokes.length;
  canvas.parentElement?.toggleAttribute("data-empty", !strokes.length);
  count.textContent = isExample(state) ? "an example" : inWords(strokes.length);
  canvas.setAttribute("aria-label", strokes.length ? "The drawing" : "An empty sheet to draw on");
  showSeen(state);
}

/** The drawing as models see it. @type {(state: State) => Float32Array | null} */
function seenBy({ strokes, drawing, data: { side, pen } }) {
  if (side === null) return null;
  return preparedInk(drawing ? [...strokes, simplified(drawing, TOLERANCE)] : strokes, side, pen);
}

/** @param {State} state */
function showSeen(state) {
  const { parts: { seen, image, caption }, data: { side, seen: words } } = state;
  const x = seenBy(state);
  seen.toggleAttribute("hidden", x === null || words === "");
  if (side === null) return;
  tellInk({ side, x });
  if (x === null) return;
  paintValues(image, x, [side, side]);
  caption.textContent = image.ariaLabel = words;
}

/** @type {(nStrokes: number) => string} */
function inWords(nStrokes) {
  return nStrokes ? `${nStrokes} stroke${nStrokes > 1 ? "s" : ""}` : "";
}

/** @type {(context: CanvasRenderingContext2D, places: Point[], scale: number) => void} */
function drawStroke(context, places, scale) {
  context.beginPath();
  context.moveTo(places[0][0] * scale, places[0][1] * scale);
  // A line of no length is a dot.
  for (const [x, y] of places.length > 1 ? places.slice(1) : places) context.lineTo(x * scale, y * scale);
  context.stroke();
}
