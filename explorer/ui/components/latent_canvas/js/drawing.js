// What is drawn with lines and letters: grid lines and map behind the codes, axes in front, marks on top.

/** @import { Cursor, Place, Reference, Shown, Theme, View } from "../types.d.ts" */
/** @import { NumberArray, PlacedTick, Point } from "../../shared/types.d.ts" */
import { clipTo, drawAxisTitles, drawGrid, drawTickTexts, strokeLine } from "../../shared/axes.js";
import { flat } from "../../shared/parts.js";
import { digitsFor, formatNumber, roundTicks } from "../../shared/ticks.js";
import { toPixels, visibleBounds } from "./view.js";
import { fromRank } from "./warp.js";

// Least distances between ticks, in letters' heights.
const ACROSS_EM = 4.2;
const UP_EM = 2.2;
// A draw has the colour of z.
const DRAW_COLOR = "#0e9aa7";
const DRAW_EM = 0.15;
const RANKS = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** @type {(canvas: HTMLCanvasElement, width: number, height: number, ratio: number) => void} */
export function prepareLayer(canvas, width, height, ratio) {
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  flat(canvas).setTransform(ratio, 0, 0, ratio, 0, 0);
}

/** @type {(canvas: HTMLCanvasElement) => CanvasRenderingContext2D} */
export function clearLayer(canvas) {
  const context = flat(canvas);
  context.save();
  context.resetTransform();
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.restore();
  return context;
}

/** @type {(context: CanvasRenderingContext2D, view: View, theme: Theme, map: Shown["map"]) => void} */
export function drawBack(context, view, theme, map) {
  if (map && !view.warp) drawMap(context, view, map);
  const { x, y } = axisTicks(view, theme.size);
  drawGrid(context, view.plot, theme.ink, x, y);
}

/** @type {(context: CanvasRenderingContext2D, view: View, map: NonNullable<Shown["map"]>) => void} */
function drawMap(context, view, { image, extent }) {
  const [uMin, uMax, vMin, vMax] = extent;
  const [left, top] = toPixels(view, uMin, vMax);
  const [right, bottom] = toPixels(view, uMax, vMin);
  context.imageSmoothingEnabled = true;
  context.drawImage(image, left, top, right - left, bottom - top);
}

/** @type {(view: View, size: number) => { x: PlacedTick[], y: PlacedTick[] }} */
function axisTicks(view, size) {
  const { warp, plot, scale } = view;
  const { xMin, xMax, yMin, yMax } = visibleBounds(view);
  const u = warp ? quantileTicks(warp.u) : roundTicks(xMin, xMax, (ACROSS_EM * size) / scale);
  const v = warp ? quantileTicks(warp.v) : roundTicks(yMin, yMax, (UP_EM * size) / scale);
  const x = u.map(({ value, text }) => ({ at: toPixels(view, value, 0)[0], text }));
  const y = v.map(({ value, text }) => ({ at: toPixels(view, 0, value)[1], text }));
  return {
    x: x.filter(({ at }) => at >= plot.left - 1 && at <= plot.right + 1),
    y: y.filter(({ at }) => at >= plot.top - 1 && at <= plot.bottom + 1),
  };
}

/** @type {(knots: Float64Array) => { value: number, text: string }[]} */
function quantileTicks(knots) {
  const digits = Math.max(digitsFor(knots[knots.length - 1] - knots[0]) - 1, 0);
  return RANKS.map((rank) => {
    const value = fromRank(knots, rank);
    return { value, text: formatNumber(value, digits) };
  });
}

/** @type {(context: CanvasRenderingContext2D, view: View, theme: Theme, labels: [string, string]) => void} */
export function drawAxes(context, view, theme, labels) {
  const { plot, warp } = view;
  const { x, y } = axisTicks(view, theme.size);
  Object.assign(context, { strokeStyle: theme.faint, lineWidth: 1 });
  context.strokeRect(plot.left - 0.5, plot.top - 0.5, plot.right - plot.left + 1, plot.bottom - plot.top + 1);
  context.font = `${theme.size * 0.9}px ${theme.font}`;
  drawTickTexts(context, plot, theme.ink, x, y);
  context.font = `600 ${theme.size}px ${theme.font}`;
  const [across, up] = labels.map((label) => (warp ? `${label}, by quantile` : label));
  drawAxisTitles(context, plot, theme.size, across, up);
}

/** What a sampler drew, u and v in turn, on top of the codes.
 * @type {(context: CanvasRenderingContext2D, view: View, theme: Theme, draws: NumberArray) => void} */
export function drawDraws(context, view, theme, draws) {
  Object.assign(context, { fillStyle: DRAW_COLOR, strokeStyle: theme.paper, lineWidth: 0.7 });
  const radius = theme.size * DRAW_EM;
  for (let i = 0; i < draws.length; i += 2) {
    const [x, y] = toPixels(view, draws[i], draws[i + 1]);
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}

/** cursor: where the pointer decodes; neighbour: the nearest sample's place; pin: what was clicked.
 * @type {(context: CanvasRenderingContext2D, view: View, theme: Theme,
 *   marks: { cursor: Cursor | null, neighbour: Reference | null, pin: Place | null }) => void} */
export function drawMarks(context, view, theme, { cursor, neighbour, pin }) {
  clipTo(context, view.plot, () => {
    if (cursor) drawCrossHair(context, view, theme, cursor);
    if (cursor && neighbour) {
      const [from, to] = [cursor, neighbour].map(({ u, v }) => toPixels(view, u, v));
      drawTie(context, theme, from, to, neighbour.color);
    }
    if (pin) drawPin(context, theme, toPixels(view, pin.u, pin.v));
  });
}

/** @type {(context: CanvasRenderingContext2D, view: View, theme: Theme, place: Place) => void} */
function drawCrossHair(context, view, theme, { u, v }) {
  const { plot } = view;
  const [x, y] = toPixels(view, u, v);
  for (const [strokeStyle, lineWidth, globalAlpha] of [[theme.paper, 3, 0.5], [theme.ink, 1, 0.6]]) {
    Object.assign(context, { strokeStyle, lineWidth, globalAlpha });
    strokeLine(context, plot.left, y, plot.right, y);
    strokeLine(context, x, plot.top, x, plot.bottom);
  }
  context.globalAlpha = 1;
}

/** From where the pointer decodes to the nearest sample.
 * @type {(context: CanvasRenderingContext2D, theme: Theme, from: Point, to: Point, color: string) => void} */
export function drawTie(context, theme, from, to, color) {
  for (const [strokeStyle, lineWidth] of [[theme.paper, 4], [theme.ink, 1.5]]) {
    Object.assign(context, { strokeStyle, lineWidth });
    strokeLine(context, ...from, ...to);
  }
  drawMarkRing(context, theme, to, 6, color);
}

/** @type {(context: CanvasRenderingContext2D, theme: Theme, at: Point, radius: number, fill: string) => void} */
function drawMarkRing(context, theme, [x, y], radius, fill) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  Object.assign(context, { fillStyle: fill, strokeStyle: theme.paper, lineWidth: 5 });
  context.stroke();
  context.fill();
  Object.assign(context, { strokeStyle: theme.ink, lineWidth: 2 });
  context.stroke();
}

/** @type {(context: CanvasRenderingContext2D, theme: Theme, at: Point) => void} */
export function drawPin(context, theme, at) {
  drawMarkRing(context, theme, at, 10, "transparent");
  drawMarkRing(context, theme, at, 2, theme.ink);
}
