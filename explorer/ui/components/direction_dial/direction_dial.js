// A direction w in a cloud, turned by hand or with the arrow keys; the numbers come from Python, one for each degree.

const STATES = new WeakMap();
const PLANE = { x: 230, y: 235, half: 205 };
const CHART = { left: 540, right: 900, top: 40, bottom: 440 };
const KEYS = { ArrowRight: -1, ArrowDown: -1, ArrowLeft: 1, ArrowUp: 1, PageUp: 15, PageDown: -15 };

export default function directionDial({ data, parentElement, setStateValue }) {
  const state = STATES.get(parentElement) ?? create(parentElement, data);
  STATES.set(parentElement, state);
  state.tellPython = () => setStateValue("angle", state.angle);
  return () => STATES.delete(parentElement);
}

function create(parentElement, data) {
  const svg = parentElement.querySelector("svg");
  const state = { svg, data, output: parentElement.querySelector("output"), scale: PLANE.half / data.reach };
  svg.replaceChildren();
  svg.setAttribute("aria-label", data.alt);
  drawChart(state);
  drawPlane(state);
  wire(state);
  show(state, data.start);
  return state;
}

function add(parent, name, attributes, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

const line = (x1, y1, x2, y2) => ({ x1, y1, x2, y2 });
const chartX = (angle) => CHART.left + ((CHART.right - CHART.left) * angle) / 180;
const chartY = ({ data }, value) => CHART.bottom - ((CHART.bottom - CHART.top) * value) / data.top;
const place = ({ scale }, [x, y]) => [PLANE.x + scale * x, PLANE.y - scale * y];

function drawPlane(state) {
  const { svg, data } = state;
  const { x, y, half } = PLANE;
  state.plane = add(svg, "rect", { class: "plane", x: x - half, y: y - half, width: 2 * half, height: 2 * half, fill: "transparent" });
  for (let tick = -Math.floor(data.reach / 2) * 2; tick <= data.reach; tick += 2) {
    const [tickX, tickY] = place(state, [tick, tick]);
    add(svg, "line", { class: tick ? "grid" : "axis", ...line(tickX, y - half, tickX, y + half) });
    add(svg, "line", { class: tick ? "grid" : "axis", ...line(x - half, tickY, x + half, tickY) });
    add(svg, "text", { class: "middle", x: tickX, y: y + half + 22 }, tick);
    if (tick) add(svg, "text", { class: "end", x: x - half - 6, y: tickY + 6 }, tick);
  }
  add(svg, "text", { class: "middle", x, y: y + half + 48 }, "x₁");
  add(svg, "text", { class: "end", x: x - half - 6, y: y + 6 }, "x₂");
  state.ways = data.cloud.map(() => add(svg, "line", { stroke: data.colours.lost, "stroke-width": 1.5 }));
  for (const point of data.cloud) {
    const [cx, cy] = place(state, point);
    add(svg, "circle", { cx, cy, r: 5, fill: data.colours.sum });
  }
  state.line = add(svg, "line", { stroke: data.colours.kept, "stroke-width": 3 });
  state.feet = data.cloud.map(() => add(svg, "circle", { r: 4, fill: data.colours.kept }));
  state.handle = add(svg, "circle", { class: "handle", r: 13, fill: data.colours.kept, stroke: "white", "stroke-width": 2 });
  state.handleName = add(svg, "text", { class: "value middle", fill: data.colours.kept }, "w");
}

function drawChart(state) {
  const { svg, data } = state;
  for (let angle = 0; angle <= 180; angle += 30) {
    add(svg, "text", { class: "middle", x: chartX(angle), y: CHART.bottom + 22 }, `${angle}°`);
  }
  for (let value = 0; value < data.top; value++) {
    const y = chartY(state, value);
    add(svg, "line", { class: value ? "grid" : "axis", ...line(CHART.left, y, CHART.right, y) });
    add(svg, "text", { class: "end", x: CHART.left - 8, y: y + 6 }, value);
  }
  for (const { angle, name } of data.axes) {
    add(svg, "line", { class: "dotted", ...line(chartX(angle), CHART.top, chartX(angle), CHART.bottom) });
    add(svg, "text", { class: "middle", x: chartX(angle), y: CHART.top - 8 }, name);
  }
  const middle = (CHART.left + CHART.right) / 2;
  add(svg, "text", { class: "middle", x: middle, y: CHART.bottom + 48 }, "angle of w");
  const besideAxis = { x: CHART.left - 36, y: (CHART.top + CHART.bottom) / 2 };
  const upward = `rotate(-90 ${besideAxis.x} ${besideAxis.y})`;
  add(svg, "text", { class: "middle", ...besideAxis, transform: upward }, "mean square per point");
  const sum = data.kept.map((kept, angle) => kept + data.lost[angle]);
  drawCurve(state, sum, data.colours.sum);
  state.marks = [
    drawCurve(state, data.kept, data.colours.kept),
    drawCurve(state, data.lost, data.colours.lost),
  ];
  const sumText = { class: "end value", x: CHART.right, y: chartY(state, sum[0]) - 8 };
  add(svg, "text", sumText, `sum ${sum[0].toFixed(2)}`);
}

function drawCurve(state, values, colour) {
  const points = values.map((value, angle) => `${chartX(angle)},${chartY(state, value)}`).join(" ");
  add(state.svg, "polyline", { class: "curve", points, stroke: colour });
  const mark = add(state.svg, "circle", { r: 8, fill: colour, visibility: "hidden" });
  return { mark, values, text: add(state.svg, "text", { class: "value" }) };
}

function wire(state) {
  const { svg } = state;
  svg.onpointerdown = (event) => {
    if (event.target !== state.plane && event.target !== state.handle && !isNearPlane(state, event)) return;
    svg.setPointerCapture(event.pointerId);
    follow(state, event);
  };
  svg.onpointermove = (event) => {
    if (svg.hasPointerCapture(event.pointerId)) follow(state, event);
  };
  svg.onpointerup = () => state.tellPython();
  svg.onkeydown = (event) => {
    if (!(event.key in KEYS)) return;
    event.preventDefault();
    show(state, state.angle + KEYS[event.key]);
  };
  svg.onkeyup = (event) => {
    if (event.key in KEYS) state.tellPython();
  };
}

function pointerIn({ svg }, { clientX, clientY }) {
  return new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
}

function isNearPlane(state, event) {
  return pointerIn(state, event).x < PLANE.x + PLANE.half;
}

function follow(state, event) {
  const { x, y } = pointerIn(state, event);
  show(state, Math.round((Math.atan2(PLANE.y - y, x - PLANE.x) * 180) / Math.PI));
}

function show(state, angle) {
  state.angle = ((angle % 360) + 360) % 360;
  const radians = (state.angle * Math.PI) / 180;
  turnPlane(state, [Math.cos(radians), Math.sin(radians)]);
  turnChart(state, state.angle % 180);
}

function turnPlane(state, w) {
  state.data.cloud.forEach(([x, y], i) => {
    const score = x * w[0] + y * w[1];
    const [footX, footY] = place(state, [score * w[0], score * w[1]]);
    const [pointX, pointY] = place(state, [x, y]);
    set(state.ways[i], line(pointX, pointY, footX, footY));
    set(state.feet[i], { cx: footX, cy: footY });
  });
  const reach = 0.93 * state.data.reach;
  const [tipX, tipY] = place(state, [reach * w[0], reach * w[1]]);
  set(state.line, line(2 * PLANE.x - tipX, 2 * PLANE.y - tipY, tipX, tipY));
  set(state.handle, { cx: tipX, cy: tipY });
  set(state.handleName, { x: tipX, y: tipY + 6 });
}

function turnChart(state, angle) {
  const x = chartX(angle);
  const isRight = angle > 120;
  for (const { mark, values, text } of state.marks) {
    const y = chartY(state, values[angle]);
    set(mark, { cx: x, cy: y, visibility: "visible" });
    set(text, { x: x + (isRight ? -14 : 14), y: y + 6, "text-anchor": isRight ? "end" : "start" });
    text.textContent = values[angle].toFixed(2);
  }
  const [kept, lost] = state.marks.map(({ values }) => values[angle]);
  const words = `w at ${state.angle}°: variance kept ${kept.toFixed(2)} + error ${lost.toFixed(2)} = ${(kept + lost).toFixed(2)}`;
  state.output.textContent = words;
  state.svg.setAttribute("aria-valuenow", state.angle);
  state.svg.setAttribute("aria-valuetext", words);
}

function set(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
}
