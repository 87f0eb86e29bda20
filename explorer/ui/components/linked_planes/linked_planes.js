// Planes of the same samples: the one under the pointer is marked in all of them, and so are those within an outline.

/** @import { Arrays, Mount } from "../shared/types.d.ts" */
/** @import { LinkedHeader, LinkedState, Marks, Plane } from "./types.d.ts" */
import { readHeader, readIfNew } from "../shared/message.js";
import { endIfLast, keptState } from "../shared/mounts.js";
import { isHidden, levelsPalette, makeElement, one, onResize, paintLevels, sayAtRest } from "../shared/parts.js";
import { drawPlane, namesOf } from "../shared/plane.js";
import { offerToSave } from "../shared/save_picture.js";
import { drawLinks } from "./links.js";
import { clearOutline, markWithin, sampleUnder, wirePlane } from "./pointing.js";

/** @type {readonly [string, string]} */
const NO_AXES = ["", ""];

/** @type {(mount: Mount<Uint8Array>) => () => void} */
export default function linkedPlanes({ data, parentElement, setTriggerValue }) {
  const state = keptState(parentElement, createState);
  state.tell = (marks) => setTriggerValue("marks", marks);
  void readIfNew(state, data, (/** @type {LinkedHeader} */ header, arrays) => load(state, header, arrays));
  begin(state, /** @type {LinkedHeader} */ (readHeader(data)).start);
  return endIfLast(parentElement, () => {
    cancelAnimationFrame(state.frame);
    state.unwatch();
  });
}

/** @type {(parentElement: HTMLElement) => LinkedState} */
function createState(parentElement) {
  const root = one(parentElement, ".linked-planes", HTMLElement);
  const element = (/** @type {string} */ selector) => one(root, selector, HTMLElement);
  /** @type {LinkedState} */
  const state = {
    root, grid: element(".planes"), pointed: element(".pointed"), title: element(".pointed figcaption"),
    picture: one(root, ".picture", HTMLCanvasElement), counts: element(".counts"), spoken: element(".spoken"),
    clear: one(root, ".clear", HTMLButtonElement), signature: null, header: null, arrays: {}, planes: [],
    held: { sample: null, plane: null, corners: [] }, pointer: null, under: null, drawing: null, isMarked: null,
    start: "", frame: 0, changesCodes: false, tell: () => {}, unwatch: () => {},
  };
  state.unwatch = onResize(root, () => redraw(state, true));
  offerToSave(root, () => {
    state.changesCodes = true;
    draw(state);
  });
  state.clear.onclick = () => clearOutline(state, (changesCodes) => redraw(state, changesCodes));
  return state;
}

/** @type {(state: LinkedState, header: LinkedHeader, arrays: Arrays) => void} */
function load(state, header, arrays) {
  for (const { box } of state.planes) box.parentElement?.remove();
  Object.assign(state, { header, arrays, under: null, drawing: null });
  state.planes = header.titles.map((_, i) => makePlane(state, header, arrays, i));
  state.picture.hidden = !arrays.images;
  if (arrays.images) Object.assign(state.picture, { height: arrays.images.shape[1], width: arrays.images.shape[2] });
  markWithin(state);
  redraw(state, true);
}

/** Takes over the marks that Python says, unless they are those of the run before.
 * @type {(state: LinkedState, start: Marks) => void} */
function begin(state, start) {
  const said = JSON.stringify(start);
  if (said === state.start) return redraw(state, true);
  Object.assign(state, { start: said, held: start, under: null });
  markWithin(state);
  redraw(state, true);
}

