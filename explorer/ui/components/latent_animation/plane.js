// The plane of codes at one moment: dots by class, class names at their centres, ticks, and the prior's circles.

const RADIUS = 2.8;

export function drawPlane(canvas, header, labels, points, [u, v, reach]) {
  const { context, width, height, ink } = prepare(canvas);
  const box = { left: 44, right: width - 4, top: 4, bottom: height - 44 };
  const scale = Math.min(box.right - box.left, box.bottom - box.top) / (2 * reach);
  const across = (x) => (box.left + box.right) / 2 + (x - u) * scale;
  const up = (y) => (box.top + box.bottom) / 2 - (y - v) * scale;
  drawTicks(context, box, ink, header.axis_labels, across, up, [u, v], reach);
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  context.clip();
  drawDots(context, header.classes, labels, points, across, up);
  if (header.shows_prior) drawPrior(context, ink, across, up, scale);
  drawNames(context, header.classes, labels, points, across, up, ink, canvas);
  context.restore();
}

function drawTicks(context, box, ink, names, across, up, centre, reach) {
  context.fillStyle = context.strokeStyle = ink;
  context.lineWidth = 1;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of niceTicks(centre[0] - reach, centre[0] + reach, 5)) {
    line(context, across(tick), box.top, across(tick), box.bottom);
    context.fillText(String(tick), across(tick), box.bottom + 5);
  }
  context.fillText(names[0], (box.left + box.right) / 2, box.bottom + 24);
  if (!names[1]) return; // a line: what is up and down means nothing
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of niceTicks(centre[1] - reach, centre[1] + reach, 5)) {
    line(context, box.left, up(tick), box.right, up(tick));
    context.fillText(String(tick), box.left - 5, up(tick));
  }
  context.fillText(names[1], box.left - 5, box.top + 10);
}

function drawDots(context, classes, labels, points, across, up) {
  context.globalAlpha = 0.75;
  classes.forEach(([, color], label) => {
    context.fillStyle = color;
    context.beginPath();
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] !== label) continue;
      const x = across(points[2 * i]);
      const y = up(points[2 * i + 1]);
      context.moveTo(x + RADIUS, y);
      context.arc(x, y, RADIUS, 0, 2 * Math.PI);
    }
    context.fill();
  });
  context.globalAlpha = 1;
}

function drawPrior(context, ink, across, up, scale) {
  context.strokeStyle = ink;
  context.lineWidth = 2;
  context.setLineDash([7, 5]);
  for (const sigmas of [1, 2]) {
    context.beginPath();
    context.arc(across(0), up(0), sigmas * scale, 0, 2 * Math.PI);
    context.stroke();
  }
  context.setLineDash([]);
}

function drawNames(context, classes, labels, points, across, up, ink, canvas) {
  const sums = classes.map(() => [0, 0, 0]);
  labels.forEach((label, i) => {
    sums[label][0] += points[2 * i];
    sums[label][1] += points[2 * i + 1];
    sums[label][2] += 1;
  });
  context.font = context.font.replace(/^[\d.]+px/, "bold 17px");
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 4;
  context.strokeStyle = getComputedStyle(canvas).getPropertyValue("--st-background-color") || "white";
  context.fillStyle = ink;
  sums.forEach(([x, y, n], label) => {
    if (!n) return;
    context.strokeText(classes[label][0], across(x / n), up(y / n));
    context.fillText(classes[label][0], across(x / n), up(y / n));
  });
}
