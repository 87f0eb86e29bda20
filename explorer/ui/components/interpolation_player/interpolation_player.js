// Strips of pictures with a player along them; Python hears of the frame it is left on and of places that are clicked.

/** @import { Arrays, ClassName, Mount, NumberArray, Player, PlaneView, Point } from "../shared/types.d.ts" */
/** @import { Cloud } from "../shared/plane.js" */
/** @import { InterpolationHeader, Path, RowFacts } from "./types.d.ts" */
import { mountPlayer } from "../shared/mount_player.js";
import {
  ARROWS, isHidden, makeCanvas, makeElement, windowMiddleOf, onResize, one, paintLevels, placeIn,
} from "../shared/parts.js";
import { drawPlane, namesOf } from "../shared/plane.js";
import { createPlayer } from "../shared/player.js";
import { offerToSave } from "../shared/save_picture.js";
import { drawPaths } from "./paths.js";
import { drawReadings } from "./readings.js";

const PLAYS_MS = 4000;
const KEY_STEP_PX = 8;
const MOST_FEW = 2;
// Of a strip in two lines: its fewest columns, and how many pictures have cells that are wide enough for its title.
const FEWEST_COLUMNS = 4;
const MOST_IN_LARGE_CELLS = 9;
const HELP = "Arrow keys move the cursor, enter chooses its place.";

/**
 * @typedef {object} RowParts  A row's pictures and words as elements.
 * @property {NumberArray} levels
 * @property {null | undefined} palette  null where the levels are colours
 * @property {HTMLCanvasElement} live
 * @property {HTMLElement} words
 * @property {Element[]} tiles
 *
 * @typedef {object} View
 * @property {InterpolationHeader} header
 * @property {(RowFacts & RowParts)[]} rows
 * @property {Path[]} paths
 * @property {Cloud | null} cloud
 * @property {ClassName[]} names
 * @property {number[]} steps  frames that the strips show
 *
 * @typedef {ReturnType<typeof findParts>} Parts
 *
 * @typedef {object} State
 * @property {Parts} parts
 * @property {Player} player
 * @property {string | null} signature
 * @property {View | null} view
 * @property {PlaneView | null} plane
 * @property {number} frame
 * @property {Point | null} cursor  of the keyboard, in pixels of the plane
 * @property {() => void} unwatch
 * @property {(frame: number) => void} rest
 * @property {(place: Point) => void} pick
 */

/** @type {(mount: Mount<Uint8Array>) => () => void} */
export default function interpolationPlayer(mount) {
  return mountPlayer(mount, {
    create: createState,
    update(state) {
      state.pick = ([u, v]) => mount.setTriggerValue("pick", { u, v });
      draw(state);
    },
    build,
    end: (state) => state.unwatch(),
  });
}

/** @type {(parentElement: HTMLElement) => State} */
function createState(parentElement) {
  const parts = findParts(parentElement);
  /** @type {State} */
  const state = {
    parts,
    player: createPlayer(parts.player),
    signature: null,
    view: null,
    plane: null,
    frame: 0,
    cursor: null,
    unwatch: onResize(parts.root, () => draw(state)),
    rest: () => {},
    pick: () => {},
  };
  offerToSave(parts.root, () => draw(state));
  return state;
}

/** @param {HTMLElement} parent */
function findParts(parent) {
  return {
    root: one(parent, ".interpolation-player", HTMLElement),
    beside: one(parent, ".beside", HTMLElement),
    plane: one(parent, ".plane", HTMLCanvasElement),
    hint: one(parent, ".hint", HTMLElement),
    player: one(parent, ".player", HTMLElement),
    rows: one(parent, ".rows", HTMLElement),
    chart: one(parent, ".chart", HTMLCanvasElement),
  };
}

/** @type {(state: State, header: InterpolationHeader, arrays: Arrays) => void} */
function build(state, header, arrays) {
  const { captions, ticks, control, plane } = header;
  const stride = (captions.length - 1) / (ticks.length - 1);
  const steps = ticks.map((_, i) => i * stride);
  const isCompact = header.columns > 1;
  const rows = header.rows.map((row, i) => ({ ...row, ...makeRow(row, arrays[`images${i}`], steps, isCompact) }));
  const cloud = plane && cloudOf(plane, arrays);
  const names = plane && cloud ? namesOf(cloud, plane.extent) : [];
  state.view = { header, rows, paths: pathsOf(header, arrays), cloud, names, steps };
  dress(state.parts, header, rows.map(({ element }) => element));
  wirePlane(state, Boolean(plane?.hint));
  const show = (/** @type {number} */ frame) => paintFrame(state, frame);
  const rest = (/** @type {number} */ frame) => state.rest(frame);
  const frameMs = PLAYS_MS / (captions.length - 1);
  state.player.load({ captions, control, frameMs, stops: steps, show, rest }, header.start);
}

/** @type {(plane: NonNullable<InterpolationHeader["plane"]>, arrays: Arrays) => Cloud} */
function cloudOf({ class_names: names, colors, axis_labels: axisLabels }, { codes, labels }) {
  return { names, colors, axisLabels, codes: codes.values, labels: labels.values };
}

/** @type {(header: InterpolationHeader, arrays: Arrays) => Path[]} */
function pathsOf({ rows, captions }, arrays) {
  return rows.flatMap(({ color, dash }, i) => {
    const flat = arrays[`points${i}`]?.values;
    return flat ? [{ color, dash, points: captions.map((_, frame) => [flat[2 * frame], flat[2 * frame + 1]]) }] : [];
  });
}

