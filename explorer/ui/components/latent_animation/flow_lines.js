// What a flow draws over its plane: straight lines of the training, learned paths, and arrows of the velocity.

/** @import { Arrays, NamedArray, NumberArray, PlaneView, Point, Sheet } from "../shared/types.d.ts" */
import { strokeLine } from "../shared/axes.js";

const ARROW_ALPHA = 0.6;
// Pixels of the layout: of an arrow's head, and how short an arrow may be to have one.
const HEAD = 3.5;
const SHORTEST = 4;

/**
 * @typedef {object} Paths
 * @property {string} color
 * @property {Point[][]} straight
 * @property {Point[][]} curved
 */

/** The paths of a message; null where it has none. @type {(color: string, arrays: Arrays) => Paths | null} */
export function pathsOf(color, { straight, curved }) {
  return straight ? { color, straight: linesOf(straight), curved: linesOf(curved) } : null;
}

/** Lines (P, T, 2) as places. @type {(lines: NamedArray) => Point[][]} */
function linesOf({ values, shape: [nLines, nPlaces] }) {
  /** @type {(line: number, place: number) => Point} */
  const at = (line, place) => [values[2 * (line * nPlaces + place)], values[2 * (line * nPlaces + place) + 1]];
  const places = [...Array(nPlaces).keys()];
  return [...Array(nLines).keys()].map((line) => places.map((place) => at(line, place)));
}

/** @type {(sheet: Sheet, view: PlaneView, paths: Paths, arrows: NumberArray) => void} */
export function drawFlow({ context, ink }, view, { color, straight, curved }, arrows) {
  Object.assign(context, { strokeStyle: ink, lineWidth: 1.5 });
  context.setLineDash([3, 4]);
  for (const line of straight) drawLine(context, view, line);
  context.setLineDash([]);
  Object.assign(context, { strokeStyle: color, lineWidth: 2.5, lineJoin: "round" });
  for (const line of curved) drawLine(context, view, line);
  Object.assign(context, { strokeStyle: ink, lineWidth: 1.2, globalAlpha: ARROW_ALPHA });
  for (let i = 0; i < arrows.length; i += 4) {
    drawArrow(context, view.toPixels(arrows[i], arrows[i + 1]), view.toPixels(arrows[i + 2], arrows[i + 3]));
  }
  context.globalAlpha = 1;
}

/** @type {(context: CanvasRenderingContext2D, view: PlaneView, line: Point[]) => void} */
function drawLine(context, { toPixels }, line) {
  context.beginPath();
  for (const [x, y] of line) context.lineTo(...toPixels(x, y));
  context.stroke();
}

/** @type {(context: CanvasRenderingContext2D, from: Point, to: Point) => void} */
function drawArrow(context, [fromX, fromY], [toX, toY]) {
  strokeLine(context, fromX, fromY, toX, toY);
  const length = Math.hypot(toX - fromX, toY - fromY);
  if (length < SHORTEST) return;
  const [dx, dy] = [(HEAD * (toX - fromX)) / length, (HEAD * (toY - fromY)) / length];
  strokeLine(context, toX, toY, toX - dx - dy, toY - dy + dx);
  strokeLine(context, toX, toY, toX - dx + dy, toY - dy - dx);
}
