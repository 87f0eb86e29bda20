// Charts on a canvas: axes with round ticks, curves, marks, the place of the frame, and bars.

const GRID_ALPHA = 0.18;

export function niceTicks(low, high, most) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough);
  const ticks = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-9; tick += step) ticks.push(tick);
  return ticks.map((tick) => Number(tick.toPrecision(10)));
}

export function logTicks(low, high) {
  const ticks = [];
  for (let power = Math.ceil(Math.log10(low) - 1e-9); 10 ** power <= high * 1.0001; power++) ticks.push(10 ** power);
  return ticks;
}

export function prepare(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const style = getComputedStyle(canvas);
  context.font = `${Math.max(13, Math.min(16, width / 22))}px ${style.fontFamily}`;
  return { context, width, height, ink: style.color };
}

export function chartRange(chart) {
  const xs = [...chart.curves.flatMap((curve) => curve.x), ...chart.marks.map((mark) => mark.x).filter((x) => x !== null)];
  const ys = [...chart.curves.flatMap((curve) => curve.y), ...chart.marks.map((mark) => mark.y)];
  const span = (values) => [Math.min(...values), Math.max(...values)];
  const widen = ([low, high]) => {
    const margin = 0.06 * (high - low) || 1;
    return [low - margin, high + margin];
  };
  return { x: chart.log_x ? span(xs) : widen(span(xs)), y: chart.log_y ? span(ys) : widen(span(ys)) };
}

export function drawChart(canvas, chart, range, dots) {
  const { context, width, height, ink } = prepare(canvas);
  const box = { left: 58, right: width - 12, top: 12 + 20 * legendRows(context, chart, width), bottom: height - 48 };
  const share = (value, [low, high], isLog) =>
    isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const across = (x) => box.left + share(x, range.x, chart.log_x) * (box.right - box.left);
  const up = (y) => box.bottom - share(y, range.y, chart.log_y) * (box.bottom - box.top);
  drawAxes(context, box, ink, chart, range, across, up);
  for (const curve of chart.curves) drawCurve(context, curve, across, up);
  for (const mark of chart.marks) {
    if (mark.x === null) drawLevel(context, mark, up(mark.y), box, ink);
    else drawMark(context, mark, across(mark.x), up(mark.y), box, ink);
  }
  dots.forEach(([x, y], i) => drawDot(context, across(x), up(y), chart.curves[i % chart.curves.length].color, ink));
  if (chart.curves.length > 1) drawLegend(context, chart, ink, width);
}

function legendRows(context, chart, width) {
  return chart.curves.length > 1 ? legendPlaces(context, chart, width).rows : 0;
}

function legendPlaces(context, chart, width) {
  let left = 8;
  let row = 0;
  const places = chart.curves.map(({ name }) => {
    const length = context.measureText(name).width + 34;
    if (left > 8 && left + length > width) [left, row] = [8, row + 1];
    const place = { left, row };
    left += length;
    return place;
  });
  return { places, rows: row + 1 };
}

function drawLegend(context, chart, ink, width) {
  const { places } = legendPlaces(context, chart, width);
  context.textAlign = "left";
  context.textBaseline = "middle";
  chart.curves.forEach(({ name, color }, i) => {
    const y = 10 + 20 * places[i].row;
    context.fillStyle = color;
    context.fillRect(places[i].left, y - 2, 18, 4);
    context.fillStyle = ink;
    context.fillText(name, places[i].left + 23, y);
  });
}

function drawAxes(context, box, ink, chart, range, across, up) {
  context.fillStyle = context.strokeStyle = ink;
  context.lineWidth = 1;
  context.textAlign = "center";
  context.textBaseline = "top";
  const ticks = chart.log_x ? logTicks(...range.x) : niceTicks(...range.x, 5);
  for (const tick of ticks) {
    line(context, across(tick), box.top, across(tick), box.bottom);
    context.fillText(tick.toLocaleString("en"), across(tick), box.bottom + 5);
  }
  context.fillText(chart.x_title, (box.left + box.right) / 2, box.bottom + 26);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of chart.log_y ? logTicks(...range.y) : niceTicks(...range.y, 5)) {
    line(context, box.left, up(tick), box.right, up(tick));
    context.fillText(String(tick), box.left - 6, up(tick));
  }
  context.save();
  context.translate(11, (box.top + box.bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.fillText(chart.y_title, 0, 0);
  context.restore();
}

function line(context, x0, y0, x1, y1) {
  context.globalAlpha = GRID_ALPHA;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
  context.globalAlpha = 1;
}

function drawCurve(context, { x, y, color }, across, up) {
  context.strokeStyle = color;
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.beginPath();
  x.forEach((value, i) => context.lineTo(across(value), up(y[i])));
  context.stroke();
}

function drawMark(context, { name, color }, x, y, box, ink) {
  context.fillStyle = color;
  context.beginPath();
  context.moveTo(x, y - 7);
  context.lineTo(x + 7, y);
  context.lineTo(x, y + 7);
  context.lineTo(x - 7, y);
  context.fill();
  const isRight = x > (box.left + box.right) / 2;
  context.textAlign = isRight ? "right" : "left";
  context.textBaseline = "middle";
  context.fillStyle = ink;
  context.fillText(name, x + (isRight ? -11 : 11), y);
}

function drawLevel(context, { name, color }, y, box, ink) {
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.setLineDash([6, 4]);
  context.beginPath();
  context.moveTo(box.left, y);
  context.lineTo(box.right, y);
  context.stroke();
  context.setLineDash([]);
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.fillStyle = ink;
  context.fillText(name, box.right, y - 3);
}

function drawDot(context, x, y, color, ink) {
  context.beginPath();
  context.arc(x, y, 8, 0, 2 * Math.PI);
  context.fillStyle = color;
  context.fill();
  context.lineWidth = 2.5;
  context.strokeStyle = ink;
  context.stroke();
}

export function drawBars(canvas, values, color) {
  // The scale follows the highest bar, since without a prior's pull a code may cost a hundred times as much.
  const highest = Math.max(1, ...values) * 1.15;
  const { context, width, height, ink } = prepare(canvas);
  const box = { left: 58, right: width - 12, top: 24, bottom: height - 22 };
  const step = (box.right - box.left) / values.length;
  context.fillStyle = context.strokeStyle = ink;
  context.textBaseline = "top";
  context.textAlign = "left";
  context.fillText("KL of each dimension, nats", 8, 2);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of niceTicks(0, highest, 2)) {
    const y = box.bottom - (tick / highest) * (box.bottom - box.top);
    line(context, box.left, y, box.right, y);
    context.fillText(String(tick), box.left - 6, y);
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  const breadth = Math.min(0.7 * step, 60);
  values.forEach((value, i) => {
    const middle = box.left + (i + 0.5) * step;
    const tall = Math.max(1, (value / highest) * (box.bottom - box.top));
    context.fillStyle = color;
    context.fillRect(middle - breadth / 2, box.bottom - tall, breadth, tall);
    context.fillStyle = ink;
    if (step > 40) context.fillText(value.toFixed(2), middle, box.bottom - tall - 17);
    if (step > 16 || i % 5 === 4) context.fillText(String(i + 1), middle, box.bottom + 4);
  });
}
