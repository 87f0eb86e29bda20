// An error against k with a handle on its curve; the pictures at that k follow while it is dragged.

/** @import { Arrays, Chart, Header, Mount, Player, Range } from "../shared/types.d.ts" */
/** @import { Track } from "../shared/tracks.js" */
import { chartRange, chartScales, drawChart, drawDot } from "../shared/chart.js";
import { contextOf, strokeLine } from "../shared/axes.js";
import { mountPlayer } from "../shared/mount_player.js";
import { makeElement, one, onResize, placeIn } from "../shared/parts.js";
import { createPlayer } from "../shared/player.js";
import { offerToSave } from "../shared/save_picture.js";
import { makeTrack, paintTracks } from "../shared/tracks.js";

const FRAME_MS = 120;
const CONTROL = "Number of components k";
const HANDLE_ALPHA = 0.5;

/**
 * @typedef {{ ks: number[], chart: Chart, captions: string[], titles: string[], alt: string, start: number }} Facts
 * @typedef {Header & Facts} ErrorHeader
 *
 * @typedef {object} State
 * @property {HTMLCanvasElement} chart
 * @property {HTMLElement} tracks
 * @property {Player} player
 * @property {string | null} signature
 * @property {ErrorHeader | null} header
 * @property {{ x: Range, y: Range } | null} range
 * @property {Track[]} pictures
 * @property {number} frame
 * @property {() => void} unwatch
 * @property {(frame: number) => void} rest
 */

/** @type {(mount: Mount<Uint8Array>) => () => void} */
export default function errorCurve(mount) {
  return mountPlayer(mount, { create: createState, update: draw, build, end: (state) => state.unwatch() });
}

/** @type {(parentElement: HTMLElement) => State} */
function createState(parentElement) {
  const root = one(parentElement, ".error-curve", HTMLElement);
  const chart = one(root, ".chart", HTMLCanvasElement);
  /** @type {State} */
  const state = {
    chart,
    tracks: one(root, ".tracks", HTMLElement),
    player: createPlayer(one(root, ".player", HTMLElement)),
    signature: null,
    header: null,
    range: null,
    pictures: [],
    frame: 0,
    unwatch: onResize(chart, () => draw(state)),
    rest: () => {},
  };
  wirePointer(state);
  offerToSave(root, () => draw(state));
  return state;
}

/** @type {(state: State, header: ErrorHeader, arrays: Arrays) => void} */
function build(state, header, arrays) {
  state.header = header;
  state.range = chartRange(header.chart);
  state.pictures = header.titles.map((_, i) => makeTrack(arrays, i));
  state.tracks.replaceChildren(...state.pictures.map(({ canvas }, i) => {
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", header.titles[i]);
    return makeElement("figure", "", canvas, makeElement("figcaption", "", header.titles[i]));
  }));
  state.chart.setAttribute("aria-label", header.alt);
  const show = (/** @type {number} */ frame) => {
    state.frame = frame;
    draw(state);
  };
  const rest = (/** @type {number} */ frame) => state.rest(frame);
  state.player.load({ captions: header.captions, control: CONTROL, frameMs: FRAME_MS, show, rest }, header.start);
}

/** @type {(state: State) => void} */
function draw({ chart, header, range, pictures, frame }) {
  if (!header || !range) return;
  drawChart(chart, header.chart, range, []);
  drawHandle(chart, header, range, frame);
  paintTracks(pictures, frame);
}

/** A line down to k, and a large dot on the curve. @type {(canvas: HTMLCanvasElement, header: ErrorHeader,
 *   range: { x: Range, y: Range }, frame: number) => void} */
function drawHandle(canvas, { chart }, range, frame) {
  const { box, across, up } = chartScales(canvas, chart, range);
  const [k, error] = chart.dots[frame][0];
  const context = contextOf(canvas);
  const { color } = chart.curves[0];
  Object.assign(context, { strokeStyle: color, lineWidth: 2, globalAlpha: HANDLE_ALPHA });
  strokeLine(context, across(k), up(error), across(k), box.bottom);
  context.globalAlpha = 1;
  drawDot(context, across(k), up(error), color, "white", 13, 3);
}

/** @type {(state: State) => void} */
function wirePointer(state) {
  const { chart } = state;
  const slider = one(chart.closest(".error-curve") ?? chart, "input[type=range]", HTMLInputElement);
  chart.onmousedown = (event) => event.preventDefault(); // or the keys would leave the slider again
  chart.onpointerdown = (event) => {
    chart.setPointerCapture(event.pointerId);
    slider.focus();
    follow(state, event);
  };
  chart.onpointermove = (event) => {
    if (chart.hasPointerCapture(event.pointerId)) follow(state, event);
  };
  chart.onpointerup = (event) => {
    if (chart.hasPointerCapture(event.pointerId)) state.rest(state.frame);
  };
}

/** The k whose place across is nearest to the pointer. @type {(state: State, event: PointerEvent) => void} */
function follow({ chart, header, range, player }, event) {
  if (!header || !range) return;
  const { across } = chartScales(chart, header.chart, range);
  const x = placeIn(chart, event)[0];
  const distances = header.ks.map((k) => Math.abs(across(k) - x));
  player.go(distances.indexOf(Math.min(...distances)));
}