/** Many rows have little room: there the words on the moving picture stand beside the row's title.
 * @type {(row: RowFacts, images: Arrays[string], steps: number[], isCompact: boolean) =>
 *   RowParts & { element: HTMLElement }} */
function makeRow(row, { values: levels, shape: [, height, width, ...channels] }, steps, isCompact) {
  const palette = channels.length ? null : undefined;
  const swatch = makeElement("span", "swatch");
  Object.assign(swatch.style, { borderTopStyle: row.dash, borderTopColor: row.color });
  const words = makeElement(isCompact ? "span" : "figcaption", "words");
  const note = makeElement("small", "", row.note);
  const title = makeElement("div", "title", swatch, `${row.title} `, ...(isCompact ? [words] : []), note);
  const tiles = steps.map((step) => {
    const canvas = makeCanvas([height, width]);
    paintLevels(canvas, levels, step, palette);
    return makeElement("div", "step", canvas);
  });
  const live = makeCanvas([height, width]);
  const figure = makeElement("figure", "live", live, ...(!isCompact && row.notes.length ? [words] : []));
  const element = makeElement("div", "row", title, makeElement("div", "strip", ...tiles), figure);
  return { levels, palette, live, words, tiles, element };
}

/** @type {(parts: Parts, header: InterpolationHeader, rows: HTMLElement[]) => void} */
function dress(parts, { columns, alt, plane, chart, ticks }, rows) {
  parts.rows.replaceChildren(...rows);
  parts.rows.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
  parts.rows.toggleAttribute("data-compact", columns > 1);
  parts.rows.toggleAttribute("data-few", rows.length <= MOST_FEW && !chart);
  const titleCells = ticks.length > MOST_IN_LARGE_CELLS ? 2 : 1;
  const nColumns = Math.max(FEWEST_COLUMNS, Math.ceil((ticks.length + titleCells) / 2));
  parts.rows.style.setProperty("--title", String(titleCells));
  parts.rows.style.setProperty("--columns", String(nColumns));
  parts.rows.setAttribute("aria-label", alt);
  parts.beside.hidden = !plane;
  parts.chart.hidden = !chart;
  parts.chart.setAttribute("aria-label", chart ? chart.y_title.replaceAll("\n", " ") : "");
  parts.hint.replaceChildren(...[plane?.hint, plane?.note].map((text) => makeElement("span", "", text ?? "")));
  parts.plane.toggleAttribute("data-picks", Boolean(plane?.hint));
  const help = plane?.hint ? HELP : "";
  parts.plane.setAttribute("aria-label", `Plane of codes with the path from start to end. ${help}`);
}

/** @type {(state: State, picks: boolean) => void} */
function wirePlane(state, picks) {
  const { plane } = state.parts;
  plane.onclick = picks ? (event) => pickAt(state, placeIn(plane, event)) : null;
  plane.onkeydown = picks ? (event) => pressKey(state, event) : null;
  plane.onblur = () => {
    state.cursor = null;
    draw(state);
  };
}

/** @type {(state: State, place: Point) => void} */
function pickAt({ plane, pick }, [x, y]) {
  if (!plane) return;
  const { box, toPlane } = plane;
  if (x >= box.left && x <= box.right && y >= box.top && y <= box.bottom) pick(toPlane(x, y));
}

/** @type {(state: State, event: KeyboardEvent) => void} */
function pressKey(state, event) {
  if (!state.plane || !(event.key in ARROWS || event.key === "Enter")) return;
  const { box } = state.plane;
  const [x, y] = state.cursor ?? [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  const [right, up] = ARROWS[event.key] ?? [0, 0];
  state.cursor = [x + KEY_STEP_PX * right, y - KEY_STEP_PX * up];
  if (event.key === "Enter") pickAt(state, state.cursor);
  event.preventDefault();
  draw(state);
}

/** @type {(state: State, frame: number) => void} */
function paintFrame(state, frame) {
  state.frame = frame;
  state.parts.root.dataset.frame = String(frame);
  for (const row of state.view?.rows ?? []) {
    paintLevels(row.live, row.levels, frame, row.palette);
    row.words.textContent = row.notes[frame] ?? "";
    row.tiles.forEach((tile, i) => tile.toggleAttribute("data-here", state.view?.steps[i] === frame));
  }
  draw(state);
}

/** @type {(state: State) => void} */
function draw(state) {
  const { parts, view, frame } = state;
  if (!view || isHidden(parts.root)) return;
  const { header, cloud, names, paths, rows, steps } = view;
  if (header.plane && cloud) {
    state.plane = drawPlane(parts.plane, cloud, header.plane.extent, names);
    drawPaths(parts.plane, state.plane, paths, steps, frame, state.cursor);
  }
  if (!header.chart) return;
  drawReadings(parts.chart, header, header.chart, columnsOf(parts.chart, rows[0].tiles), steps, frame);
}

/** Where the middles of the first and the last picture of a strip stand, in the chart's pixels of the layout.
 * @type {(chart: Element, tiles: Element[]) => [number, number]} */
function columnsOf(chart, tiles) {
  const middle = (/** @type {Element} */ tile) => placeIn(chart, windowMiddleOf(tile))[0];
  return [middle(tiles[0]), middle(tiles[tiles.length - 1])];
}
