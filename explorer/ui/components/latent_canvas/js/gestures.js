// Pointer, wheel and keys. Handlers only note what happened; the next frame draws it once.
// A mouse decodes where it is and pans, or turns the codes in space, when it drags; one finger decodes, two fingers
// pan or turn, and zoom.

/** @import { Pixel, ShownState } from "../types.d.ts" */
/** @import { Point } from "../../shared/types.d.ts" */
import { ARROWS, placeIn } from "../../shared/parts.js";
import { turnBy } from "./camera.js";
import { chooseLabel } from "./classes.js";
import { pinAt, unpin } from "./controls.js";
import { requestDraw, shownPoint } from "./draw.js";
import { enlarge, moveBy, pixelsOf, placeAt, showAll } from "./navigate.js";
import { isSolid } from "./space.js";
import { showSpace } from "./space_tools.js";
import { keepInView, toPlane } from "./view.js";

const DRAG_PX = 4;
const STEP_PX = 6;
const LARGE_STEP_PX = 40;
const STEP_DEGREES = 5;
const LARGE_STEP_DEGREES = 30;
const WHEEL_RATE = 0.0016;
const KEY_ZOOM = 1.4;

/** @type {(state: ShownState) => void} */
export function wireGestures(state) {
  const { plane } = state.parts;
  plane.onpointerdown = (event) => startPress(state, event);
  plane.onpointermove = (event) => movePointer(state, event);
  plane.onpointerup = (event) => endPress(state, event);
  plane.onpointercancel = (event) => endPress(state, event);
  plane.onclick = (event) => click(state, event);
  plane.onpointerleave = (event) => leave(state, event.pointerType === "touch");
  plane.onblur = () => leave(state, false);
  plane.onwheel = (event) => zoomByWheel(state, event);
  plane.ondblclick = () => showWhole(state);
  plane.onkeydown = (event) => pressKey(state, event);
}

/** @type {(state: ShownState, event: MouseEvent) => Pixel} */
function placeOf(state, event) {
  const [x, y] = placeIn(state.parts.plane, event);
  return { x, y };
}

/** @type {(state: ShownState, event: PointerEvent) => void} */
function startPress(state, event) {
  const place = placeOf(state, event);
  state.parts.plane.setPointerCapture(event.pointerId);
  state.presses.set(event.pointerId, place);
  state.dragged = state.presses.size > 1;
  Object.assign(state, { pressedAt: place, pointer: place });
  requestDraw(state, "cursor");
}

/** @type {(state: ShownState, event: PointerEvent) => void} */
function movePointer(state, event) {
  const place = placeOf(state, event);
  const before = state.presses.get(event.pointerId);
  if (before) dragTo(state, event, before, place);
  state.pointer = place;
  requestDraw(state, "cursor");
}

/** @type {(state: ShownState, event: PointerEvent, before: Pixel, place: Pixel) => void} */
function dragTo(state, { pointerId, pointerType }, before, place) {
  state.dragged ||= Math.hypot(place.x - state.pressedAt.x, place.y - state.pressedAt.y) > DRAG_PX;
  if (!state.dragged) return;
  state.presses.set(pointerId, place);
  const other = [...state.presses].find(([id]) => id !== pointerId)?.[1];
  if (other) pinch(state, other, before, place);
  else if (pointerType === "touch") return;
  else moveBy(state, place.x - before.x, place.y - before.y);
  state.parts.plane.toggleAttribute("data-dragging", true);
  requestDraw(state, "view");
}

/** Two fingers: what lies under their middle stays there, and their distance is the zoom.
 * @type {(state: ShownState, other: Pixel, before: Pixel, place: Pixel) => void} */
function pinch(state, other, before, place) {
  const distance = (/** @type {Pixel} */ { x, y }) => Math.max(Math.hypot(x - other.x, y - other.y), 1);
  moveBy(state, (place.x - before.x) / 2, (place.y - before.y) / 2);
  enlarge(state, (place.x + other.x) / 2, (place.y + other.y) / 2, distance(place) / distance(before));
}

/** @type {(state: ShownState, event: PointerEvent) => void} */
function endPress(state, event) {
  state.presses.delete(event.pointerId);
  state.parts.plane.removeAttribute("data-dragging");
}

/** A drag ends with a click too, and so does each half of a double click: only a first, still one pins.
 * @type {(state: ShownState, event: MouseEvent) => void} */
function click(state, event) {
  const { x, y } = state.pressedAt; // a click itself comes in whole pixels
  const place = event.detail < 2 && !state.dragged ? placeAt(state, x, y) : null;
  if (place) pinAt(state, place);
}

/** A lifted finger leaves the cursor where it was, so that what it decoded can be looked at.
 * @type {(state: ShownState, isFinger: boolean) => void} */
function leave(state, isFinger) {
  if (state.presses.size > 0) return;
  state.pointer = null;
  if (!isFinger) state.cursor = null;
  requestDraw(state, "cursor");
}

/** @type {(state: ShownState, event: WheelEvent) => void} */
function zoomByWheel(state, event) {
  event.preventDefault();
  const { x, y } = placeOf(state, event);
  const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1);
  enlarge(state, x, y, Math.exp(-pixels * WHEEL_RATE));
  state.pointer = { x, y };
  requestDraw(state, "view");
}

/** @type {(state: ShownState) => void} */
function showWhole(state) {
  showAll(state);
  showSpace(state);
  requestDraw(state, "view");
}

/** @type {(state: ShownState, event: KeyboardEvent) => void} */
function pressKey(state, event) {
  const action = actionOf(state, event);
  if (!action) return;
  event.preventDefault();
  action();
}

/** @type {(state: ShownState, event: KeyboardEvent) => (() => void) | undefined} */
function actionOf(state, { key, shiftKey }) {
  if (key in ARROWS) return () => followArrow(state, ARROWS[key], shiftKey);
  /** @type {Record<string, () => void>} */
  const actions = {
    Enter: () => pinAt(state, shownPoint(state)),
    Escape: () => unpin(state),
    0: () => showWhole(state),
    PageUp: () => chooseLabel(state, state.label - 1),
    PageDown: () => chooseLabel(state, state.label + 1),
    "+": () => zoomByKey(state, KEY_ZOOM),
    "-": () => zoomByKey(state, 1 / KEY_ZOOM),
  };
  return actions[key];
}

/** @type {(state: ShownState, direction: Point, isLarge: boolean) => void} */
function followArrow(state, [right, up], isLarge) {
  if (!isSolid(state)) return moveCursor(state, [right, up], isLarge ? LARGE_STEP_PX : STEP_PX);
  const degrees = isLarge ? LARGE_STEP_DEGREES : STEP_DEGREES;
  turnBy(state.space, degrees * right, -degrees * up);
  requestDraw(state, "view");
}

/** @type {(state: ShownState, direction: Point, pixels: number) => void} */
function moveCursor(state, [right, up], pixels) {
  const { view } = state.shown;
  const [left, top] = cursorPixels(state);
  const [x, y] = [left + right * pixels, top - up * pixels];
  const [u, v] = toPlane(view, x, y);
  keepInView(view, x, y);
  Object.assign(state, { pointer: null, cursor: { u, v, w: 0 } });
  requestDraw(state, "view");
}

/** @type {(state: ShownState, factor: number) => void} */
function zoomByKey(state, factor) {
  enlarge(state, ...cursorPixels(state), factor);
  requestDraw(state, "view");
}

/** @type {(state: ShownState) => [number, number]} */
function cursorPixels(state) {
  return pixelsOf(state, shownPoint(state));
}
