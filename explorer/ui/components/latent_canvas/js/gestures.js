// Pointer, wheel and keys. Handlers only note what happened; the next frame draws it once.

const DRAG_PX = 4;
const STEP_PX = 6;
const LARGE_STEP_PX = 40;
const WHEEL_RATE = 0.0016;
const KEY_ZOOM = 1.4;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export function wireGestures(state) {
  const { plane } = state.parts;
  plane.onpointerdown = (event) => startPress(state, event);
  plane.onpointermove = (event) => movePointer(state, event);
  plane.onpointerup = (event) => endPress(state, event);
  plane.onpointercancel = (event) => endPress(state, event);
  plane.onclick = (event) => click(state, event);
  plane.onpointerleave = () => leave(state);
  plane.onblur = () => leave(state);
  plane.onwheel = (event) => zoomByWheel(state, event);
  plane.ondblclick = () => showWhole(state);
  plane.onkeydown = (event) => pressKey(state, event);
}

function placeOf(state, event) {
  const box = state.parts.plane.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

function startPress(state, event) {
  const place = placeOf(state, event);
  state.parts.plane.setPointerCapture(event.pointerId);
  state.presses.set(event.pointerId, place);
  state.dragged = state.presses.size > 1;
  Object.assign(state, { pressedAt: place, pointer: place });
  requestDraw(state, "cursor");
}

function movePointer(state, event) {
  const place = placeOf(state, event);
  const before = state.presses.get(event.pointerId);
  if (before) dragTo(state, event.pointerId, before, place);
  state.pointer = place;
  requestDraw(state, "cursor");
}

function dragTo(state, id, before, place) {
  const travelled = Math.hypot(place.x - state.pressedAt.x, place.y - state.pressedAt.y);
  state.dragged ||= travelled > DRAG_PX;
  if (!state.dragged) return;
  state.parts.plane.toggleAttribute("data-dragging", true);
  const others = [...state.presses].filter(([other]) => other !== id);
  if (others.length > 0) pinch(state.view, others[0][1], before, place);
  else panBy(state.view, place.x - before.x, place.y - before.y);
  state.presses.set(id, place);
  requestDraw(state, "view");
}

function pinch(view, anchor, before, place) {
  const distance = ({ x, y }) => Math.max(Math.hypot(x - anchor.x, y - anchor.y), 1);
  zoomAt(view, anchor.x, anchor.y, distance(place) / distance(before));
}

function endPress(state, event) {
  state.presses.delete(event.pointerId);
  state.parts.plane.removeAttribute("data-dragging");
}

// A drag ends with a click too, and so does each half of a double click: only a first, still one pins.
function click(state, event) {
  const { x, y } = state.pressedAt; // a click itself comes in whole pixels
  const counts = event.detail < 2 && !state.dragged && isInPlot(state.view, x, y);
  if (counts) pinAt(state, toPlane(state.view, x, y));
}

function leave(state) {
  if (state.presses.size > 0) return;
  state.pointer = null;
  state.cursor = null;
  requestDraw(state, "cursor");
}

function zoomByWheel(state, event) {
  event.preventDefault();
  const { x, y } = placeOf(state, event);
  const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1);
  zoomAt(state.view, x, y, Math.exp(-pixels * WHEEL_RATE));
  state.pointer = { x, y };
  requestDraw(state, "view");
}

function showWhole(state) {
  resetView(state.view);
  requestDraw(state, "view");
}

function pressKey(state, event) {
  const action = actionOf(state, event);
  if (!action) return;
  event.preventDefault();
  action();
}

function actionOf(state, { key, shiftKey }) {
  if (key in ARROWS) return () => moveCursor(state, ARROWS[key], shiftKey ? LARGE_STEP_PX : STEP_PX);
  const { u, v } = shownPoint(state);
  const zoom = (factor) => () => zoomByKey(state, factor);
  const actions = {
    Enter: () => pinAt(state, [u, v]),
    Escape: () => unpin(state),
    0: () => showWhole(state),
    PageUp: () => chooseLabel(state, state.label - 1),
    PageDown: () => chooseLabel(state, state.label + 1),
    "+": zoom(KEY_ZOOM),
    "-": zoom(1 / KEY_ZOOM),
  };
  return actions[key];
}

function moveCursor(state, [right, up], pixels) {
  const [left, top] = cursorPixels(state);
  const place = [left + right * pixels, top - up * pixels];
  const [u, v] = toPlane(state.view, ...place);
  keepInView(state.view, ...place);
  Object.assign(state, { pointer: null, cursor: { u, v } });
  requestDraw(state, "view");
}

function zoomByKey(state, factor) {
  zoomAt(state.view, ...cursorPixels(state), factor);
  requestDraw(state, "view");
}

function cursorPixels(state) {
  const { u, v } = shownPoint(state);
  return toPixels(state.view, u, v);
}
