// The window on the plane: its centre (x, y), a scale in pixels for each unit, equal along both axes, and its place.
// x and y are u and v themselves, or their ranks where the view has a warp.

/** @import { Bounds, Sorted, View, Warp } from "../types.d.ts" */
import { plotBox } from "../../shared/axes.js";
import { fromRank, quantile, toRank } from "./warp.js";

const FIT = 0.94;
export const MAX_ZOOM = 400;
export const LEAST_ZOOM = 1 / 8;
// As in extent.py: what is cut off at the four sides leaves at least 99.5 % of the codes in view.
const TAIL = 0.005 / 4;
const UNIT_BOUNDS = { xMin: 0, xMax: 1, yMin: 0, yMax: 1 };

/** @type {(sorted: Sorted, warp?: Warp | null) => View} */
export function createView(sorted, warp = null) {
  const home = warp ? UNIT_BOUNDS : boundsToShow(sorted);
  const plot = { left: 0, right: 0, top: 0, bottom: 0 };
  const view = { home, warp, plot, x: 0, y: 0, scale: 1, fitScale: 1 };
  resetView(view);
  return view;
}

/** @type {(view: View, width: number, height: number, size: number) => void} */
export function resize(view, width, height, size) {
  const wasAtHome = isAtHome(view);
  const zoom = view.scale / view.fitScale;
  const { left, right, top, bottom } = plotBox(width, height, size);
  view.plot = { left, top, right: Math.max(right, left + 1), bottom: Math.max(bottom, top + 1) };
  view.fitScale = scaleToFit(view);
  view.scale = zoom * view.fitScale;
  if (wasAtHome) resetView(view);
}

/** @type {(view: View) => void} */
export function resetView(view) {
  const { xMin, xMax, yMin, yMax } = view.home;
  view.x = (xMin + xMax) / 2;
  view.y = (yMin + yMax) / 2;
  view.scale = view.fitScale;
}

/** @type {(view: View, left: number, top: number, factor: number) => void} */
export function zoomAt(view, left, top, factor) {
  const [x, y] = fromPixels(view, left, top);
  const scale = view.scale * factor;
  view.scale = Math.min(Math.max(scale, view.fitScale * LEAST_ZOOM), view.fitScale * MAX_ZOOM);
  const [movedX, movedY] = fromPixels(view, left, top);
  view.x += x - movedX;
  view.y += y - movedY;
}

/** @type {(view: View, dx: number, dy: number) => void} */
export function panBy(view, dx, dy) {
  view.x -= dx / view.scale;
  view.y += dy / view.scale;
}

/** Brings a place into view that an arrow key has moved beyond the edge.
 * @type {(view: View, left: number, top: number) => void} */
export function keepInView(view, left, top) {
  const { plot } = view;
  panBy(view, -beyond(left, plot.left, plot.right), -beyond(top, plot.top, plot.bottom));
}

/** @type {(place: number, start: number, end: number) => number} */
function beyond(place, start, end) {
  return Math.min(place - start, 0) + Math.max(place - end, 0);
}

/** @type {(view: View, u: number, v: number) => [number, number]} */
export function toPixels(view, u, v) {
  const { warp, x, y, scale } = view;
  const [middleX, middleY] = middleOf(view);
  const [placeX, placeY] = warp ? [toRank(warp.u, u), toRank(warp.v, v)] : [u, v];
  return [middleX + (placeX - x) * scale, middleY - (placeY - y) * scale];
}

/** @type {(view: View, left: number, top: number) => [number, number]} */
export function toPlane(view, left, top) {
  const [x, y] = fromPixels(view, left, top);
  return view.warp ? [fromRank(view.warp.u, x), fromRank(view.warp.v, y)] : [x, y];
}

/** @type {(view: View, left: number, top: number) => boolean} */
export function isInPlot({ plot }, left, top) {
  return left >= plot.left && left <= plot.right && top >= plot.top && top <= plot.bottom;
}

/** @type {(view: View) => { width: number, height: number }} */
export function plotSize({ plot }) {
  return { width: plot.right - plot.left, height: plot.bottom - plot.top };
}

/** @type {(view: View) => Bounds} */
export function visibleBounds(view) {
  const { x, y, scale } = view;
  const { width, height } = plotSize(view);
  const [halfX, halfY] = [width / 2 / scale, height / 2 / scale];
  return { xMin: x - halfX, xMax: x + halfX, yMin: y - halfY, yMax: y + halfY };
}

/** @type {(view: View) => boolean} */
export function isAtHome({ home, x, y, scale, fitScale }) {
  return x === (home.xMin + home.xMax) / 2 && y === (home.yMin + home.yMax) / 2 && scale === fitScale;
}

/** @type {(view: View) => [number, number]} */
function middleOf({ plot }) {
  return [(plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2];
}

/** @type {(view: View, left: number, top: number) => [number, number]} */
function fromPixels(view, left, top) {
  const [middleX, middleY] = middleOf(view);
  return [view.x + (left - middleX) / view.scale, view.y - (top - middleY) / view.scale];
}

/** @type {(view: View) => number} */
function scaleToFit(view) {
  const { home } = view;
  const { width, height } = plotSize(view);
  return FIT * Math.min(width / (home.xMax - home.xMin || 1), height / (home.yMax - home.yMin || 1));
}

/** The part of the plane that holds 99.5 % of the codes. @type {(sorted: Sorted) => Bounds} */
export function boundsToShow({ u, v }) {
  const [xMin, xMax] = [quantile(u, TAIL), quantile(u, 1 - TAIL)];
  const [yMin, yMax] = [quantile(v, TAIL), quantile(v, 1 - TAIL)];
  return { xMin, xMax, yMin, yMax };
}
