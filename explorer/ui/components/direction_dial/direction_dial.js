// A direction w in a cloud, turned by hand or by the player; the numbers come from Python, one for each degree.

/** @import { Mount, Player, Point } from "../shared/types.d.ts" */
import { endIfLast, keptState } from "../shared/mounts.js";
import { one, placeInDrawing } from "../shared/parts.js";
import { createPlayer } from "../shared/player.js";
import { offerToSave } from "../shared/save_picture.js";
import { niceTicks } from "../shared/ticks.js";

const PLANE = { x: 230, y: 235, half: 205 };
const CHART = { left: 540, right: 900, top: 40, bottom: 440 };
// On a phone the chart stands below the plane: the drawing is as wide as the plane, and the chart moves there.
const BESIDE = "0 0 920 520", BELOW = "0 0 470 990", MOVE_BELOW = "translate(-450 500)";
const N_DEGREES = 360;
const FRAME_MS = 60;
const DIAL_TICKS = 5;
// Where less motion is asked for, w goes on by so many degrees at once.
const CALM_DEGREES = 15;

/**
 * @typedef {object} DialData
 * @property {Point[]} cloud
 * @property {number[]} kept  variance of the projection at 0, 1, …, 180 degrees
 * @property {number[]} lost  error likewise
 * @property {number} reach
 * @property {number} top
 * @property {{ angle: number, name: string }[]} axes
 * @property {{ kept: string, lost: string, sum: string }} colours
 * @property {number} start
 * @property {string} alt
 *
 * @typedef {{ mark: SVGElement, text: SVGElement, values: number[] }} CurveMark
 *
 * @typedef {object} State
 * @property {SVGSVGElement} svg
 * @property {DialData} data
 * @property {number} scale  units of the drawing for each unit of the cloud
 * @property {Player} player
 * @property {Drawn} drawn  what moves with w
 * @property {number} angle
 * @property {() => void} unwatch  the phone's turning
 * @property {(angle: number) => void} rest
 *
 * @typedef {object} Drawn
 * @property {SVGElement} plane
 * @property {SVGElement[]} ways  from each point to its projection
 * @property {SVGElement[]} feet  the projections
 * @property {SVGElement} line
 * @property {SVGElement} handle
 * @property {SVGElement} handleName
 * @property {CurveMark[]} marks
 */

/** @type {(mount: Mount<DialData>) => () => void} */
export default function directionDial({ data, parentElement, setStateValue }) {
  const state = keptState(parentElement, () => createState(parentElement, data));
  state.rest = (angle) => setStateValue("angle", angle);
  return endIfLast(parentElement, () => {
    state.player.end();
    state.unwatch();
  });
}

/** @type {(parentElement: HTMLElement, data: DialData) => State} */
function createState(parentElement, data) {
  const svg = one(parentElement, "svg", SVGSVGElement);
  offerToSave(one(parentElement, ".direction-dial", HTMLElement));
  svg.replaceChildren();
  svg.setAttribute("aria-label", data.alt);
  const base = { svg, data, scale: PLANE.half / data.reach, angle: data.start, rest: () => {} };
  const chart = add(svg, "g", {});
  const marks = drawChart(chart, data);
  const drawn = { ...drawPlane(base), marks };
  const player = createPlayer(one(parentElement, ".player", HTMLElement));
  /** @type {State} */
  const state = { ...base, drawn, player, unwatch: layOut(svg, chart) };
  wirePointer(state);
  loadPlayer(state, data.start);
  return state;
}

/** Puts the chart beside the plane, or on a phone below it, also when the phone is turned; returns what ends that.
 * @type {(svg: SVGSVGElement, chart: SVGElement) => () => void} */
function layOut(svg, chart) {
  const phone = matchMedia("(max-width: 640px)");
  const lay = () => {
    svg.setAttribute("viewBox", phone.matches ? BELOW : BESIDE);
    chart.setAttribute("transform", phone.matches ? MOVE_BELOW : "");
  };
  lay();
  phone.addEventListener("change", lay);
  return () => phone.removeEventListener("change", lay);
}

/** @type {(state: State, start: number) => void} */
function loadPlayer(state, start) {
  const degrees = Array.from({ length: N_DEGREES }, (_, angle) => angle);
  state.player.load({
    captions: degrees.map((angle) => captionOf(state.data, angle)),
    control: "Angle of w in degrees",
    frameMs: FRAME_MS,
    stops: degrees.filter((angle) => angle % CALM_DEGREES === 0 || angle === N_DEGREES - 1),
    show: (angle) => turn(state, angle),
    rest: (angle) => state.rest(angle),
  }, start);
}

