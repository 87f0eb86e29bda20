// At most one frame is pending; it takes the newest pointer and redraws what is stale.

/** @import { CanvasState, Pass, Place, PutCodes, Reference, ShownState, Tiles, View } from "../types.d.ts" */
import { clipTo } from "../../shared/axes.js";
import { drawNames } from "../../shared/labels.js";
import { inkRatio } from "../../shared/parts.js";
import { showClasses } from "./classes.js";
import { drawCodes } from "./crowd.js";
import { clearLayer, drawAxes, drawBack, drawDraws, drawMarks } from "./drawing.js";
import { referenceCode, tellLinked } from "./link.js";
import { placeAt } from "./navigate.js";
import { nearest } from "./nearest.js";
import { showDecoded, showNearest, showPinned } from "./panel.js";
import { discStyle, paletteOf } from "./points.js";
import { fitLayers } from "./size.js";
import { drawSpace, drawSpaceMarks, isSolid, nearestInSpace } from "./space.js";
import { spin } from "./space_tools.js";
import { drawTiles, emptyTiles, fillTiles, gridLines } from "./tiles.js";
import { plotSize, toPixels } from "./view.js";
import { tellView } from "./view_state.js";
import { quantile } from "./warp.js";

const TILES_DELAY_MS = 140;
const TILES_FRAME_MS = 100; // longer than it takes to draw a frame, which may be 60,000 discs without a GPU
const NAME_EM = 1.3;

/** @type {(state: CanvasState) => state is ShownState} */
export function hasScene(state) {
  return state.shown !== null;
}

/** @type {(state: CanvasState, what: "view" | "cursor") => void} */
export function requestDraw(state, what) {
  state.stale.add(what);
  state.frame ||= requestAnimationFrame(() => drawFrame(state));
}

/** @type {(state: CanvasState) => void} */
function drawFrame(state) {
  state.frame = 0;
  const { stale } = state;
  state.stale = new Set();
  if (!hasScene(state) || plotSize(state.shown.view).width === 0) return;
  if (state.ratio !== inkRatio()) fitLayers(state); // the window has moved to another screen
  spin(state);
  if (state.pointer) state.cursor = placeAt(state, state.pointer.x, state.pointer.y);
  if (stale.has("view")) drawView(state);
  drawCursor(state);
  state.shown.source.rest();
  state.parts.root.dataset.state = "drawn";
  state.parts.notice.textContent = "";
}

/** @type {(state: ShownState) => void} */
function drawView(state) {
  const context = clearLayer(state.parts.scene);
  drawShown(state, context, (passesFor) => {
    drawCodes(state, passesFor);
    putPoints(state, context);
  });
  showPinned(state);
  tellView(state);
}

/** All but the marks; put: how the codes of a plane come onto it.
 * @type {(state: ShownState, context: CanvasRenderingContext2D, put: PutCodes) => void} */
export function drawShown(state, context, put) {
  if (isSolid(state)) drawSpace(state, context);
  else drawWindow(state, context, put);
}

/** @type {(state: ShownState, context: CanvasRenderingContext2D, put: PutCodes) => void} */
function drawWindow(state, context, put) {
  const { parts, theme, grid, shown: { view, scene, map } } = state;
  clipTo(context, view.plot, () => {
    drawBack(context, view, theme, map);
    if (grid) drawLatentGrid(state, context);
    if (state.showsPoints) drawPoints(state, context, put);
    else if (scene.arrays.draws) drawDraws(context, view, theme, scene.arrays.draws.values);
  });
  drawAxes(context, view, theme, scene.header.axis_labels);
  parts.root.dataset.grid = grid ? (state.nextTiles ? "filling" : "whole") : "off";
}

/** The codes, the draws over them, and the names of those classes that are shown.
 * @type {(state: ShownState, context: CanvasRenderingContext2D, put: PutCodes) => void} */
function drawPoints(state, context, put) {
  const { theme, visible, shown: { view, names, scene: { arrays } } } = state;
  put((share) => pointPasses(state, share));
  if (arrays.draws) drawDraws(context, view, theme, arrays.draws.values);
  const shownNames = names.filter(({ label }) => visible[label]);
  drawNames(context, shownNames, (u, v) => toPixels(view, u, v), { ...theme, size: NAME_EM * theme.size });
}

/** @type {(state: ShownState, context: CanvasRenderingContext2D) => void} */
export function putPoints({ shown: { points, view } }, context) {
  const { width, height } = plotSize(view);
  context.drawImage(points.canvas, view.plot.left, view.plot.top, width, height);
}

/** Classes that are left out stay as a pale shadow of the whole under the chosen ones; share: how many codes are drawn
 * in the place of one. @type {(state: ShownState, share: number) => Pass[]} */
