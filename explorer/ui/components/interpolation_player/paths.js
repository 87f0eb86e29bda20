// Ways through the plane of codes: a ring where they start, a spot at each step, an arrow where they end.

/** @import { PlaneView, Point } from "../shared/types.d.ts" */
/** @import { Dash, Path } from "./types.d.ts" */
import { clipTo, contextOf } from "../shared/axes.js";
import { drawDot } from "../shared/chart.js";

/** @type {Record<Dash, number[]>} */
export const DASHES = { solid: [], dashed: [10, 6], dotted: [3, 5] };
/** @type {Point[]} */
const ARROW_HEAD = [[6, 0], [-16, -10], [-11, 0], [-16, 10]];

/** @type {(canvas: HTMLCanvasElement, view: PlaneView, paths: Path[], steps: number[], frame: number,
 *   cursor: Point | null) => void} */
export function drawPaths(canvas, view, paths, steps, frame, cursor) {
  const context = contextOf(canvas);
  const style = getComputedStyle(canvas);
  const halo = style.getPropertyValue("--st-background-color") || "white";
  clipTo(context, view.box, () => {
    for (const path of paths) drawPath(context, view, path, steps, halo);
    for (const { points, color } of paths) drawHere(context, view.toPixels(...points[frame]), color, halo);
    if (cursor) drawCross(context, cursor, style.color, halo);
  });
}

/** @type {(context: CanvasRenderingContext2D, view: PlaneView, path: Path, steps: number[], halo: string) => void} */
function drawPath(context, view, { points, color, dash }, steps, halo) {
  const places = points.map(([x, y]) => view.toPixels(x, y));
  context.lineJoin = "round";
  strokeThrough(context, places, halo, 7);
  context.setLineDash(DASHES[dash]);
  strokeThrough(context, places, color, 3.5);
  context.setLineDash([]);
  for (const step of steps.slice(1, -1)) drawDot(context, ...places[step], color, halo, 4.5);
  drawDot(context, ...places[0], halo, color, 8, 4);
  drawArrow(context, places, color, halo);
}

/** @type {(context: CanvasRenderingContext2D, places: Point[], strokeStyle: string, lineWidth: number) => void} */
function strokeThrough(context, places, strokeStyle, lineWidth) {
  Object.assign(context, { strokeStyle, lineWidth });
  context.beginPath();
  for (const [x, y] of places) context.lineTo(x, y);
  context.stroke();
}

/** @type {(context: CanvasRenderingContext2D, places: Point[], color: string, halo: string) => void} */
function drawArrow(context, places, color, halo) {
  const [x, y] = places[places.length - 1];
  const before = places.findLast(([a, b]) => Math.hypot(x - a, y - b) > 4) ?? places[0];
  context.save();
  context.translate(x, y);
  context.rotate(Math.atan2(y - before[1], x - before[0]));
  context.beginPath();
  for (const [a, b] of ARROW_HEAD) context.lineTo(a, b);
  context.closePath();
  Object.assign(context, { strokeStyle: halo, lineWidth: 4, fillStyle: color });
  context.stroke();
  context.fill();
  context.restore();
}

/** @type {(context: CanvasRenderingContext2D, place: Point, color: string, halo: string) => void} */
function drawHere(context, [x, y], color, halo) {
  for (const [strokeStyle, lineWidth] of [[halo, 7], [color, 3.5]]) {
    Object.assign(context, { strokeStyle, lineWidth });
    context.beginPath();
    context.arc(x, y, 10, 0, 2 * Math.PI);
    context.stroke();
  }
}

/** @type {(context: CanvasRenderingContext2D, place: Point, ink: string, halo: string) => void} */
function drawCross(context, [x, y], ink, halo) {
  for (const [strokeStyle, lineWidth] of [[halo, 5], [ink, 2]]) {
    Object.assign(context, { strokeStyle, lineWidth });
    context.beginPath();
    context.moveTo(x - 9, y);
    context.lineTo(x + 9, y);
    context.moveTo(x, y - 9);
    context.lineTo(x, y + 9);
    context.stroke();
  }
}
