// A chart on a canvas: curves, marks, the place of the frame on each curve, and bars.

/** @import { Box, Chart, Curve, Mark, PlacedTick, Point, Range, Scales, Sheet, Tick } from "./types.d.ts" */
import {
  contextOf, drawAxisTitles, drawGrid, drawTickTexts, plotBox, prepareSheet, sizeOf, strokeLine,
} from "./axes.js";
import { logTicks, niceTicks } from "./ticks.js";

const CHART_TICKS = 5;
const LINE_EM = 1.35;
const DOT_RADIUS = 8;
// Names of moments that are near each other lie below one another.
const MOMENT_ROWS = 3;

/** What both axes must hold. @type {(chart: Chart) => { x: Range, y: Range }} */
export function chartRange(chart) {
  const xs = [...chart.curves.flatMap((curve) => curve.x), ...chart.marks.flatMap(({ x }) => (x === null ? [] : [x]))];
  const ys = [...chart.curves.flatMap((curve) => curve.y), ...chart.marks.flatMap(({ y }) => (y === null ? [] : [y]))];
  const y = rangeOf(ys, chart.log_y);
  return { x: rangeOf(xs, chart.log_x), y: [chart.y_least ?? y[0], y[1]] };
}

/** @type {(values: number[], isLog: boolean) => Range} */
function rangeOf(values, isLog) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = isLog ? 0 : 0.06 * (high - low) || 1;
  return [low - margin, high + margin];
}

/** From a value to pixels between start and end. @type {(range: Range, isLog: boolean, start: number, end: number) =>
 *   (value: number) => number} */
export function axisScale([low, high], isLog, start, end) {
  const fraction = isLog
    ? (/** @type {number} */ value) => Math.log(value / low) / Math.log(high / low)
    : (/** @type {number} */ value) => (value - low) / (high - low);
  return (value) => start + fraction(value) * (end - start);
}

/** @type {(ticks: Tick[], scale: (value: number) => number) => PlacedTick[]} */
export function placeTicks(ticks, scale) {
  return ticks.map(({ value, text }) => ({ at: scale(value), text }));
}

/**
 * Where a chart lies on a canvas on which it was drawn, and from its values to pixels.
 * @type {(canvas: HTMLCanvasElement, chart: Chart, range: { x: Range, y: Range }) => Scales}
 */
export function chartScales(canvas, chart, range) {
  return scalesOn({ context: contextOf(canvas), ...sizeOf(canvas) }, chart, range);
}

/** @type {(sheet: Pick<Sheet, "context" | "width" | "height" | "size">, chart: Chart, range: { x: Range, y: Range }) =>
 *   Scales} */
function scalesOn(sheet, chart, range) {
  const box = plotBox(sheet.width, sheet.height, sheet.size);
  box.right -= 0.8 * sheet.size;
  const rows = chart.curves.length > 1 ? legendPlaces(sheet, chart).rows : 0;
  box.top += 0.6 * sheet.size + LINE_EM * sheet.size * rows;
  const across = axisScale(range.x, chart.log_x, box.left, box.right);
  return { box, across, up: axisScale(range.y, chart.log_y, box.bottom, box.top) };
}

/** @type {(canvas: HTMLCanvasElement, chart: Chart, range: { x: Range, y: Range }, dots: readonly Point[]) => void} */
export function drawChart(canvas, chart, range, dots) {
  const sheet = prepareSheet(canvas);
  const { context, width, size, ink } = sheet;
  const { box, across, up } = scalesOn(sheet, chart, range);
  const x = placeTicks(chart.log_x ? logTicks(...range.x) : niceTicks(...range.x, CHART_TICKS), across);
  const y = placeTicks(chart.log_y ? logTicks(...range.y) : niceTicks(...range.y, CHART_TICKS), up);
  drawGrid(context, box, ink, x, y);
  drawTickTexts(context, box, ink, x, y);
  drawAxisTitles(context, box, size, chart.x_title, chart.y_title);
  context.save();
  context.beginPath();
  context.rect(0, 0, width, box.bottom + DOT_RADIUS);  // what lies below where the axis begins is not drawn
  context.clip();
  const lines = chart.curves.map((curve) => lineOf(curve, across, up));
  chart.curves.forEach(({ color }, i) => drawCurve(context, color, lines[i]));
  chart.marks.forEach((mark, i) => drawMark(sheet, mark, across, up, box, lines, i % MOMENT_ROWS));
  const isOneEach = dots.length === chart.curves.length;
  dots.forEach(([u, v], i) => drawDot(context, across(u), up(v), isOneEach ? chart.curves[i].color : ink, ink));
  context.restore();
  if (chart.curves.length > 1) drawLegend(sheet, chart);
}

