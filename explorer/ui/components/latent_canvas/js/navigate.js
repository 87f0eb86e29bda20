// What pointer, wheel and keys do to what is seen: they move the window on the plane, or turn the codes in space.

/** @import { Place, ShownState } from "../types.d.ts" */
import { project, resetSpace, turnBy, zoomBy } from "./camera.js";
import { cameraOf, isSolid, placeInSpace } from "./space.js";
import { isInPlot, panBy, resetView, toPixels, toPlane, zoomAt } from "./view.js";

const DEGREES_PER_PX = 0.4;

/** The place under a pixel, or null where there is none.
 * @type {(state: ShownState, x: number, y: number) => Place | null} */
export function placeAt(state, x, y) {
  if (isSolid(state)) return placeInSpace(state, [x, y]);
  const { view } = state.shown;
  if (!isInPlot(view, x, y)) return null;
  const [u, v] = toPlane(view, x, y);
  return { u, v, w: 0 };
}

/** @type {(state: ShownState, place: Place) => [number, number]} */
export function pixelsOf(state, place) {
  return isSolid(state) ? project(cameraOf(state), place).at : toPixels(state.shown.view, place.u, place.v);
}

/** @type {(state: ShownState, dx: number, dy: number) => void} */
export function moveBy(state, dx, dy) {
  if (isSolid(state)) turnBy(state.space, DEGREES_PER_PX * dx, DEGREES_PER_PX * dy);
  else panBy(state.shown.view, dx, dy);
}

/** @type {(state: ShownState, x: number, y: number, factor: number) => void} */
export function enlarge(state, x, y, factor) {
  if (isSolid(state)) zoomBy(state.space, factor);
  else zoomAt(state.shown.view, x, y, factor);
}

/** @type {(state: ShownState) => void} */
export function showAll(state) {
  if (isSolid(state)) resetSpace(state.space);
  else resetView(state.shown.view);
}
