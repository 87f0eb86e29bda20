// One sample on its way through a VAE: x, the encoder's mu and sigma, z under the pointer, and what the decoder makes.

/** @import { Arrays, Mount } from "../shared/types.d.ts" */
/** @import { Loaded, MachineHeader, MachineState } from "./types.d.ts" */
import { buildCoder } from "../shared/coder.js";
import { hearInk } from "../shared/ink_channel.js";
import { readIfNew } from "../shared/message.js";
import { endIfLast, keptState } from "../shared/mounts.js";
import {
  isHidden, levelsPalette, makeElement, one, onResize, paintLevels, paintValues, sayAtRest,
} from "../shared/parts.js";
import { drawPlane, namesOf } from "../shared/plane.js";
import { offerToSave } from "../shared/save_picture.js";
import { formatNumber } from "../shared/ticks.js";
import { drawMachineMarks } from "./marks.js";
import { drawnZ, wireMachine } from "./pointing.js";

const NEAR_SIGMAS = 5;
const QUANTILE = 0.0025;
const MARGIN = 1.06;
const N_SHOWN_NUMBERS = 2;

/** @type {(mount: Mount<Uint8Array>) => () => void} */
export default function posteriorMachine({ data, parentElement, setTriggerValue }) {
  const state = keptState(parentElement, createState);
  state.tellPython = setTriggerValue;
  void readIfNew(state, data, (/** @type {MachineHeader} */ header, arrays) => load(state, header, arrays));
  redraw(state, true);
  return endIfLast(parentElement, () => {
    cancelAnimationFrame(state.frame);
    state.end();
  });
}

/** @type {(parentElement: HTMLElement) => MachineState} */
function createState(parentElement) {
  const root = one(parentElement, ".machine", HTMLElement);
  /** @type {MachineState} */
  const state = {
    parts: findParts(root), signature: null, loaded: null, held: [], pointed: null, isNear: true, nextDraw: 0,
    view: null, frame: 0, tellPython: () => {}, end: () => {},
  };
  const ends = [onResize(state.parts.plane, () => redraw(state, true)), hearInk(({ x }) => followInk(state, x))];
  state.end = () => ends.forEach((end) => end());
  offerToSave(root, () => {
    state.view = null;
    drawMachine(state);
  });
  return state;
}

/** @type {(root: HTMLElement) => MachineState["parts"]} */
function findParts(root) {
  const element = (/** @type {string} */ selector) => one(root, selector, HTMLElement);
  const canvas = (/** @type {string} */ selector) => one(root, selector, HTMLCanvasElement);
  const button = (/** @type {string} */ selector) => one(root, selector, HTMLButtonElement);
  return {
    root,
    sample: canvas(".sample canvas"),
    sampleNote: element(".sample .note"),
    made: canvas(".made canvas"),
    madeNote: element(".made .note"),
    plane: element(".plane"),
    codes: canvas(".codes"),
    marks: canvas(".marks"),
    draw: button(".draw"),
    near: button(".near"),
    mu: element("output.mu"),
    sigma: element("output.sigma"),
    z: element("output.z"),
    sum: element(".sum"),
    head: element("thead"),
    rows: element("tbody"),
    spoken: element(".spoken"),
  };
}

/** @type {(state: MachineState, header: MachineHeader, arrays: Arrays) => void} */
function load(state, header, arrays) {
  const { encoder, layers: decoder, log_var_limit: limit } = header;
  const coder = buildCoder({ encoder, decoder, is_variational: true, log_var_limit: limit }, arrays);
  state.loaded = buildMachine(header, arrays, coder);
  state.held = header.start ?? drawnZ(state.loaded, 0);
  Object.assign(state, { pointed: null, nextDraw: 1 });
  dressMachine(state, state.loaded);
  wireMachine(state, (changesPlane) => redraw(state, changesPlane));
  redraw(state, true);
}

