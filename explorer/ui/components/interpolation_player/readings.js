// The chart below the strips, whose columns it shares: a reading for each frame, and what is usual as bands.

/** @import { Box, PlacedTick, Sheet } from "../shared/types.d.ts" */
/** @import { Band, InterpolationHeader, ReadingsChart, RowFacts } from "./types.d.ts" */
import { drawGrid, drawTickTexts, prepareSheet, strokeLine } from "../shared/axes.js";
import { axisScale, drawDot, placeTicks } from "../shared/chart.js";
import { niceTicks } from "../shared/ticks.js";
import { DASHES } from "./paths.js";

const BAND_ALPHA = 0.22;
const READING_TICKS = 3;

/** The highest value of the chart. @type {(chart: ReadingsChart, rows: RowFacts[]) => number} */
function chartTop(chart, rows) {
  const values = [...rows.flatMap(({ readings }) => readings ?? []), ...chart.bands.map(({ high }) => high)];
  return chart.top ?? Math.max(...values, 1e-9) * 1.08;
}

/** columns: where the middles of the first and the last picture of a strip stand, in pixels of the chart.
 * @type {(canvas: HTMLCanvasElement, header: InterpolationHeader, chart: ReadingsChart, columns: [number, number],
 *   steps: number[], frame: number) => void} */
export function drawReadings(canvas, { rows, ticks, captions }, chart, columns, steps, frame) {
  const sheet = prepareSheet(canvas);
  const { context, height, size, ink } = sheet;
  const half = (columns[1] - columns[0]) / (ticks.length - 1) / 2;
  const box = { left: columns[0] - half, right: columns[1] + half, top: 8, bottom: height - 1.7 * size };
  const across = axisScale([0, captions.length - 1], false, ...columns);
  const top = chartTop(chart, rows);
  const up = axisScale([0, top], false, box.bottom, box.top);
  const levels = placeTicks(niceTicks(0, top, READING_TICKS), up);
  drawGrid(context, box, ink, [], levels);
  drawTickTexts(context, box, ink, namedSteps(context, ticks, steps.map(across)), levels);
  drawTitle(sheet, box, chart.y_title);
  for (const band of chart.bands) drawBand(context, band, box, up, ink);
  nameBands(sheet, chart.bands, box, up);
  drawNow(context, across(frame), box, ink);
  for (const row of rows) drawReading(sheet, row, steps, frame, across, up);
}

/** @type {(sheet: Sheet, box: Box, title: string) => void} */
function drawTitle({ context, size }, { top, bottom }, title) {
  const lines = title.split("\n");
  Object.assign(context, { textAlign: "left", textBaseline: "middle" });
  lines.forEach((text, i) => context.fillText(text, 0, (top + bottom) / 2 + 1.2 * size * (i - (lines.length - 1) / 2)));
}

/** @type {(context: CanvasRenderingContext2D, band: Band, box: Box, up: (value: number) => number, ink: string) =>
 *   void} */
function drawBand(context, { low, middle, high }, { left, right }, up, ink) {
  Object.assign(context, { fillStyle: ink, strokeStyle: ink, globalAlpha: BAND_ALPHA });
  context.fillRect(left, up(high), right - left, up(low) - up(high));
  Object.assign(context, { globalAlpha: 0.75, lineWidth: 1.5 });
  strokeLine(context, left, up(middle), right, up(middle));
  context.globalAlpha = 1;
}

/** Names stand at their middles, but never on one another.
 * @type {(sheet: Sheet, bands: Band[], box: Box, up: (value: number) => number) => void} */
function nameBands({ context, size, ink }, bands, box, up) {
  const room = 1.2 * size;
  Object.assign(context, { fillStyle: ink, textAlign: "left", textBaseline: "middle" });
  let highest = box.bottom + room / 2;
  for (const { name, middle } of [...bands].sort((a, b) => a.middle - b.middle)) {
    highest = Math.min(up(middle), highest - room);
    context.fillText(name, box.right + 6, highest);
  }
}

/** @type {(context: CanvasRenderingContext2D, x: number, box: Box, ink: string) => void} */
function drawNow(context, x, { top, bottom }, ink) {
  Object.assign(context, { strokeStyle: ink, lineWidth: 1.5, globalAlpha: 0.6 });
  strokeLine(context, x, top, x, bottom);
  context.globalAlpha = 1;
}

/** As many of the steps' names, evenly, as have room. @type {(context: CanvasRenderingContext2D, ticks: string[],
 *   places: number[]) => PlacedTick[]} */
function namedSteps(context, ticks, places) {
  const widest = Math.max(...ticks.map((text) => context.measureText(text).width)) + 8;
  const every = Math.max(1, Math.ceil(widest / (places[1] - places[0])));
  return ticks.map((text, i) => ({ at: places[i], text })).filter((_, i) => i % every === 0);
}

/** @type {(sheet: Sheet, row: RowFacts, steps: number[], frame: number, across: (value: number) => number,
 *   up: (value: number) => number) => void} */
function drawReading({ context, paper }, { readings, color, dash }, steps, frame, across, up) {
  if (!readings) return;
  Object.assign(context, { strokeStyle: color, lineWidth: 3 });
  context.setLineDash(DASHES[dash]);
  context.beginPath();
  readings.forEach((value, f) => context.lineTo(across(f), up(value)));
  context.stroke();
  context.setLineDash([]);
  for (const step of steps) drawDot(context, across(step), up(readings[step]), color, paper, 4);
  drawDot(context, across(frame), up(readings[frame]), color, paper);
}
