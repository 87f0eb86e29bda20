// Paths over the plane of codes, and the chart below the strips whose columns it shares.

const DASHES = { solid: [], dashed: [10, 6], dotted: [3, 5] };
const BAND_ALPHA = 0.22;
const LINE_PX = 18;

export function planeView({ clientWidth: width, clientHeight: height }, [u, v, reach]) {
  const box = { left: 44, right: width - 4, top: 4, bottom: height - 44 };
  const scale = Math.min(box.right - box.left, box.bottom - box.top) / (2 * reach);
  const middle = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  return {
    box,
    toPixels: (x, y) => [middle[0] + (x - u) * scale, middle[1] - (y - v) * scale],
    toPlane: (x, y) => [u + (x - middle[0]) / scale, v - (y - middle[1]) / scale],
  };
}

export function drawPaths(canvas, view, rows, steps, frame, cursor) {
  const context = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  const halo = style.getPropertyValue("--st-background-color") || "white";
  const { box } = view;
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  context.clip();
  const paths = rows.filter(({ points }) => points);
  for (const row of paths) drawPath(context, view, row, steps, halo);
  for (const row of paths) drawHere(context, view.toPixels(...row.points[frame]), row.color, halo);
  if (cursor) drawCross(context, cursor, style.color, halo);
  context.restore();
}

function drawPath(context, view, { points, color, dash }, steps, halo) {
  const places = points.map(([x, y]) => view.toPixels(x, y));
  const trace = () => {
    context.beginPath();
    places.forEach(([x, y]) => context.lineTo(x, y));
    context.stroke();
  };
  context.lineJoin = "round";
  [context.strokeStyle, context.lineWidth] = [halo, 7];
  trace();
  [context.strokeStyle, context.lineWidth] = [color, 3.5];
  context.setLineDash(DASHES[dash]);
  trace();
  context.setLineDash([]);
  for (const step of steps.slice(1, -1)) drawSpot(context, ...places[step], color, halo, 4.5);
  drawStart(context, places[0], color, halo);
  drawArrow(context, places, color, halo);
}

function drawStart(context, [x, y], color, halo) {
  context.beginPath();
  context.arc(x, y, 8, 0, 2 * Math.PI);
  context.fillStyle = halo;
  context.fill();
  [context.strokeStyle, context.lineWidth] = [color, 4];
  context.stroke();
}

function drawArrow(context, places, color, halo) {
  const [x, y] = places.at(-1);
  const before = places.findLast(([a, b]) => Math.hypot(x - a, y - b) > 4) ?? places[0];
  context.save();
  context.translate(x, y);
  context.rotate(Math.atan2(y - before[1], x - before[0]));
  context.beginPath();
  for (const [a, b] of [[6, 0], [-16, -10], [-11, 0], [-16, 10]]) context.lineTo(a, b);
  context.closePath();
  [context.strokeStyle, context.lineWidth, context.fillStyle] = [halo, 4, color];
  context.stroke();
  context.fill();
  context.restore();
}

function drawHere(context, [x, y], color, halo) {
  context.beginPath();
  context.arc(x, y, 10, 0, 2 * Math.PI);
  [context.strokeStyle, context.lineWidth] = [halo, 7];
  context.stroke();
  [context.strokeStyle, context.lineWidth] = [color, 3.5];
  context.stroke();
}

function drawCross(context, [x, y], ink, halo) {
  for (const [color, width] of [[halo, 5], [ink, 2]]) {
    [context.strokeStyle, context.lineWidth] = [color, width];
    context.beginPath();
    context.moveTo(x - 9, y);
    context.lineTo(x + 9, y);
    context.moveTo(x, y - 9);
    context.lineTo(x, y + 9);
    context.stroke();
  }
}

function drawSpot(context, x, y, color, halo, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
  [context.strokeStyle, context.lineWidth] = [halo, 2];
  context.stroke();
}