/** @type {(state: LinkedState, header: LinkedHeader, arrays: Arrays, i: number) => Plane} */
function makePlane(state, header, { points, labels }, i) {
  const size = 2 * labels.values.length;
  const own = Float32Array.from(points.values.subarray(size * i, size * (i + 1)));
  const [codes, marks] = ["codes", "marks"].map((name) => {
    return Object.assign(document.createElement("canvas"), { className: name, ariaHidden: "true" });
  });
  const box = Object.assign(makeElement("div", "plane", codes, marks), { tabIndex: 0 });
  box.setAttribute("role", "application");
  box.setAttribute("aria-label", `${header.alt}: ${header.titles[i]}. Arrow keys move to the next sample, enter holds it.`);
  const figure = makeElement("figure", "", makeElement("figcaption", "", header.titles[i]), box);
  state.grid.insertBefore(figure, state.pointed);
  const names = namesOf({ ...cloudOf(header, labels.values, null), codes: own }, header.extents[i]);
  /** @type {Plane} */
  const plane = { box, codes, marks, points: own, names, view: null };
  wirePlane(state, plane, i, (changesCodes) => redraw(state, changesCodes));
  return plane;
}

/** @type {(header: LinkedHeader, labels: Arrays[string]["values"], marked: Uint8Array | null) =>
 *   Omit<Parameters<typeof drawPlane>[1], "codes">} */
function cloudOf({ class_names: names, colors }, labels, marked) {
  return { names, colors, labels, axisLabels: NO_AXES, marked, isBare: true };
}

/** @type {(state: LinkedState, changesCodes: boolean) => void} */
function redraw(state, changesCodes) {
  state.changesCodes ||= changesCodes;
  state.frame ||= requestAnimationFrame(() => draw(state));
}

/** @type {(state: LinkedState) => void} */
function draw(state) {
  const { header, arrays, planes, held, changesCodes } = state;
  state.frame = 0;
  if (!header || !planes.length || isHidden(planes[0].box)) return;
  state.changesCodes = false;
  const isNew = !planes[0].view;
  const cloud = cloudOf(header, arrays.labels.values, state.isMarked);
  planes.forEach((plane, i) => {
    if (!changesCodes && !isNew) return;
    plane.view = drawPlane(plane.codes, { ...cloud, codes: plane.points }, header.extents[i], plane.names);
  });
  if (isNew) state.under = sampleUnder(state);
  const sample = state.under ?? held.sample;
  planes.forEach((plane, i) => drawLinks(state, plane, i, sample));
  state.root.dataset.state = "ready";
  describe(state, header, sample);
}

/** The picture of a sample, its class, and how many are within the outline.
 * @type {(state: LinkedState, header: LinkedHeader, sample: number | null) => void} */
function describe(state, header, sample) {
  const { title, picture, counts, clear, arrays, isMarked, root } = state;
  root.dataset.sample = String(sample ?? "");
  root.dataset.marked = String(isMarked ? isMarked.reduce((sum, is) => sum + is, 0) : 0);
  title.textContent = sample === null ? "Point at a sample" : nameOf(header, arrays, sample);
  if (arrays.images) {
    if (sample === null) picture.getContext("2d")?.clearRect(0, 0, picture.width, picture.height);
    else paintLevels(picture, arrays.images.values, sample, levelsPalette(arrays.images.shape.slice(1)));
    picture.setAttribute("aria-label", title.textContent);
  }
  counts.textContent = isMarked ? countsOf(header, arrays, isMarked) : "Drag around samples to mark them in all planes";
  clear.disabled = !isMarked;
  sayAtRest(state.spoken, () => `${title.textContent}. ${counts.textContent}`);
}

/** @type {(header: LinkedHeader, arrays: Arrays, sample: number) => string} */
function nameOf({ class_names: names, rows }, { labels }, sample) {
  return `Sample ${rows[sample]}, class ${names[labels.values[sample]]}`;
}

/** @type {(header: LinkedHeader, arrays: Arrays, isMarked: Uint8Array) => string} */
export function countsOf({ class_names: names }, { labels }, isMarked) {
  const counts = names.map((name, label) => {
    return { name, n: isMarked.filter((is, i) => is && labels.values[i] === label).length };
  });
  const listed = counts.filter(({ n }) => n).sort((a, b) => b.n - a.n).map(({ name, n }) => `${name}: ${n}`);
  const total = counts.reduce((sum, { n }) => sum + n, 0);
  return `${total} of ${isMarked.length} marked${total ? ` (${listed.join(", ")})` : ""}`;
}
