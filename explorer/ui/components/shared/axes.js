// The frame of every chart and plane: one set of margins, grid lines, numbers at the ticks and titles of the axes.

/** @import { Box, PlacedTick, Sheet } from "./types.d.ts" */
import { flat, inkRatio, roomIn, stageScale } from "./parts.js";

const GRID_ALPHA = 0.18;
const SMALLEST_PX = 15;
const LARGEST_PX = 18;
// A letter has at least 1/40 of the height, so that it is read from the last row.
const LINES_IN_HEIGHT = 39;
// Of what stands below a plot, in letters' sizes.
const FOOT_EM = 3.2;

/** @typedef {(canvas: HTMLCanvasElement, ratio: number) => CanvasRenderingContext2D} StandIn */

/** While a picture is saved: its pixels for each of the page, and what is drawn with instead of a canvas, if anything.
 * @type {{ ratio: number, standIn: StandIn | null, contexts: Map<HTMLCanvasElement, CanvasRenderingContext2D> } | null}
 */
let print = null;

/**
 * Draws all sheets as they are saved, uses them, and draws them again as they were.
 * @param {() => void} draw
 * @param {number} ratio  pixels for each of the page
 * @param {StandIn | null} standIn
 * @param {() => void} use
 */
export function withPrintedSheets(draw, ratio, standIn, use) {
  print = { ratio, standIn, contexts: new Map() };
  try {
    draw();
    use();
  } finally {
    print = null;
    draw();
  }
}

/** What a sheet that was prepared is drawn with. @type {(canvas: HTMLCanvasElement) => CanvasRenderingContext2D} */
export function contextOf(canvas) {
  return print?.contexts.get(canvas) ?? flat(canvas);
}

/** A canvas ready to be drawn on, cleared and sharp; its lengths are pixels of the layout, which grow with the window.
 * @type {(canvas: HTMLCanvasElement) => Sheet} */
export function prepareSheet(canvas) {
  const { width, height, size } = sizeOf(canvas);
  const scale = print ? stageScale() * print.ratio : inkRatio();
  if (print?.standIn) print.contexts.set(canvas, print.standIn(canvas, scale));
  else clear(canvas, width, height, scale);
  const context = contextOf(canvas);
  const style = getComputedStyle(canvas);
  context.font = `${size}px ${style.fontFamily}`;
  const paper = style.getPropertyValue("--st-background-color") || "white";
  return { context, width, height, size, ink: style.color, paper };
}

/** @type {(canvas: HTMLCanvasElement, width: number, height: number, scale: number) => void} */
function clear(canvas, width, height, scale) {
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  flat(canvas).setTransform(scale, 0, 0, scale, 0, 0);
}

/** How large a canvas and its letters are in the layout. @type {(canvas: HTMLCanvasElement) =>
 *   { width: number, height: number, size: number }} */
export function sizeOf(canvas) {
  const { width, height } = roomIn(canvas);
  const wanted = Math.max(width / 24, height / LINES_IN_HEIGHT);
  return { width, height, size: Math.max(SMALLEST_PX, Math.min(LARGEST_PX, wanted)) };
}

/** The room inside the axes for letters of a size in pixels.
 * @type {(width: number, height: number, size: number) => Box} */
export function plotBox(width, height, size) {
  return { left: 4.2 * size, right: width - 1, top: 1, bottom: height - FOOT_EM * size };
}

/** @type {(context: CanvasRenderingContext2D, box: Box, draw: () => void) => void} */
export function clipTo(context, box, draw) {
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  context.clip();
  draw();
  context.restore();
}

/** @type {(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number) => void} */
export function strokeLine(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** Faint lines at the ticks of both axes.
 * @type {(context: CanvasRenderingContext2D, box: Box, ink: string, x: PlacedTick[], y: PlacedTick[]) => void} */
export function drawGrid(context, box, ink, x, y) {
  Object.assign(context, { strokeStyle: ink, lineWidth: 1, globalAlpha: GRID_ALPHA });
  for (const { at } of x) strokeLine(context, Math.round(at) + 0.5, box.top, Math.round(at) + 0.5, box.bottom);
  for (const { at } of y) strokeLine(context, box.left, Math.round(at) + 0.5, box.right, Math.round(at) + 0.5);
  context.globalAlpha = 1;
}

/** Numbers at the ticks; those without room are left out.
 * @type {(context: CanvasRenderingContext2D, box: Box, ink: string, x: PlacedTick[], y: PlacedTick[]) => void} */
export function drawTickTexts(context, box, ink, x, y) {
  Object.assign(context, { fillStyle: ink, textAlign: "center", textBaseline: "top" });
  let end = -Infinity;
  for (const { at, text } of x) {
    const half = context.measureText(text).width / 2;
    if (at - half < Math.max(end, 0) || at + half > box.right + 12) continue;
    context.fillText(text, Math.min(at, box.right - half), box.bottom + 6);
    end = at + half + 6;
  }
  Object.assign(context, { textAlign: "right", textBaseline: "middle" });
  for (const { at, text } of y) {
    if (at > box.top + 6 && at < box.bottom + 1) context.fillText(text, box.left - 7, at);
  }
}

/** Titles below the plot and, read upwards, on its left.
 * @type {(context: CanvasRenderingContext2D, box: Box, size: number, xTitle: string, yTitle: string) => void} */
export function drawAxisTitles(context, box, size, xTitle, yTitle) {
  Object.assign(context, { textAlign: "center", textBaseline: "alphabetic" });
  context.fillText(xTitle, (box.left + box.right) / 2, box.bottom + 2.6 * size);
  // A title that is longer than its axis stays on the canvas, and one longer than the canvas becomes as long as that.
  const height = box.bottom + FOOT_EM * size;
  const length = context.measureText(yTitle).width;
  const half = Math.min(length, height) / 2;
  context.save();
  context.translate(size, Math.min(Math.max((box.top + box.bottom) / 2, half), height - half));
  context.rotate(-Math.PI / 2);
  if (length > height) context.scale(height / length, height / length);
  context.fillText(yTitle, 0, 0);
  context.restore();
}
