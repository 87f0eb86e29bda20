// What lies over a plane of linked planes: a ring around the sample that is pointed to, and the outline.

/** @import { Point, Sheet } from "../shared/types.d.ts" */
/** @import { LinkedState, Plane } from "./types.d.ts" */
import { clipTo, prepareSheet } from "../shared/axes.js";

const RING_PX = 8;
const OUTLINE_DASH = [6, 4];

/** @type {(state: LinkedState, plane: Plane, place: number, sample: number | null) => void} */
export function drawLinks({ held, drawing }, { marks, points, view }, place, sample) {
  const sheet = prepareSheet(marks);
  if (!view) return;
  clipTo(sheet.context, view.box, () => {
    const shown = drawing ?? { plane: held.plane, points: pairs(held.corners) };
    if (shown.plane === place) drawOutline(sheet, shown.points.map(([x, y]) => view.toPixels(x, y)));
    if (sample !== null) drawRing(sheet, view.toPixels(points[2 * sample], points[2 * sample + 1]));
  });
}

/** Numbers x and y in turn as places. @type {(numbers: readonly number[]) => Point[]} */
export function pairs(numbers) {
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i], numbers[2 * i + 1]]);
}

/** @type {(sheet: Sheet, places: Point[]) => void} */
function drawOutline({ context, ink }, places) {
  context.beginPath();
  for (const [x, y] of places) context.lineTo(x, y);
  context.closePath();
  context.setLineDash(OUTLINE_DASH);
  Object.assign(context, { strokeStyle: ink, lineWidth: 2 });
  context.stroke();
  context.setLineDash([]);
}

/** @type {(sheet: Sheet, at: Point) => void} */
function drawRing({ context, ink, paper }, [x, y]) {
  for (const [color, width] of /** @type {[string, number][]} */ ([[paper, 7], [ink, 3]])) {
    context.beginPath();
    context.arc(x, y, RING_PX, 0, 2 * Math.PI);
    Object.assign(context, { strokeStyle: color, lineWidth: width });
    context.stroke();
  }
}
