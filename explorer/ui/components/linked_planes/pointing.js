// What the pointer and the keys do in linked planes: point at the nearest sample, hold it, and draw an outline.

/** @import { Point } from "../shared/types.d.ts" */
/** @import { LinkedState, Plane } from "./types.d.ts" */
import { ARROWS, placeIn } from "../shared/parts.js";
import { pairs } from "./links.js";

const DRAG_PX = 6;
const MOST_CORNERS = 48;
const DIGITS = 4;

/** @typedef {(changesCodes: boolean) => void} Redraw */

/** @type {(state: LinkedState, plane: Plane, place: number, redraw: Redraw) => void} */
export function wirePlane(state, plane, place, redraw) {
  const { box } = plane;
  /** @type {Point | null} */
  let pressed = null;
  box.onpointerdown = (event) => {
    pressed = placeIn(box, event);
    box.setPointerCapture(event.pointerId);
  };
  box.onpointermove = (event) => {
    const [x, y] = placeIn(box, event);
    state.pointer = { place, at: [x, y] };
    const at = placeUnder(plane, event);
    if (!at) return;
    const isDrag = pressed && Math.hypot(x - pressed[0], y - pressed[1]) > DRAG_PX;
    if (isDrag && !state.drawing) state.drawing = { plane: place, points: [] };
    state.drawing?.points.push(at);
    state.under = state.drawing ? null : nearest(plane.points, at);
    redraw(false);
  };
  box.onpointerup = (event) => {
    const at = placeUnder(plane, event);
    pressed = null;
    if (state.drawing) closeOutline(state, redraw);
    else if (at) hold(state, nearest(plane.points, at), redraw);
  };
  box.onpointercancel = box.onpointerleave = () => {
    if (pressed && state.drawing) return;
    state.under = state.pointer = null;
    redraw(false);
  };
  box.onkeydown = (event) => pressKey(state, plane, event, redraw);
}

/** A place of the plane, in its units; null before it was drawn.
 * @type {(plane: Plane, event: PointerEvent) => Point | null} */
function placeUnder({ box, view }, event) {
  return view && view.toPlane(...placeIn(box, event));
}

/** The sample nearest to where the pointer rests; null where it is away.
 * @type {(state: LinkedState) => number | null} */
export function sampleUnder({ pointer, planes }) {
  const plane = pointer && planes[pointer.place];
  return pointer && plane?.view ? nearest(plane.points, plane.view.toPlane(...pointer.at)) : null;
}

/** The nearest of points, x and y in turn. @type {(points: Float32Array, at: Point) => number} */
export function nearest(points, [x, y]) {
  let best = 0;
  let least = Infinity;
  for (let i = 0; i < points.length / 2; i++) {
    const squared = (points[2 * i] - x) ** 2 + (points[2 * i + 1] - y) ** 2;
    if (squared < least) [best, least] = [i, squared];
  }
  return best;
}

/** A sample that is held already is let go.
 * @type {(state: LinkedState, sample: number, redraw: Redraw) => void} */
function hold(state, sample, redraw) {
  state.held = { ...state.held, sample: state.held.sample === sample ? null : sample };
  state.tell(state.held);
  redraw(false);
}

/** @type {(state: LinkedState, redraw: Redraw) => void} */
function closeOutline(state, redraw) {
  const drawn = state.drawing;
  state.drawing = null;
  if (drawn && drawn.points.length > 2) {
    state.held = { ...state.held, plane: drawn.plane, corners: cornersOf(drawn.points) };
    markWithin(state);
    state.tell(state.held);
  }
  redraw(true);
}

/** The outline as a link holds it: few corners, few digits.
 * @type {(points: readonly Point[]) => number[]} */
export function cornersOf(points) {
  const n = Math.min(points.length, MOST_CORNERS);
  const chosen = Array.from({ length: n }, (_, i) => points[Math.round((i * (points.length - 1)) / (n - 1))]);
  return chosen.flat().map((value) => Number(value.toPrecision(DIGITS)));
}

/** @type {(state: LinkedState, redraw: Redraw) => void} */
export function clearOutline(state, redraw) {
  state.held = { ...state.held, plane: null, corners: [] };
  markWithin(state);
  state.tell(state.held);
  redraw(true);
}

/** @param {LinkedState} state */
export function markWithin(state) {
  const { held: { plane, corners }, planes } = state;
  state.isMarked = plane === null || !planes[plane] ? null : inside(planes[plane].points, pairs(corners));
}

/** Which points, x and y in turn, lie within a closed outline, by the even-odd rule as in analysis/lasso.py.
 * @type {(points: Float32Array, outline: readonly Point[]) => Uint8Array} */
export function inside(points, outline) {
  return Uint8Array.from({ length: points.length / 2 }, (_, i) => {
    const [x, y] = [points[2 * i], points[2 * i + 1]];
    const crossed = outline.filter(([x0, y0], k) => {
      const [x1, y1] = outline[(k + 1) % outline.length];
      return y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0);
    });
    return crossed.length % 2;
  });
}

/** @type {(state: LinkedState, plane: Plane, event: KeyboardEvent, redraw: Redraw) => void} */
function pressKey(state, { points }, event, redraw) {
  const from = state.under ?? state.held.sample ?? 0;
  if (event.key === "Enter") hold(state, from, redraw);
  const arrow = ARROWS[event.key];
  if (!arrow) return;
  event.preventDefault();
  state.under = nextTowards(points, from, arrow);
  redraw(false);
}

/** The nearest sample in a quarter of the plane around a direction; the same one where there is none.
 * @type {(points: Float32Array, from: number, direction: Point) => number} */
export function nextTowards(points, from, [right, up]) {
  let best = from;
  let least = Infinity;
  for (let i = 0; i < points.length / 2; i++) {
    const [dx, dy] = [points[2 * i] - points[2 * from], points[2 * i + 1] - points[2 * from + 1]];
    const along = dx * right + dy * up;
    const squared = dx * dx + dy * dy;
    if (along > 0 && 2 * along * along >= squared && squared < least) [best, least] = [i, squared];
  }
  return best;
}