/** A drawing takes the place of x while the pen moves, with its posterior; what is held keeps its epsilon.
 * @type {(state: MachineState, x: Float32Array | null) => void} */
function followInk(state, x) {
  const { loaded } = state;
  if (!x || !loaded?.header.encoder || x.length !== loaded.arrays.x?.values.length) return;
  const epsilon = epsilonOf(loaded.header, state.held);
  const { z: mean, variance } = loaded.encode(x);
  const header = { ...loaded.header, mean, std: (variance ?? []).map(Math.sqrt) };
  const levels = Uint8Array.from(x, (value) => Math.round(255 * value));
  state.loaded = buildMachine(header, { ...loaded.arrays, x: { ...loaded.arrays.x, values: levels } }, loaded);
  state.held = mean.map((mu, k) => mu + header.std[k] * epsilon[k]);
  dressMachine(state, state.loaded);
  redraw(state, true);
}

/** @type {(header: MachineHeader, z: number[]) => number[]} */
function epsilonOf({ mean, std }, z) {
  return z.map((value, k) => (value - mean[k]) / std[k]);
}

/** @type {(header: MachineHeader, arrays: Arrays, coder: Pick<Loaded, "encode" | "decode">) => Loaded} */
function buildMachine(header, arrays, { encode, decode }) {
  const { mean, std, dimensions: [i, j] } = header;
  const half = NEAR_SIGMAS * Math.max(std[i], std[j]);
  const close = /** @type {const} */ ([mean[i], mean[j], half]);
  const whole = wholeExtent(arrays.means.values, [mean[i], mean[j]]);
  const cloud = cloudOf(header, arrays);
  return {
    header,
    arrays,
    encode,
    decode,
    whole: { extent: whole, names: namesOf(cloud, whole) },
    close: { extent: close, names: namesOf(cloud, close) },
  };
}

/** The square that holds nearly all means and the followed one.
 * @type {(codes: Arrays[string]["values"], also: [number, number]) => readonly [number, number, number]} */
function wholeExtent(codes, also) {
  const sides = [0, 1].map((axis) => {
    const sorted = Float32Array.from({ length: codes.length / 2 }, (_, n) => codes[2 * n + axis]).sort();
    const cut = Math.floor(QUANTILE * (sorted.length - 1));
    return [Math.min(sorted[cut], also[axis]), Math.max(sorted[sorted.length - 1 - cut], also[axis])];
  });
  const half = (MARGIN / 2) * Math.max(...sides.map(([low, high]) => high - low));
  return [(sides[0][0] + sides[0][1]) / 2, (sides[1][0] + sides[1][1]) / 2, half || 1];
}

/** @type {(header: MachineHeader, arrays: Arrays) => Parameters<typeof drawPlane>[1]} */
function cloudOf({ class_names: names, colors, axis_names: axisLabels, shows_prior: showsPrior }, arrays) {
  return { names, colors, labels: arrays.labels.values, codes: arrays.means.values, axisLabels, showsPrior };
}

/** What does not change with z. @type {(state: MachineState, loaded: Loaded) => void} */
function dressMachine({ parts }, { header, arrays }) {
  const { root, sample, sampleNote, plane, mu, sigma } = parts;
  root.dataset.state = "ready";
  setHues(root, header);
  plane.setAttribute("aria-label", `${header.alt}. Arrow keys move z, enter holds it.`);
  one(root, ".encoder small", HTMLElement).textContent = header.encoder_name;
  one(root, ".decoder small", HTMLElement).textContent = header.decoder_name;
  mu.textContent = `μ = ${vectorText(header, header.mean)}`;
  sigma.textContent = `σ = ${vectorText(header, header.std)}`;
  sampleNote.textContent = header.missing;
  sample.parentElement?.toggleAttribute("data-empty", header.missing !== "");
  const [height, width] = header.image_shape;
  if (arrays.x) {
    Object.assign(sample, { width, height });
    paintLevels(sample, arrays.x.values, 0, levelsPalette(header.image_shape));
  }
  sample.setAttribute("aria-label", header.missing || "The sample x");
}

