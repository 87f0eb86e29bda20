// The codes in three dimensions: what is drawn of them, and what lies under a pixel.

/** @import { Arrays, Bounds, Camera, CloudPass, Place, Reference, Scene, Shown, ShownState, Side, Solid,
 *   SpaceState, Theme } from "../types.d.ts" */
import { strokeLine } from "../../shared/axes.js";
import { drawNames } from "../../shared/labels.js";
import { fitCanvas, roomIn } from "../../shared/parts.js";
import { formatNumber } from "../../shared/ticks.js";
import { aim, boxOf, onPlane, project, sideOfEye } from "./camera.js";
import { createCloud } from "./cloud.js";
import { requestDraw } from "./draw.js";
import { drawPin, drawTie } from "./drawing.js";
import { paletteOf } from "./points.js";
import { quantile, sortedAxis } from "./warp.js";

const REACH_PX = 40;
const [LEAST_DISC_PX, LARGEST_DISC_PX] = [2.2, 9];
const NAME_SIZE_EM = 1.3;
const HALO_WIDTH_PX = 4;
const W_TAIL = 0.005 / 4; // as of the plane's sides

/** @type {(state: ShownState) => state is SpaceState} */
export function isSolid(state) {
  return state.space !== null && state.shown.solid !== null;
}

/** @type {(scene: Scene, sides: Bounds) => Solid | null} */
export function buildSolid({ header, arrays }, sides) {
  if (!header.third_axis) return null;
  const codes = withThird(arrays.codes.values, arrays.third_codes.values);
  const w = sortedAxis(codes, 2, 3);
  const references = arrays.third_reference_codes;
  return {
    ...boxOf(sides, [quantile(w, W_TAIL), quantile(w, 1 - W_TAIL)]),
    codes,
    references: references ? withThird(arrays.reference_codes.values, references.values) : null,
    middles: middlesOf(codes, arrays.labels.values, header.class_names.length),
    cloud: null,
  };
}

/** @type {(plane: Arrays[string]["values"], third: Arrays[string]["values"]) => Float32Array} */
function withThird(plane, third) {
  const codes = new Float32Array(3 * third.length);
  third.forEach((w, i) => codes.set([plane[2 * i], plane[2 * i + 1], w], 3 * i));
  return codes;
}

/** The mean code of each class; null for a class without codes.
 * @type {(codes: Float32Array, labels: Arrays[string]["values"], n: number) => (Place | null)[]} */
function middlesOf(codes, labels, n) {
  const sums = Array.from({ length: n }, () => [0, 0, 0, 0]);
  labels.forEach((label, i) => {
    const sum = sums[label];
    for (let k = 0; k < 3; k++) sum[k] += codes[3 * i + k];
    sum[3]++;
  });
  return sums.map(([u, v, w, count]) => (count ? { u: u / count, v: v / count, w: w / count } : null));
}

/** @type {(state: SpaceState) => Camera} */
export function cameraOf({ parts, space, shown }) {
  const { width, height } = roomIn(parts.plane);
  return aim(shown.solid, space, width, height);
}

/** The place that a pixel means: on the plane, or the nearest code that is shown.
 * @type {(state: SpaceState, at: readonly [number, number]) => Place | null} */
export function placeInSpace(state, at) {
  const camera = cameraOf(state);
  return state.space.picks === "plane" ? onPlane(camera, at, state.space.height) : codeUnder(state, camera, at);
}

/** @type {(state: SpaceState, camera: Camera, at: readonly [number, number]) => Place | null} */
function codeUnder({ visible, shown }, camera, [x, y]) {
  const { references, codes } = shown.solid;
  const labels = (references ? shown.scene.arrays.reference_labels : shown.scene.arrays.labels).values;
  const all = references ?? codes;
  /** @type {{ place: Place | null, distance: number }} */
  let best = { place: null, distance: REACH_PX };
  for (let row = 0; row < labels.length; row++) {
    if (!visible[labels[row]]) continue;
    const place = { u: all[3 * row], v: all[3 * row + 1], w: all[3 * row + 2] };
    const { at } = project(camera, place);
    const distance = Math.hypot(at[0] - x, at[1] - y);
    if (distance < best.distance) best = { place, distance };
  }
  return best.place;
}

/** The nearest reference in all three dimensions. @type {(references: Float32Array, place: Place,
 *   accepts: (row: number) => boolean) => { row: number, distance: number } | null} */
export function nearestInSpace(references, { u, v, w }, accepts) {
  const best = { row: -1, distance: Infinity };
  for (let row = 0; 3 * row < references.length; row++) {
    const distance = Math.hypot(references[3 * row] - u, references[3 * row + 1] - v, references[3 * row + 2] - w);
    if (distance < best.distance && accepts(row)) Object.assign(best, { row, distance });
  }
  return best.row < 0 ? null : best;
}

