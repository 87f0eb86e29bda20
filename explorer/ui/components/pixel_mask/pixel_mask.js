// Pixels of a picture that are hidden by hand: drag, or move with the arrow keys and press space.

/** @import { Mount, Point } from "../shared/types.d.ts" */
import { endIfLast, keptState } from "../shared/mounts.js";
import { ARROWS, flat, one, shareIn } from "../shared/parts.js";
import { offerToSave } from "../shared/save_picture.js";

/**
 * @typedef {object} MaskData
 * @property {number} width
 * @property {number} height
 * @property {number} n_channels  1 of a grey picture, 3 of one in colour
 * @property {number[]} levels  channel by channel of each pixel
 * @property {string} start  the mask at first
 * @property {{ name: string, mask: string }[]} patterns
 * @property {string} alt
 *
 * @typedef {ReturnType<typeof findParts>} Parts
 *
 * @typedef {object} State
 * @property {Parts} parts
 * @property {MaskData} data
 * @property {Uint8Array} hidden  1 where a pixel is hidden
 * @property {boolean} hides  whether the pointer hides or uncovers
 * @property {Point} cursor  column and row
 * @property {() => void} tellPython
 */

const HIDDEN = [109, 115, 230];
const CHECKED = [88, 93, 205];

/** @type {(mount: Mount<MaskData>) => () => void} */
export default function pixelMask({ data, parentElement, setStateValue }) {
  const state = keptState(parentElement, () => create(parentElement, data));
  state.data = data;
  state.tellPython = () => setStateValue("mask", asText(state.hidden));
  state.parts.canvas.setAttribute("aria-label", data.alt);
  draw(state);
  return endIfLast(parentElement, () => {});
}

/** @type {(parentElement: HTMLElement, data: MaskData) => State} */
function create(parentElement, data) {
  const parts = findParts(parentElement);
  Object.assign(parts.canvas, { width: data.width, height: data.height });
  const hidden = fromText(data.start, data.width * data.height);
  /** @type {State} */
  const state = { parts, data, hidden, hides: true, cursor: [data.width >> 1, data.height >> 1], tellPython: () => {} };
  parts.patterns.replaceChildren(...data.patterns.map((pattern) => makeButton(state, pattern)));
  wire(state);
  offerToSave(one(parentElement, ".pixel-mask", HTMLElement));
  return state;
}

/** @param {HTMLElement} parent */
function findParts(parent) {
  return {
    canvas: one(parent, "canvas", HTMLCanvasElement),
    brush: one(parent, ".brush", HTMLElement),
    hide: one(parent, ".hide", HTMLElement),
    uncover: one(parent, ".uncover", HTMLElement),
    size: one(parent, ".size", HTMLInputElement),
    patterns: one(parent, ".patterns", HTMLElement),
    label: one(parent, ".label", HTMLElement),
  };
}

/** @type {(state: State, pattern: { name: string, mask: string }) => HTMLButtonElement} */
function makeButton(state, { name, mask }) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
  button.onclick = () => {
    state.hidden = fromText(mask, state.hidden.length);
    draw(state);
    state.tellPython();
  };
  return button;
}

/** @type {(text: string, length: number) => Uint8Array} */
export function fromText(text, length) {
  const hidden = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const digits = 2 * (i >> 3);
    hidden[i] = (parseInt(text.slice(digits, digits + 2), 16) >> (7 - (i & 7))) & 1;
  }
  return hidden;
}

