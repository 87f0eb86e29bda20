// Frames of a latent plane: between two of them points, chart and bars move and pictures cross over.

/** @import { Arrays, Chart, ClassName, Extent, Header, Mount, NumberArray, Player, Point, Range }
 *   from "../shared/types.d.ts" */
/** @import { Cloud } from "../shared/plane.js" */
/** @import { Paths } from "./flow_lines.js" */
import { chartRange, drawBars, drawChart } from "../shared/chart.js";
import { mountPlayer } from "../shared/mount_player.js";
import { fitCanvas, flat, isHidden, levelsPalette, makeCanvas, one, onResize, paintLevels } from "../shared/parts.js";
import { drawPlane, namesOf } from "../shared/plane.js";
import { createPlayer } from "../shared/player.js";
import { offerToSave } from "../shared/save_picture.js";
import { drawFlow, pathsOf } from "./flow_lines.js";

const BAR_COLOR = "#5b62d9";
const BAR_TITLE = "KL of each dimension, nats";

/**
 * @typedef {object} Facts
 * @property {string[]} captions
 * @property {string[]} class_names
 * @property {string[]} colors
 * @property {[string, string]} axis_labels
 * @property {Extent[]} extents
 * @property {Chart} chart
 * @property {number[][] | null} bars  nats, one row a frame
 * @property {string} image_title
 * @property {string} control
 * @property {string} alt
 * @property {boolean} shows_prior
 * @property {string} line_color  of a flow's lines
 * @property {number} transition_ms
 * @property {number} start
 *
 * @typedef {Header & Facts} AnimationHeader
 *
 * @typedef {object} Moment  What is seen at one moment, on a frame or between two.
 * @property {NumberArray} codes  x and y in turn
 * @property {Extent} extent
 * @property {ClassName[]} names
 * @property {readonly Point[]} dots
 * @property {number[] | null} bars
 * @property {NumberArray} arrows  of a flow's velocity: x and y where each begins and where it ends
 * @property {[HTMLCanvasElement, number][]} pictures  each with its opacity, one over the other
 *
 * @typedef {object} Animation
 * @property {AnimationHeader} header
 * @property {Omit<Cloud, "codes">} cloud
 * @property {{ x: Range, y: Range }} range
 * @property {Moment[]} moments
 * @property {Paths | null} paths  of a flow
 *
 * @typedef {ReturnType<typeof findParts>} Parts
 *
 * @typedef {object} State
 * @property {Parts} parts
 * @property {Player} player
 * @property {string | null} signature
 * @property {Animation | null} animation
 * @property {Moment | null} shown
 * @property {number} request  the animation frame asked for
 * @property {() => void} unwatch
 * @property {(frame: number) => void} rest
 */

/** @type {(mount: Mount<Uint8Array>) => () => void} */
export default function latentAnimation(mount) {
  return mountPlayer(mount, { create: createState, update: draw, build, end: release });
}

/** @param {State} state */
function release(state) {
  cancelAnimationFrame(state.request);
  state.unwatch();
}

/** @type {(parentElement: HTMLElement) => State} */
function createState(parentElement) {
  const parts = findParts(parentElement);
  /** @type {State} */
  const state = {
    parts,
    player: createPlayer(parts.player),
    signature: null,
    animation: null,
    shown: null,
    request: 0,
    unwatch: onResize(parts.plane, () => draw(state)),
    rest: () => {},
  };
  offerToSave(parts.root, () => draw(state));
  return state;
}

/** @param {HTMLElement} parent */
function findParts(parent) {
  return {
    root: one(parent, ".latent-animation", HTMLElement),
    player: one(parent, ".player", HTMLElement),
    plane: one(parent, ".plane", HTMLCanvasElement),
    pictures: one(parent, ".pictures", HTMLElement),
    title: one(parent, "figcaption", HTMLElement),
    grid: one(parent, ".grid", HTMLCanvasElement),
    chart: one(parent, ".chart", HTMLCanvasElement),
    bars: one(parent, ".bars", HTMLCanvasElement),
  };
}

/** @type {(state: State, header: AnimationHeader, arrays: Arrays) => void} */
function build(state, header, arrays) {
  const { chart, captions, control, transition_ms: frameMs } = header;
  const cloud = {
    names: header.class_names,
    colors: header.colors,
    labels: arrays.labels.values,
    axisLabels: header.axis_labels,
    showsPrior: header.shows_prior,
    marked: arrays.marked?.values,
  };
  const moments = captions.map((_, frame) => momentOf(header, cloud, arrays, frame));
  state.animation = { header, cloud, range: chartRange(chart), moments, paths: pathsOf(header.line_color, arrays) };
  state.shown = null;
  describe(state.parts, header, "images" in arrays);
  const show = (/** @type {number} */ frame, /** @type {number} */ ms) => moveTo(state, frame, ms);
  state.player.load({ captions, control, frameMs, show, rest: (frame) => state.rest(frame) }, header.start);
}