/** @type {(data: DialData, angle: number) => string} */
function captionOf({ kept, lost }, angle) {
  const [variance, error] = [kept[angle % 180], lost[angle % 180]];
  const sum = (variance + error).toFixed(2);
  return `w at ${angle}°: variance kept ${variance.toFixed(2)} + error ${error.toFixed(2)} = ${sum}`;
}

/** @type {(parent: SVGElement, name: string, attributes: Record<string, unknown>, text?: string) => SVGElement} */
function add(parent, name, attributes, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  set(element, attributes);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return /** @type {SVGElement} */ (element);
}

/** @type {(element: Element, attributes: Record<string, unknown>) => void} */
function set(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
}

const lineAt = (/** @type {number[]} */ ...[x1, y1, x2, y2]) => ({ x1, y1, x2, y2 });

/** @type {(angle: number) => number} */
const chartX = (angle) => CHART.left + ((CHART.right - CHART.left) * angle) / 180;

/** @type {(data: DialData, value: number) => number} */
const chartY = (data, value) => CHART.bottom - ((CHART.bottom - CHART.top) * value) / data.top;

/** @type {(state: { scale: number }, point: Point) => [number, number]} */
const place = ({ scale }, [x, y]) => [PLANE.x + scale * x, PLANE.y - scale * y];

/** @type {(state: Pick<State, "svg" | "data" | "scale">) => Omit<Drawn, "marks">} */
function drawPlane(state) {
  const { svg, data } = state;
  const { x, y, half } = PLANE;
  const square = { x: x - half, y: y - half, width: 2 * half, height: 2 * half };
  const plane = add(svg, "rect", { class: "plane", ...square, fill: "transparent" });
  drawPlaneTicks(state);
  const ways = data.cloud.map(() => add(svg, "line", { stroke: data.colours.lost, "stroke-width": 1.5 }));
  for (const point of data.cloud) {
    const [cx, cy] = place(state, point);
    add(svg, "circle", { cx, cy, r: 5, fill: data.colours.sum });
  }
  const line = add(svg, "line", { stroke: data.colours.kept, "stroke-width": 3 });
  const feet = data.cloud.map(() => add(svg, "circle", { r: 4, fill: data.colours.kept }));
  const ring = { r: 13, fill: data.colours.kept, stroke: "white", "stroke-width": 2 };
  const handle = add(svg, "circle", { class: "handle", ...ring });
  const handleName = add(svg, "text", { class: "value middle handle-name" }, "w");
  return { plane, ways, feet, line, handle, handleName };
}

/** @type {(state: Pick<State, "svg" | "data" | "scale">) => void} */
function drawPlaneTicks(state) {
  const { svg, data } = state;
  const { x, y, half } = PLANE;
  for (const { value, text } of niceTicks(-data.reach, data.reach, DIAL_TICKS)) {
    const [tickX, tickY] = place(state, [value, value]);
    add(svg, "line", { class: value ? "grid" : "axis", ...lineAt(tickX, y - half, tickX, y + half) });
    add(svg, "line", { class: value ? "grid" : "axis", ...lineAt(x - half, tickY, x + half, tickY) });
    add(svg, "text", { class: "middle", x: tickX, y: y + half + 22 }, text);
    if (value) add(svg, "text", { class: "end", x: x - half - 6, y: tickY + 6 }, text);
  }
  add(svg, "text", { class: "middle", x, y: y + half + 48 }, "x₁");
  add(svg, "text", { class: "end", x: x - half - 6, y: y + 6 }, "x₂");
}

/** @type {(svg: SVGElement, data: DialData) => CurveMark[]} */
function drawChart(svg, data) {
  drawChartAxes(svg, data);
  const sum = data.kept.map((kept, angle) => kept + data.lost[angle]);
  drawCurve(svg, data, sum, data.colours.sum);
  const marks = [
    drawCurve(svg, data, data.kept, data.colours.kept),
    drawCurve(svg, data, data.lost, data.colours.lost),
  ];
  const sumText = { class: "end value", x: CHART.right, y: chartY(data, sum[0]) - 8 };
  add(svg, "text", sumText, `sum ${sum[0].toFixed(2)}`);
  return marks;
}