/** The two dimensions of the plane, and that there are more. @type {(header: MachineHeader, z: number[]) => string} */
function vectorText({ dimensions }, z) {
  const shown = dimensions.map((k) => formatNumber(z[k], N_SHOWN_NUMBERS)).join(", ");
  return z.length > dimensions.length ? `(${shown}, …)` : `(${shown})`;
}

/** @type {(state: MachineState, changesPlane: boolean) => void} */
function redraw(state, changesPlane) {
  if (changesPlane) state.view = null;
  state.frame ||= requestAnimationFrame(() => drawMachine(state));
}

/** @type {(state: MachineState) => void} */
function drawMachine(state) {
  state.frame = 0;
  const { loaded, parts } = state;
  if (!loaded || isHidden(parts.plane)) return;
  const { extent, names } = state.isNear ? loaded.close : loaded.whole;
  state.view ??= drawPlane(parts.codes, cloudOf(loaded.header, loaded.arrays), extent, names);
  const z = state.pointed ?? state.held;
  drawMachineMarks(parts.marks, state.view, loaded.header, z);
  parts.near.setAttribute("aria-pressed", String(state.isNear));
  showMade(state, loaded, z);
  showNumbers(state, loaded.header, z);
}

/** @type {(state: MachineState, loaded: Loaded, z: number[]) => void} */
function showMade({ parts }, { header, arrays, decode }, z) {
  const values = decode(z, 0);
  paintValues(parts.made, values, header.image_shape);
  parts.made.setAttribute("aria-label", `Decoded from z = ${vectorText(header, z)}`);
  parts.madeNote.textContent = arrays.x ? errorText(values, arrays.x.values, header.image_shape) : "";
}

/** @type {(made: Float32Array, x: Arrays[string]["values"], shape: number[]) => string} */
function errorText(made, x, [height, width, nChannels]) {
  const error = made.reduce((sum, value, i) => sum + (value - x[i] / 255) ** 2, 0);
  return `Squared error ${error.toFixed(1)}, summed over ${height * width} pixels${nChannels ? " and their colours" : ""}`;
}

/** @type {(state: MachineState, header: MachineHeader, z: number[]) => void} */
function showNumbers(state, header, z) {
  const { parts } = state;
  const epsilon = epsilonOf(header, z);
  parts.z.textContent = `z = ${vectorText(header, z)}`;
  parts.sum.replaceChildren(
    makeElement("b", "z", "z"), " = ", makeElement("b", "mu", "μ"), " + ", makeElement("b", "sigma", "σ"), " ⊙ ",
    makeElement("b", "epsilon", "ε"), ", ", makeElement("b", "epsilon", `ε = ${vectorText(header, epsilon)}`),
  );
  parts.head.replaceChildren(rowOf("th", ["", "μ", "σ", "ε", "z"]));
  const rows = z.map((value, k) => [header.mean[k], header.std[k], epsilon[k], value].map((n) => formatNumber(n, 3)));
  parts.rows.replaceChildren(...rows.map((row, k) => rowOf("td", [`dimension ${k + 1}`, ...row])));
  setHues(parts.sum, header);
  sayAtRest(parts.spoken, () => `z = ${vectorText(header, z)}. ${parts.madeNote.textContent}`);
}

/** @type {(element: HTMLElement, header: MachineHeader) => void} */
function setHues(element, { hues }) {
  for (const [name, color] of Object.entries(hues)) {
    for (const part of element.querySelectorAll(`.${name}`)) {
      if (part instanceof HTMLElement) part.style.setProperty("--hue", color);
    }
  }
}

/** @type {(tag: "th" | "td", cells: string[]) => HTMLElement} */
function rowOf(tag, cells) {
  return makeElement("tr", "", ...cells.map((text) => makeElement(tag, "", text)));
}
