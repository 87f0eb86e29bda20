// A plane of codes on a canvas: dots by class, the names of the classes, ticks, and the prior's circles.

/** @import { Box, ClassName, Extent, NumberArray, PlaneView, Sheet } from "./types.d.ts" */
import { clipTo, drawAxisTitles, drawGrid, drawTickTexts, plotBox, prepareSheet } from "./axes.js";
import { placeTicks } from "./chart.js";
import { drawNames, findSpots } from "./labels.js";
import { niceTicks } from "./ticks.js";

const RADIUS = 2.8;
const PLANE_TICKS = 5;
const ALPHA = 0.75;
const MARKED_ALPHA = 0.95;
const OTHER_ALPHA = 0.12;
const EDGE_ALPHA = 0.35;

/**
 * @typedef {object} Cloud  Codes of a plane, x and y in turn, with their classes.
 * @property {readonly string[]} names
 * @property {readonly string[]} colors
 * @property {NumberArray} labels
 * @property {NumberArray} codes
 * @property {readonly [string, string]} axisLabels  '' above: what is up and down means nothing
 * @property {boolean} [showsPrior]  whether the circles of N(0, I) at 1σ and 2σ belong to the plane
 * @property {NumberArray | null} [marked]  1 for the codes that stand out from the others, if any do
 * @property {boolean} [isBare]  without ticks and titles, for small planes side by side
 */

/** How a sheet shows a square part of the plane.
 * @type {(sheet: Sheet, extent: Extent, isBare: boolean | undefined) => PlaneView} */
function viewOf({ width, height, size }, [u, v, half], isBare) {
  const box = isBare ? { left: 1, right: width - 1, top: 1, bottom: height - 1 } : plotBox(width, height, size);
  const scale = Math.min(box.right - box.left, box.bottom - box.top) / (2 * half);
  const [middleX, middleY] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  return {
    box,
    scale,
    toPixels: (x, y) => [middleX + (x - u) * scale, middleY - (y - v) * scale],
    toPlane: (x, y) => [u + (x - middleX) / scale, v - (y - middleY) / scale],
  };
}

/** The places of the classes' names in a square part of the plane.
 * @type {(cloud: Cloud, extent: Extent) => ClassName[]} */
export function namesOf({ names, colors, codes, labels }, [u, v, half]) {
  return findSpots(names, colors, codes, labels, { left: u - half, right: u + half, top: v + half, bottom: v - half });
}

/** Draws a plane; returns how it is seen. over: draws what lies between the codes and the names of their classes.
 * @type {(canvas: HTMLCanvasElement, cloud: Cloud, extent: Extent, names: ClassName[],
 *   over?: (sheet: Sheet, view: PlaneView) => void) => PlaneView} */
export function drawPlane(canvas, cloud, extent, names, over = () => {}) {
  const sheet = prepareSheet(canvas);
  const view = viewOf(sheet, extent, cloud.isBare);
  if (cloud.isBare) drawEdge(sheet, view.box);
  else drawFrame(sheet, view, cloud.axisLabels);
  clipTo(sheet.context, view.box, () => {
    drawCodes(sheet.context, cloud, view);
    if (cloud.showsPrior) drawPrior(sheet, view);
    over(sheet, view);
    const font = getComputedStyle(canvas).fontFamily;
    drawNames(sheet.context, names, view.toPixels, { ...sheet, size: 1.25 * sheet.size, font });
  });
  return view;
}

/** @type {(sheet: Sheet, box: Box) => void} */
function drawEdge({ context, ink }, { left, right, top, bottom }) {
  Object.assign(context, { strokeStyle: ink, lineWidth: 1, globalAlpha: EDGE_ALPHA });
  context.strokeRect(left, top, right - left, bottom - top);
  context.globalAlpha = 1;
}

/** @type {(view: PlaneView) => Box} */
function boxInPlane({ box, toPlane }) {
  const [left, top] = toPlane(box.left, box.top);
  const [right, bottom] = toPlane(box.right, box.bottom);
  return { left, right, top, bottom };
}

/** @type {(sheet: Sheet, view: PlaneView, labels: readonly [string, string]) => void} */
function drawFrame({ context, size, ink }, view, [xTitle, yTitle]) {
  const { left, right, top, bottom } = boxInPlane(view);
  const x = placeTicks(niceTicks(left, right, PLANE_TICKS), (value) => view.toPixels(value, 0)[0]);
  const y = yTitle ? placeTicks(niceTicks(bottom, top, PLANE_TICKS), (value) => view.toPixels(0, value)[1]) : [];
  drawGrid(context, view.box, ink, x, y);
  drawTickTexts(context, view.box, ink, x, y);
  drawAxisTitles(context, view.box, size, xTitle, yTitle);
}

/** @type {(context: CanvasRenderingContext2D, cloud: Cloud, view: PlaneView) => void} */
function drawCodes(context, cloud, view) {
  const { marked } = cloud;
  if (marked) {
    drawSome(context, cloud, view, OTHER_ALPHA, (i) => !marked[i]);
    drawSome(context, cloud, view, MARKED_ALPHA, (i) => marked[i] > 0);
  } else drawSome(context, cloud, view, ALPHA, () => true);
  context.globalAlpha = 1;
}

/** @type {(context: CanvasRenderingContext2D, cloud: Cloud, view: PlaneView, alpha: number,
 *   isShown: (i: number) => boolean) => void} */
function drawSome(context, { colors, labels, codes }, { toPixels }, alpha, isShown) {
  context.globalAlpha = alpha;
  colors.forEach((color, label) => {
    context.fillStyle = color;
    context.beginPath();
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] !== label || !isShown(i)) continue;
      const [x, y] = toPixels(codes[2 * i], codes[2 * i + 1]);
      context.moveTo(x + RADIUS, y);
      context.arc(x, y, RADIUS, 0, 2 * Math.PI);
    }
    context.fill();
  });
}

/** @type {(sheet: Sheet, view: PlaneView) => void} */
function drawPrior({ context, ink }, { toPixels, scale }) {
  Object.assign(context, { strokeStyle: ink, lineWidth: 2 });
  context.setLineDash([7, 5]);
  for (const sigmas of [1, 2]) {
    context.beginPath();
    context.arc(...toPixels(0, 0), sigmas * scale, 0, 2 * Math.PI);
    context.stroke();
  }
  context.setLineDash([]);
}