/** @type {(state: SpaceState, context: CanvasRenderingContext2D) => void} */
export function drawSpace(state, context) {
  const { theme, space } = state;
  const camera = cameraOf(state);
  const axes = axisEnds(state.shown);
  drawBox(context, camera, theme, axes);
  const { height } = space;
  if (space.picks === "plane") {
    const eye = sideOfEye(camera, height);
    drawCloud(state, context, camera, { sign: /** @type {1 | -1} */ (-eye), height });
    drawPlaneAt(context, camera, theme, height);
    drawCloud(state, context, camera, { sign: eye, height });
  } else {
    drawCloud(state, context, camera, { sign: 0, height });
  }
  nameAxes(context, camera, theme, axes);
  if (state.showsPoints) drawMiddles(state, context, camera);
}

/** @type {(state: SpaceState, context: CanvasRenderingContext2D, camera: Camera, side: Side) => void} */
function drawCloud(state, context, camera, side) {
  if (!state.showsPoints) return;
  const { shown: { solid }, theme } = state;
  const { canvas } = (solid.cloud ??= makeCloud(state));
  const [width, height] = [camera.width, camera.height].map((length) => Math.round(length * state.ratio));
  fitCanvas(canvas, [height, width]);
  solid.cloud.draw(camera, state.ratio, cloudPasses(state, camera), side, theme.paperRgb);
  context.drawImage(canvas, 0, 0, camera.width, camera.height);
}

/** Where its context is lost the cloud is drawn anew without WebGL.
 * @type {(state: SpaceState) => NonNullable<Solid["cloud"]>} */
function makeCloud(state) {
  const canvas = document.createElement("canvas");
  const { solid, scene } = state.shown;
  const cloud = createCloud(canvas, solid.codes, scene.arrays.labels.values, state.avoidsGl);
  state.parts.root.dataset.cloud = cloud.kind;
  canvas.addEventListener("webglcontextlost", () => {
    if (solid.cloud !== cloud || !state.parts.root.isConnected) return;
    state.avoidsGl = true;
    solid.cloud = null;
    requestDraw(state, "view");
  });
  return cloud;
}

/** Discs as large as the codes have room; classes that are left out are small and pale, behind the others.
 * @type {(state: SpaceState, camera: Camera) => CloudPass[]} */
function cloudPasses({ theme, visible, shown }, { scale, radius }) {
  const { values: labels } = shown.scene.arrays.labels;
  const nShown = labels.reduce((n, label) => n + (visible[label] ? 1 : 0), 0);
  const diameterOf = (/** @type {number} */ n) => {
    return Math.min(Math.max(2.1 * Math.sqrt((scale * radius) / Math.sqrt(n)), LEAST_DISC_PX), LARGEST_DISC_PX);
  };
  const chosen = { diameter: diameterOf(nShown), palette: paletteOf(shown.classColors, visible, 1) };
  if (!visible.includes(false)) return [chosen];
  const others = paletteOf(visible.map(() => theme.shadow), visible.map((flag) => !flag), 1);
  return [{ diameter: 0.6 * diameterOf(labels.length), palette: others }, chosen];
}

/** @type {(state: SpaceState, context: CanvasRenderingContext2D, camera: Camera) => void} */
function drawMiddles({ theme, visible, shown }, context, camera) {
  const { class_names: names, colors } = shown.scene.header;
  const seen = shown.solid.middles.flatMap((middle, label) => {
    return middle && visible[label] ? [{ label, ...project(camera, middle) }] : [];
  });
  seen.sort((a, b) => b.near - a.near);
  const placed = seen.map(({ label, at }) => ({ label, text: names[label], color: colors[label], spots: [at] }));
  drawNames(context, placed, (x, y) => [x, y], { ...theme, size: NAME_SIZE_EM * theme.size });
}

/**
 * @typedef {{ from: Place, to: Place, low: string, high: string }} AxisEnds
 */

/** The three axes through the middle of the box, with what stands at their ends.
 * @type {(shown: Shown & { solid: Solid }) => AxisEnds[]} */
function axisEnds({ scene, solid: { centre, half }, digits }) {
  const { axis_labels: names, third_axis: third } = scene.header;
  const starts = [0, 0, third?.at_origin ?? 0];
  return [...names, third?.label ?? ""].map((name, k) => {
    const end = (/** @type {number} */ sign) => {
      const [u, v, w] = centre.map((value, i) => (i === k ? value + sign * half[k] : value));
      return { u, v, w };
    };
    const number = (/** @type {number} */ sign) => formatNumber(starts[k] + centre[k] + sign * half[k], digits);
    return { from: end(-1), to: end(1), low: number(-1), high: `${name} = ${number(1)}` };
  });
}

/** @type {(context: CanvasRenderingContext2D, camera: Camera, theme: Theme, axes: AxisEnds[]) => void} */
function drawBox(context, camera, theme, axes) {
  Object.assign(context, { strokeStyle: theme.ink, lineWidth: 1, globalAlpha: 0.25 });
  strokeLines(context, camera, boxEdges(camera));
  context.globalAlpha = 0.6;
  strokeLines(context, camera, axes.map(({ from, to }) => [from, to]));
  context.globalAlpha = 1;
}