/** @type {(sheet: Pick<Sheet, "context" | "width" | "size">, chart: Chart) =>
 *   { places: { left: number, row: number }[], rows: number }} */
function legendPlaces({ context, width, size }, chart) {
  let left = 8;
  let row = 0;
  const places = chart.curves.map(({ name }) => {
    const length = context.measureText(name).width + 2.4 * size;
    if (left > 8 && left + length > width) [left, row] = [8, row + 1];
    const place = { left, row };
    left += length;
    return place;
  });
  return { places, rows: row + 1 };
}

/** @type {(sheet: Sheet, chart: Chart) => void} */
function drawLegend(sheet, chart) {
  const { context, size, ink } = sheet;
  const { places } = legendPlaces(sheet, chart);
  Object.assign(context, { textAlign: "left", textBaseline: "middle" });
  chart.curves.forEach(({ name, color }, i) => {
    const y = 0.7 * size + LINE_EM * size * places[i].row;
    context.fillStyle = color;
    context.fillRect(places[i].left, y - 2, 18, 4);
    context.fillStyle = ink;
    context.fillText(name, places[i].left + 23, y);
  });
}

/** A curve in pixels.
 * @type {(curve: Curve, across: (value: number) => number, up: (value: number) => number) => Point[]} */
function lineOf({ x, y }, across, up) {
  return x.map((value, i) => [across(value), up(y[i])]);
}

/** @type {(context: CanvasRenderingContext2D, color: string, line: Point[]) => void} */
function drawCurve(context, color, line) {
  Object.assign(context, { strokeStyle: color, lineWidth: 3, lineJoin: "round" });
  context.beginPath();
  for (const [x, y] of line) context.lineTo(x, y);
  context.stroke();
}

/** @type {(sheet: Sheet, mark: Mark, across: (value: number) => number, up: (value: number) => number, box: Box,
 *   lines: Point[][], row: number) => void} */
function drawMark(sheet, { name, color, x, y }, across, up, box, lines, row) {
  if (x !== null && y !== null) drawDiamond(sheet, name, color, across(x), up(y), box);
  else if (y !== null) drawLevel(sheet, name, color, up(y), box, lines);
  else if (x !== null) drawMoment(sheet, name, color, across(x), box, row);
}

/** @type {(sheet: Sheet, name: string, color: string, x: number, box: Box, row: number) => void} */
function drawMoment({ context, size, ink }, name, color, x, box, row) {
  Object.assign(context, { strokeStyle: color, lineWidth: 2 });
  context.setLineDash([6, 4]);
  strokeLine(context, x, box.top, x, box.bottom);
  context.setLineDash([]);
  const isRight = x > (box.left + box.right) / 2;
  Object.assign(context, { textAlign: isRight ? "right" : "left", textBaseline: "top", fillStyle: ink });
  context.fillText(name, x + (isRight ? -6 : 6), box.top + LINE_EM * size * row);
}

/** @type {(sheet: Sheet, name: string, color: string, x: number, y: number, box: Box) => void} */
function drawDiamond({ context, ink }, name, color, x, y, box) {
  context.fillStyle = color;
  context.beginPath();
  for (const [dx, dy] of [[0, -7], [7, 0], [0, 7], [-7, 0]]) context.lineTo(x + dx, y + dy);
  context.fill();
  const isRight = x > (box.left + box.right) / 2;
  Object.assign(context, { textAlign: isRight ? "right" : "left", textBaseline: "middle", fillStyle: ink });
  context.fillText(name, x + (isRight ? -11 : 11), y);
}