function pointPasses({ theme, visible, grid, shown: { view, classSizes, classColors } }, share) {
  const count = (/** @type {boolean[]} */ flags) => sumOf(classSizes.filter((_, label) => flags[label])) * share;
  const style = discStyle(view, count(visible), grid !== null);
  const chosen = { ...style, palette: paletteOf(classColors, visible, style.alpha) };
  if (!visible.includes(false)) return [chosen];
  const shadow = discStyle(view, sumOf(classSizes) * share, grid !== null);
  const pale = visible.map(() => theme.shadow);
  const others = visible.map((flag) => !flag);
  return [{ ...shadow, palette: paletteOf(pale, others, shadow.alpha) }, chosen];
}

/** @type {(numbers: number[]) => number} */
function sumOf(numbers) {
  return numbers.reduce((sum, one) => sum + one, 0);
}

/** Tiles in view move along at once; what a new view shows is decoded when the view comes to rest.
 * @type {(state: ShownState, context: CanvasRenderingContext2D) => void} */
function drawLatentGrid(state, context) {
  const { view } = state.shown;
  if (!state.tiles) state.nextTiles ??= newTiles(state);
  if (state.nextTiles) fillNextTiles(state, state.nextTiles);
  const tiles = state.tiles ?? state.nextTiles;
  if (tiles) drawTiles(context, view, tiles);
  clearTimeout(state.tilesTimer);
  if (state.grid !== "range" || (state.nextTiles ?? state.tiles)?.at === placeOfView(view)) return;
  state.tilesTimer = window.setTimeout(() => {
    state.nextTiles = newTiles(state);
    requestDraw(state, "view");
  }, TILES_DELAY_MS);
}

/** The grid before stays until the next one is whole. @type {(state: ShownState, next: Tiles) => void} */
function fillNextTiles(state, next) {
  const { label, shown: { source } } = state;
  fillTiles(next, (u, v) => source.find({ u, v, w: 0 }, label), TILES_FRAME_MS);
  if (next.cells.length === 0) Object.assign(state, { tiles: next, nextTiles: null });
  else if (source.kind === "browser") requestDraw(state, "view");
}

/** @type {(state: ShownState) => Tiles} */
export function newTiles({ grid, gridSize, shown: { view, sorted, scene } }) {
  const lines = gridLines(grid ?? "range", view, sorted, gridSize);
  return { ...emptyTiles(lines, scene.header.image_shape ?? [1, 1]), at: placeOfView(view) };
}

/** @type {(view: View) => string} */
function placeOfView(view) {
  const { width, height } = plotSize(view);
  return [view.x, view.y, view.scale, width, height].join();
}

/** @type {(state: ShownState) => void} */
function drawCursor(state) {
  const { parts, theme, cursor, pin, shown: { view } } = state;
  const point = shownPoint(state);
  const found = findNearest(state, point);
  showDecoded(state, point, titleOf(state), found);
  showClasses(state, point);
  showNearest(state, found);
  tellLinked(state, cursor && found ? found.row : null);
  const marks = { cursor: !cursor && pin ? null : point, neighbour: found, pin };
  if (isSolid(state)) drawSpaceMarks(clearLayer(parts.marks), state, marks);
  else drawMarks(clearLayer(parts.marks), view, theme, marks);
}

/** @type {(state: ShownState) => Place} */
export function shownPoint({ cursor, pin, space, shown: { sorted } }) {
  return cursor ?? pin ?? { u: quantile(sorted.u, 0.5), v: quantile(sorted.v, 0.5), w: space?.height ?? 0 };
}

/** @type {(state: ShownState) => string} */
function titleOf({ cursor, pin, cells, label, shown: { scene } }) {
  const place = cursor ? "here" : pin ? "at the pin" : "at the median";
  return cells.length > 0 ? `${scene.header.class_names[label]}, decoded ${place}` : `Decoded ${place}`;
}

/** @type {(state: ShownState, place: Place) => Reference | null} */
function findNearest(state, place) {
  const { visible, shown: { index, scene } } = state;
  if (!index) return null;
  const labels = scene.arrays.reference_labels.values;
  const accepts = (/** @type {number} */ row) => visible[labels[row]];
  const inSpace = isSolid(state) ? state.shown.solid.references : null;
  const best = inSpace ? nearestInSpace(inSpace, place, accepts) : nearest(index, place.u, place.v, accepts);
  if (!best) return null;
  const { class_names: names, colors } = scene.header;
  const label = labels[best.row];
  return { ...best, ...referenceCode(state, best.row), className: names[label], color: colors[label] };
}