/** @type {(svg: SVGElement, data: DialData) => void} */
function drawChartAxes(svg, data) {
  for (let angle = 0; angle <= 180; angle += 30) {
    add(svg, "text", { class: "middle", x: chartX(angle), y: CHART.bottom + 22 }, `${angle}°`);
  }
  for (const { value, text } of niceTicks(0, data.top, DIAL_TICKS)) {
    const y = chartY(data, value);
    add(svg, "line", { class: value ? "grid" : "axis", ...lineAt(CHART.left, y, CHART.right, y) });
    add(svg, "text", { class: "end", x: CHART.left - 8, y: y + 6 }, text);
  }
  for (const { angle, name } of data.axes) {
    add(svg, "line", { class: "dotted", ...lineAt(chartX(angle), CHART.top, chartX(angle), CHART.bottom) });
    add(svg, "text", { class: "middle", x: chartX(angle), y: CHART.top - 8 }, name);
  }
  add(svg, "text", { class: "middle", x: (CHART.left + CHART.right) / 2, y: CHART.bottom + 48 }, "angle of w");
  const besideAxis = { x: CHART.left - 44, y: (CHART.top + CHART.bottom) / 2 };
  const upward = `rotate(-90 ${besideAxis.x} ${besideAxis.y})`;
  add(svg, "text", { class: "middle", ...besideAxis, transform: upward }, "mean square per point");
}

/** @type {(svg: SVGElement, data: DialData, values: number[], colour: string) => CurveMark} */
function drawCurve(svg, data, values, colour) {
  const points = values.map((value, angle) => `${chartX(angle)},${chartY(data, value)}`).join(" ");
  add(svg, "polyline", { class: "curve", points, stroke: colour });
  const mark = add(svg, "circle", { r: 8, fill: colour, visibility: "hidden" });
  return { mark, values, text: add(svg, "text", { class: "value" }) };
}

/** @type {(state: State) => void} */
function wirePointer(state) {
  const { svg, drawn } = state;
  svg.onpointerdown = (event) => {
    const isOnPlane = event.target === drawn.plane || event.target === drawn.handle;
    const { x, y } = placeInDrawing(svg, event);
    if (!isOnPlane && (x >= PLANE.x + PLANE.half || y >= PLANE.y + PLANE.half)) return;
    svg.setPointerCapture(event.pointerId);
    follow(state, event);
  };
  svg.onpointermove = (event) => {
    if (svg.hasPointerCapture(event.pointerId)) follow(state, event);
  };
  svg.onpointerup = (event) => {
    if (svg.hasPointerCapture(event.pointerId)) state.rest(state.angle);
  };
}

/** @type {(state: State, event: PointerEvent) => void} */
function follow(state, event) {
  const { x, y } = placeInDrawing(state.svg, event);
  const degrees = Math.round((Math.atan2(PLANE.y - y, x - PLANE.x) * 180) / Math.PI);
  state.player.go((degrees + N_DEGREES) % N_DEGREES);
}

/** @type {(state: State, angle: number) => void} */
function turn(state, angle) {
  state.angle = angle;
  const radians = (angle * Math.PI) / 180;
  turnPlane(state, [Math.cos(radians), Math.sin(radians)]);
  turnChart(state, angle % 180);
}

/** @type {(state: State, w: Point) => void} */
function turnPlane(state, w) {
  const { drawn, data } = state;
  data.cloud.forEach(([x, y], i) => {
    const score = x * w[0] + y * w[1];
    const [footX, footY] = place(state, [score * w[0], score * w[1]]);
    set(drawn.ways[i], lineAt(...place(state, [x, y]), footX, footY));
    set(drawn.feet[i], { cx: footX, cy: footY });
  });
  const reach = 0.93 * data.reach;
  const [tipX, tipY] = place(state, [reach * w[0], reach * w[1]]);
  set(drawn.line, lineAt(2 * PLANE.x - tipX, 2 * PLANE.y - tipY, tipX, tipY));
  set(drawn.handle, { cx: tipX, cy: tipY });
  set(drawn.handleName, { x: tipX, y: tipY + 6 });
}

/** @type {(state: State, angle: number) => void} */
function turnChart({ data, drawn }, angle) {
  const x = chartX(angle);
  const isRight = angle > 120;
  for (const { mark, values, text } of drawn.marks) {
    const y = chartY(data, values[angle]);
    set(mark, { cx: x, cy: y, visibility: "visible" });
    set(text, { x: x + (isRight ? -14 : 14), y: y + 6, "text-anchor": isRight ? "end" : "start" });
    text.textContent = values[angle].toFixed(2);
  }
}