/** @type {(parts: Parts, header: AnimationHeader, hasPictures: boolean) => void} */
function describe({ plane, chart, bars, grid, title, pictures }, header, hasPictures) {
  plane.setAttribute("aria-label", header.alt);
  chart.setAttribute("aria-label", `${header.chart.y_title} against ${header.chart.x_title}`);
  bars.setAttribute("aria-label", "KL of each latent dimension");
  grid.setAttribute("aria-label", header.image_title);
  title.textContent = header.image_title;
  pictures.hidden = !hasPictures;
  bars.hidden = !header.bars;
}

/** @type {(header: AnimationHeader, cloud: Omit<Cloud, "codes">, arrays: Arrays, frame: number) => Moment} */
function momentOf(header, cloud, { points, images, arrows }, frame) {
  const size = 2 * cloud.labels.length;
  const codes = points.values.subarray(size * frame, size * (frame + 1));
  const extent = header.extents[frame];
  const nArrows = arrows ? 4 * arrows.shape[1] : 0;
  return {
    codes,
    extent,
    names: namesOf({ ...cloud, codes }, extent),
    dots: header.chart.dots[frame],
    bars: header.bars?.[frame] ?? null,
    arrows: arrows ? arrows.values.subarray(nArrows * frame, nArrows * (frame + 1)) : new Float32Array(),
    pictures: images ? [[toPicture(images, frame), 1]] : [],
  };
}

/** @type {(images: Arrays[string], frame: number) => HTMLCanvasElement} */
function toPicture({ values, shape: [, height, width, ...channels] }, frame) {
  const picture = makeCanvas([height, width]);
  paintLevels(picture, values, frame, levelsPalette([height, width, ...channels]));
  return picture;
}

/** @type {(state: State, frame: number, ms: number) => void} */
function moveTo(state, frame, ms) {
  if (!state.animation) return;
  const { dataset } = state.parts.root;
  const to = state.animation.moments[frame];
  const from = state.shown ?? to;
  const began = performance.now();
  Object.assign(dataset, { frame, state: "moving" });
  cancelAnimationFrame(state.request);
  const tick = (/** @type {number} */ now) => {
    const part = ms ? Math.min(1, Math.max(0, now - began) / ms) : 1;
    state.shown = part < 1 ? between(from, to, part * part * (3 - 2 * part)) : to;
    draw(state);
    if (part < 1) state.request = requestAnimationFrame(tick);
    else dataset.state = "still";
  };
  if (ms) state.request = requestAnimationFrame(tick);
  else tick(began);
}

/** @type {(from: Moment, to: Moment, part: number) => Moment} */
export function between(from, to, part) {
  const mix = (/** @type {number} */ a, /** @type {number} */ b) => a + (b - a) * part;
  /** @type {(a: Point, b: Point) => Point} */
  const mixPoint = (a, b) => [mix(a[0], b[0]), mix(a[1], b[1])];
  const [u, v] = mixPoint([from.extent[0], from.extent[1]], [to.extent[0], to.extent[1]]);
  // Each equal time the plane grows by an equal factor.
  const reach = from.extent[2] ** (1 - part) * to.extent[2] ** part;
  const toBars = to.bars;
  return {
    codes: Float32Array.from(from.codes, (value, i) => mix(value, to.codes[i])),
    extent: [u, v, reach],
    names: betweenNames(from.names, to.names, mixPoint),
    dots: from.dots.map((dot, i) => mixPoint(dot, to.dots[i])),
    bars: from.bars && toBars && from.bars.map((value, i) => mix(value, toBars[i])),
    arrows: Float32Array.from(from.arrows, (value, i) => mix(value, to.arrows[i])),
    pictures: from.pictures.length ? [[from.pictures[from.pictures.length - 1][0], 1], [to.pictures[0][0], part]] : [],
  };
}

/** @type {(from: ClassName[], to: ClassName[], mix: (a: Point, b: Point) => Point) => ClassName[]} */
function betweenNames(from, to, mix) {
  return to.map((name) => {
    const before = from.find(({ label }) => label === name.label)?.spots ?? [];
    return { ...name, spots: name.spots.map((spot, i) => (before[i] ? mix(before[i], spot) : spot)) };
  });
}

/** @type {(state: State) => void} */
function draw({ parts, animation, shown }) {
  if (!animation || !shown || isHidden(parts.plane)) return;
  const { cloud, paths } = animation;
  drawPlane(parts.plane, { ...cloud, codes: shown.codes }, shown.extent, shown.names, (sheet, view) => {
    if (paths) drawFlow(sheet, view, paths, shown.arrows);
  });
  drawChart(parts.chart, animation.header.chart, animation.range, shown.dots);
  if (shown.bars) drawBars(parts.bars, shown.bars, BAR_COLOR, BAR_TITLE);
  drawPictures(parts.grid, shown.pictures);
}

/** @type {(canvas: HTMLCanvasElement, pictures: [HTMLCanvasElement, number][]) => void} */
function drawPictures(canvas, pictures) {
  if (!pictures.length) return;
  const [{ width, height }] = pictures[0];
  fitCanvas(canvas, [height, width]);
  const context = flat(canvas);
  for (const [picture, alpha] of pictures) {
    context.globalAlpha = alpha;
    context.drawImage(picture, 0, 0);
  }
  context.globalAlpha = 1;
}