/** @type {(context: CanvasRenderingContext2D, camera: Camera, theme: Theme, axes: AxisEnds[]) => void} */
function nameAxes(context, camera, theme, axes) {
  Object.assign(context, { fillStyle: theme.ink, font: `600 ${theme.size}px ${theme.font}` });
  Object.assign(context, { strokeStyle: theme.paper, lineWidth: HALO_WIDTH_PX, lineJoin: "round" });
  for (const { from, to, low, high } of axes) {
    writeBeyond(context, camera, project(camera, to).at, high, theme.size);
    writeBeyond(context, camera, project(camera, from).at, low, theme.size);
  }
}

/** @type {(context: CanvasRenderingContext2D, camera: Camera, lines: Place[][]) => void} */
function strokeLines(context, camera, lines) {
  for (const [from, to] of lines) strokeLine(context, ...project(camera, from).at, ...project(camera, to).at);
}

/** A text just outside of the box, on the side away from the middle, and never beyond the canvas.
 * @type {(context: CanvasRenderingContext2D, camera: Camera, at: [number, number], text: string,
 *   size: number) => void} */
function writeBeyond(context, camera, [x, y], text, size) {
  const [dx, dy] = [x - camera.width / 2, y - camera.height / 2];
  const away = (1.2 * size) / (Math.hypot(dx, dy) || 1);
  const half = context.measureText(text).width / 2;
  Object.assign(context, { textAlign: "center", textBaseline: "middle" });
  const left = x + dx * away + Math.sign(dx) * half * Math.min(Math.abs(dx) / (Math.abs(dy) || 1), 1);
  const top = Math.min(Math.max(y + dy * away, size), camera.height - size);
  const middle = Math.min(Math.max(left, half), camera.width - half);
  context.strokeText(text, middle, top);
  context.fillText(text, middle, top);
}

/** @type {(camera: Camera) => [Place, Place][]} */
function boxEdges({ centre, half }) {
  const corner = (/** @type {number} */ bits) => {
    const [u, v, w] = centre.map((value, k) => value + (bits & (1 << k) ? half[k] : -half[k]));
    return { u, v, w };
  };
  return [0, 1, 2].flatMap((axis) => {
    const ends = [0, 1, 2, 3, 4, 5, 6, 7].filter((bits) => !(bits & (1 << axis)));
    return ends.map((bits) => /** @type {[Place, Place]} */ ([corner(bits), corner(bits | (1 << axis))]));
  });
}

/** @type {(context: CanvasRenderingContext2D, camera: Camera, theme: Theme, w: number) => void} */
function drawPlaneAt(context, camera, theme, w) {
  const { centre, half } = camera;
  context.beginPath();
  for (const [a, b] of [[-1, -1], [1, -1], [1, 1], [-1, 1]]) {
    context.lineTo(...project(camera, { u: centre[0] + a * half[0], v: centre[1] + b * half[1], w }).at);
  }
  context.closePath();
  Object.assign(context, { fillStyle: theme.accent, globalAlpha: 0.14 });
  context.fill();
  Object.assign(context, { strokeStyle: theme.accent, lineWidth: 2, globalAlpha: 0.9 });
  context.stroke();
  context.globalAlpha = 1;
}

/** @type {(context: CanvasRenderingContext2D, state: SpaceState,
 *   marks: { cursor: Place | null, neighbour: Reference | null, pin: Place | null }) => void} */
export function drawSpaceMarks(context, state, { cursor, neighbour, pin }) {
  const { theme, space } = state;
  const camera = cameraOf(state);
  const at = (/** @type {Place} */ place) => project(camera, place).at;
  if (cursor && space.picks === "plane") drawCross(context, camera, theme, cursor);
  if (cursor && neighbour) drawTie(context, theme, at(cursor), at(neighbour), neighbour.color);
  if (pin) drawPin(context, theme, at(pin));
}

/** Lines along u and v through a place, from edge to edge of the plane.
 * @type {(context: CanvasRenderingContext2D, camera: Camera, theme: Theme, place: Place) => void} */
function drawCross(context, camera, theme, { u, v, w }) {
  const { centre, half } = camera;
  const ends = (/** @type {0 | 1} */ k) => [centre[k] - half[k], centre[k] + half[k]];
  const lines = [ends(0).map((end) => ({ u: end, v, w })), ends(1).map((end) => ({ u, v: end, w }))];
  for (const [strokeStyle, lineWidth, globalAlpha] of [[theme.paper, 3, 0.5], [theme.ink, 1, 0.7]]) {
    Object.assign(context, { strokeStyle, lineWidth, globalAlpha });
    strokeLines(context, camera, lines);
  }
  context.globalAlpha = 1;
}