/** @type {(sheet: Sheet, name: string, color: string, y: number, box: Box, lines: Point[][]) => void} */
function drawLevel({ context, ink, size }, name, color, y, box, lines) {
  Object.assign(context, { strokeStyle: color, lineWidth: 2 });
  context.setLineDash([6, 4]);
  strokeLine(context, box.left, y, box.right, y);
  context.setLineDash([]);
  const { width } = context.measureText(name);
  const clearOf = (/** @type {number} */ left) => clearance(lines, left, left + width, y - 3 - size / 2);
  const isLeft = clearOf(box.left + 3) > clearOf(box.right - width);
  Object.assign(context, { textAlign: isLeft ? "left" : "right", textBaseline: "bottom", fillStyle: ink });
  context.fillText(name, isLeft ? box.left + 3 : box.right, y - 3);
}

/** How far the nearest line stays from a height between two places across, in pixels; no line there is farthest.
 * @type {(lines: readonly Point[][], left: number, right: number, y: number) => number} */
export function clearance(lines, left, right, y) {
  const places = [0, 0.25, 0.5, 0.75, 1].map((part) => left + part * (right - left));
  const heights = lines.flatMap((line) => places.flatMap((place) => heightAt(line, place)));
  return Math.min(...heights.map((height) => Math.abs(height - y)));
}

/** The height of a line at a place across, alone in a list; none where the line does not reach. Places rise.
 * @type {(line: readonly Point[], at: number) => number[]} */
function heightAt(line, at) {
  const i = line.findIndex(([x], place) => place > 0 && line[place - 1][0] <= at && at <= x);
  if (i < 0) return [];
  const [[left, from], [right, to]] = [line[i - 1], line[i]];
  return [from + ((to - from) * (at - left)) / (right - left || 1)];
}

/** @type {(context: CanvasRenderingContext2D, x: number, y: number, fill: string, edge: string, radius?: number,
 *   lineWidth?: number) => void} */
export function drawDot(context, x, y, fill, edge, radius = DOT_RADIUS, lineWidth = 2.5) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  Object.assign(context, { fillStyle: fill, strokeStyle: edge, lineWidth });
  context.fill();
  context.stroke();
}

/** Bars from zero, numbered from 1; the scale follows the highest, since it may differ a hundredfold between frames.
 * @type {(canvas: HTMLCanvasElement, values: number[], color: string, title: string) => void} */
export function drawBars(canvas, values, color, title) {
  const { context, width, height, size, ink } = prepareSheet(canvas);
  const box = { ...plotBox(width, height, size), top: 1.7 * size, bottom: height - 1.5 * size };
  const highest = Math.max(1, ...values) * 1.15;
  const up = axisScale([0, highest], false, box.bottom, box.top);
  const ticks = placeTicks(niceTicks(0, highest, 2), up);
  drawGrid(context, box, ink, [], ticks);
  drawTickTexts(context, box, ink, [], ticks);
  Object.assign(context, { textAlign: "left", textBaseline: "top" });
  context.fillText(title, 8, 0);
  const step = (box.right - box.left) / values.length;
  const breadth = Math.min(0.7 * step, 60);
  context.textAlign = "center";
  values.forEach((value, i) => {
    const middle = box.left + (i + 0.5) * step;
    const tall = Math.max(1, box.bottom - up(value));
    context.fillStyle = color;
    context.fillRect(middle - breadth / 2, box.bottom - tall, breadth, tall);
    context.fillStyle = ink;
    if (step > 40) context.fillText(value.toFixed(2), middle, box.bottom - tall - 1.15 * size);
    if (step > 16 || i % 5 === 4) context.fillText(String(i + 1), middle, box.bottom + 4);
  });
}
