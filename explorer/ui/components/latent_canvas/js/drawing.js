// What is drawn with lines and letters: grid lines and map behind the codes, axes and glyphs in front, marks on top.

const HALO_PX = 5;

export function prepareLayer(canvas, width, height, ratio) {
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
}

export function clearLayer(canvas) {
  const context = canvas.getContext("2d");
  context.save();
  context.resetTransform();
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.restore();
  return context;
}

export function clipToPlot(context, { plot }, draw) {
  context.save();
  context.beginPath();
  context.rect(plot.left, plot.top, plot.width, plot.height);
  context.clip();
  draw();
  context.restore();
}

export function drawBack(context, view, theme, map) {
  if (map && !view.warp) drawMap(context, view, map);
  Object.assign(context, { strokeStyle: theme.faint, lineWidth: 1, globalAlpha: 0.7 });
  for (const { x, y } of tickLines(view)) strokeLine(context, ...x, ...y);
  context.globalAlpha = 1;
}

function drawMap(context, view, { image, extent }) {
  const [uMin, uMax, vMin, vMax] = extent;
  const [left, top] = toPixels(view, uMin, vMax);
  const [right, bottom] = toPixels(view, uMax, vMin);
  context.imageSmoothingEnabled = true;
  context.drawImage(image, left, top, right - left, bottom - top);
}

function tickLines(view) {
  const { plot } = view;
  const { u, v } = axisTicks(view);
  const vertical = u.map(({ value }) => Math.round(toPixels(view, value, 0)[0]) + 0.5);
  const horizontal = v.map(({ value }) => Math.round(toPixels(view, 0, value)[1]) + 0.5);
  return [
    ...vertical.map((x) => ({ x: [x, plot.top], y: [x, plot.top + plot.height] })),
    ...horizontal.map((y) => ({ x: [plot.left, y], y: [plot.left + plot.width, y] })),
  ];
}

export function drawAxes(context, view, theme, labels) {
  const { plot } = view;
  context.strokeStyle = theme.faint;
  context.strokeRect(plot.left - 0.5, plot.top - 0.5, plot.width + 1, plot.height + 1);
  context.fillStyle = theme.ink;
  context.font = `${theme.size * 0.85}px ${theme.font}`;
  drawTickLabels(context, view);
  context.font = `600 ${theme.size}px ${theme.font}`;
  drawAxisTitles(context, view, theme, labels);
}

function drawTickLabels(context, view) {
  const { plot } = view;
  const bottom = plot.top + plot.height;
  const { u, v } = axisTicks(view);
  Object.assign(context, { textAlign: "center", textBaseline: "top" });
  for (const { value, text } of u) {
    const [x] = toPixels(view, value, 0);
    const room = context.measureText(text).width / 2;
    if (x > plot.left && x < plot.left + plot.width - room) context.fillText(text, x, bottom + 6);
  }
  Object.assign(context, { textAlign: "right", textBaseline: "middle" });
  for (const { value, text } of v) {
    const [, y] = toPixels(view, 0, value);
    if (y > plot.top + 8 && y < bottom - 4) context.fillText(text, plot.left - 8, y);
  }
}

function drawAxisTitles(context, { plot, warp }, theme, labels) {
  const [uLabel, vLabel] = labels.map((label) => (warp ? `${label}, by quantile` : label));
  Object.assign(context, { textAlign: "center", textBaseline: "alphabetic" });
  context.fillText(uLabel, plot.left + plot.width / 2, plot.top + plot.height + 46);
  context.save();
  context.translate(theme.size, plot.top + plot.height / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(vLabel, 0, 0);
  context.restore();
}

// Glyphs lean towards their class's colour, but only as far as they stay readable.
export function drawGlyphs(context, view, theme, glyphs, shown) {
  context.font = `700 ${theme.size * 1.3}px ${theme.font}`;
  Object.assign(context, { textAlign: "center", textBaseline: "middle" });
  Object.assign(context, { strokeStyle: theme.paper, lineWidth: HALO_PX, lineJoin: "round" });
  for (const { label, text, color, u, v } of glyphs) {
    if (!shown[label]) continue;
    const place = toPixels(view, u, v);
    context.fillStyle = `color-mix(in srgb, ${color} 28%, ${theme.ink})`;
    context.strokeText(text, ...place);
    context.fillText(text, ...place);
  }
}

// cursor: where the pointer decodes; neighbour: the nearest sample's place; pin: what was clicked. Each may be null.
export function drawMarks(context, view, theme, { cursor, neighbour, pin }) {
  clipToPlot(context, view, () => {
    if (cursor) drawCrossHair(context, view, theme, cursor);
    if (cursor && neighbour) drawTie(context, view, theme, cursor, neighbour);
    if (pin) drawPin(context, theme, ...toPixels(view, pin.u, pin.v));
  });
}

function drawCrossHair(context, view, theme, { u, v }) {
  const { plot } = view;
  const [x, y] = toPixels(view, u, v);
  for (const [strokeStyle, lineWidth, globalAlpha] of [[theme.paper, 3, 0.5], [theme.ink, 1, 0.6]]) {
    Object.assign(context, { strokeStyle, lineWidth, globalAlpha });
    strokeLine(context, plot.left, y, plot.left + plot.width, y);
    strokeLine(context, x, plot.top, x, plot.top + plot.height);
  }
  context.globalAlpha = 1;
}

function drawTie(context, view, theme, cursor, neighbour) {
  const [x, y] = toPixels(view, neighbour.u, neighbour.v);
  for (const [strokeStyle, lineWidth] of [[theme.paper, 4], [theme.ink, 1.5]]) {
    Object.assign(context, { strokeStyle, lineWidth });
    strokeLine(context, ...toPixels(view, cursor.u, cursor.v), x, y);
  }
  drawRing(context, theme, x, y, 6, neighbour.color);
}

function drawRing(context, theme, x, y, radius, fill) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  Object.assign(context, { fillStyle: fill, strokeStyle: theme.paper, lineWidth: 5 });
  context.stroke();
  context.fill();
  Object.assign(context, { strokeStyle: theme.ink, lineWidth: 2 });
  context.stroke();
}

function drawPin(context, theme, x, y) {
  drawRing(context, theme, x, y, 10, "transparent");
  drawRing(context, theme, x, y, 2, theme.ink);
}

function strokeLine(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