/** @type {(hidden: Uint8Array) => string} */
export function asText(hidden) {
  const bytes = new Uint8Array(Math.ceil(hidden.length / 8));
  hidden.forEach((bit, i) => (bytes[i >> 3] |= bit << (7 - (i & 7))));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @type {(state: State) => void} */
function wire(state) {
  const { canvas, hide, uncover, size, brush } = state.parts;
  const choose = (/** @type {boolean} */ hides) => {
    state.hides = hides;
    hide.setAttribute("aria-pressed", String(hides));
    uncover.setAttribute("aria-pressed", String(!hides));
  };
  hide.onclick = () => choose(true);
  uncover.onclick = () => choose(false);
  size.oninput = () => showBrush(state);
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    state.cursor = cellUnder(state, event);
    paint(state, state.cursor);
  };
  canvas.onpointermove = (event) => {
    const cell = cellUnder(state, event);
    if (canvas.hasPointerCapture(event.pointerId)) paintTo(state, cell);
    state.cursor = cell;
    showBrush(state);
  };
  canvas.onpointerup = canvas.onpointercancel = () => state.tellPython();
  canvas.onpointerleave = canvas.onblur = () => (brush.hidden = true);
  canvas.onfocus = () => showBrush(state);
  canvas.onkeydown = (event) => press(state, event);
  canvas.onkeyup = (event) => {
    if (event.key === " " || event.key === "Enter") state.tellPython();
  };
}

/** @type {(state: State, event: KeyboardEvent) => void} */
function press(state, event) {
  if (event.key in ARROWS) {
    const [right, up] = ARROWS[event.key];
    const { width, height } = state.data;
    const within = (/** @type {number} */ value, /** @type {number} */ end) => Math.min(Math.max(value, 0), end - 1);
    state.cursor = [within(state.cursor[0] + right, width), within(state.cursor[1] - up, height)];
    showBrush(state);
  } else if (event.key === " " || event.key === "Enter") paint(state, state.cursor);
  else return;
  event.preventDefault();
}

/** @type {(state: State, event: PointerEvent) => Point} */
function cellUnder({ parts, data }, event) {
  const [across, down] = shareIn(parts.canvas, event);
  return [Math.floor(across * data.width), Math.floor(down * data.height)];
}

/** @type {(state: State, cell: Point) => void} */
function paintTo(state, [x, y]) {
  const [fromX, fromY] = state.cursor;
  const n = Math.max(Math.abs(x - fromX), Math.abs(y - fromY), 1);
  for (let i = 1; i <= n; i++) {
    paint(state, [Math.round(fromX + ((x - fromX) * i) / n), Math.round(fromY + ((y - fromY) * i) / n)]);
  }
}

/** @type {(state: State, cell: Point) => void} */
function paint(state, [x, y]) {
  const reach = (Number(state.parts.size.value) - 1) / 2;
  const { width, height } = state.data;
  for (let row = Math.max(0, y - reach); row <= Math.min(height - 1, y + reach); row++) {
    for (let column = Math.max(0, x - reach); column <= Math.min(width - 1, x + reach); column++) {
      state.hidden[row * width + column] = state.hides ? 1 : 0;
    }
  }
  draw(state);
}

/** @type {(state: State) => void} */
function draw({ parts, data, hidden }) {
  const image = new ImageData(data.width, data.height);
  const { n_channels: n, levels } = data;
  hidden.forEach((isHidden, i) => {
    const isOdd = (i + Math.floor(i / data.width)) % 2;
    const colour = n === 3 ? levels.slice(3 * i, 3 * i + 3) : [levels[i], levels[i], levels[i]];
    image.data.set(isHidden ? (isOdd ? HIDDEN : CHECKED) : colour, 4 * i);
    image.data[4 * i + 3] = 255;
  });
  flat(parts.canvas).putImageData(image, 0, 0);
  const nHidden = hidden.reduce((sum, bit) => sum + bit, 0);
  parts.label.textContent = `${nHidden} of ${hidden.length} pixels hidden`;
}

/** @type {(state: State) => void} */
function showBrush({ parts, data, cursor }) {
  const { brush, size } = parts;
  const side = Number(size.value);
  const percent = (/** @type {number} */ cells, /** @type {number} */ all) => `${(100 * cells) / all}%`;
  Object.assign(brush.style, {
    width: percent(side, data.width),
    height: percent(side, data.height),
    left: percent(cursor[0] + (1 - side) / 2, data.width),
    top: percent(cursor[1] + (1 - side) / 2, data.height),
  });
  brush.hidden = false;
}