export function chartTop({ chart, rows }) {
  const values = [...rows.flatMap(({ readings }) => readings ?? []), ...chart.bands.map(({ high }) => high)];
  return chart.top ?? Math.max(...values, 1e-9) * 1.08;
}

// columns: where the middle of the first and of the last picture of a strip stand, in pixels of the chart.
export function drawReadings(canvas, header, columns, steps, frame) {
  const { context, height, ink } = prepare(canvas);
  const halo = getComputedStyle(canvas).getPropertyValue("--st-background-color") || "white";
  const { chart, rows, ticks, frames } = header;
  const top = chartTop(header);
  const half = (columns[1] - columns[0]) / (ticks.length - 1) / 2;
  const box = { left: columns[0] - half, right: columns[1] + half, top: 8, bottom: height - 24 };
  const across = (f) => columns[0] + (f / (frames - 1)) * (columns[1] - columns[0]);
  const up = (value) => box.bottom - (value / top) * (box.bottom - box.top);
  drawScale(context, box, ink, chart, top, up);
  for (const band of chart.bands) drawBand(context, band, box, up, ink);
  nameBands(context, chart.bands, box, up, ink);
  drawNow(context, across(frame), box, ink);
  nameSteps(context, ticks, steps.map(across), box, ink);
  for (const row of rows.filter(({ readings }) => readings)) drawReading(context, row, steps, frame, across, up, halo);
}

function drawScale(context, box, ink, chart, top, up) {
  context.fillStyle = context.strokeStyle = ink;
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of niceTicks(0, top, 3)) {
    line(context, box.left, up(tick), box.right, up(tick));
    context.fillText(String(tick), box.left - 6, up(tick));
  }
  const middle = (box.top + box.bottom) / 2;
  context.textAlign = "left";
  chart.y_title.split("\n").forEach((text, i, all) => context.fillText(text, 0, middle + 18 * (i - (all.length - 1) / 2)));
}

function drawBand(context, { low, middle, high }, box, up, ink) {
  context.fillStyle = context.strokeStyle = ink;
  context.globalAlpha = BAND_ALPHA;
  context.fillRect(box.left, up(high), box.right - box.left, up(low) - up(high));
  context.globalAlpha = 0.75;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(box.left, up(middle));
  context.lineTo(box.right, up(middle));
  context.stroke();
  context.globalAlpha = 1;
}

// Names stand at their middles, but never on one another.
function nameBands(context, bands, box, up, ink) {
  context.fillStyle = ink;
  context.textAlign = "left";
  context.textBaseline = "middle";
  let highest = box.bottom + LINE_PX / 2;
  for (const { name, middle } of [...bands].sort((a, b) => a.middle - b.middle)) {
    highest = Math.min(up(middle), highest - LINE_PX);
    context.fillText(name, box.right + 6, highest);
  }
}

function drawNow(context, x, box, ink) {
  context.strokeStyle = ink;
  context.lineWidth = 1.5;
  context.globalAlpha = 0.6;
  context.beginPath();
  context.moveTo(x, box.top);
  context.lineTo(x, box.bottom);
  context.stroke();
  context.globalAlpha = 1;
}

function nameSteps(context, ticks, places, box, ink) {
  context.fillStyle = ink;
  context.textAlign = "center";
  context.textBaseline = "top";
  const widest = Math.max(...ticks.map((text) => context.measureText(text).width)) + 8;
  const every = Math.max(1, Math.ceil(widest / (places[1] - places[0])));
  ticks.forEach((text, i) => i % every === 0 && context.fillText(text, places[i], box.bottom + 6));
}

function drawReading(context, { readings, color, dash }, steps, frame, across, up, halo) {
  [context.strokeStyle, context.lineWidth] = [color, 3];
  context.setLineDash(DASHES[dash]);
  context.beginPath();
  readings.forEach((value, f) => context.lineTo(across(f), up(value)));
  context.stroke();
  context.setLineDash([]);
  for (const step of steps) drawSpot(context, across(step), up(readings[step]), color, halo, 4);
  drawSpot(context, across(frame), up(readings[frame]), color, halo, 8);
}
