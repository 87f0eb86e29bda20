// The same place decoded as every class, for a decoder that is told the class; one of them is the large picture's.

/** @import { CanvasState, ClassCell, Place, ShownState } from "../types.d.ts" */
import { FRAME_MS } from "./decode_source.js";
import { newTiles, requestDraw } from "./draw.js";
import { swatchOf } from "./panel.js";

const LABEL_REST_MS = 300;
/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** @type {(state: ShownState) => void} */
export function buildClasses(state) {
  const { parts, shown: { scene } } = state;
  const names = scene.header.is_conditional ? scene.header.class_names : [];
  state.cells = names.map((name, label) => createCell(state, name, label));
  parts.classes.hidden = names.length === 0;
  parts.classes.style.setProperty("--n-classes", String(names.length));
  parts.classes.replaceChildren(...state.cells.map(({ button }) => button));
  parts.classes.onkeydown = (event) => pressClassKey(state, event);
  if (state.label >= Math.max(names.length, 1)) state.label = 0;
  markChosen(state);
}

/** @type {(state: ShownState, label: number) => void} */
function setLabel(state, label) {
  if (state.cells.length === 0 || state.labelTimer) return;
  state.label = Math.min(label, state.cells.length - 1);
  markChosen(state);
  if (state.grid) state.nextTiles = newTiles(state);
}

/** What Python repeats of the canvas's own words is no news, and may be older than what was chosen since.
 * @type {(state: ShownState, label: number) => void} */
export function takeLabel(state, label) {
  const repeated = state.toldLabels.indexOf(label);
  state.toldLabels.splice(0, repeated + 1);
  if (repeated < 0) setLabel(state, label);
}

/** @type {(state: ShownState, name: string, label: number) => ClassCell} */
function createCell(state, name, label) {
  const button = document.createElement("button");
  const canvas = document.createElement("canvas");
  const caption = document.createElement("span");
  Object.assign(button, { type: "button", className: "as-class", onclick: () => chooseLabel(state, label) });
  button.setAttribute("role", "radio");
  const color = state.shown.scene.header.colors[label];
  button.style.setProperty("--class-color", color);
  caption.append(swatchOf(color), name);
  button.append(canvas, caption);
  return { button, canvas, label, at: null };
}

/** @type {(state: CanvasState) => void} */
function markChosen({ cells, label: chosen }) {
  for (const { button, label } of cells) {
    button.setAttribute("aria-checked", String(label === chosen));
    button.tabIndex = label === chosen ? 0 : -1;
  }
}

/** @type {(state: ShownState, label: number) => void} */
export function chooseLabel(state, label) {
  if (state.cells.length === 0) return;
  clearTimeout(state.labelTimer);
  state.labelTimer = 0;
  setLabel(state, (label + state.cells.length) % state.cells.length);
  // Whoever pages through the classes is asked for none of them but the last.
  state.labelTimer = window.setTimeout(() => {
    state.labelTimer = 0;
    state.toldLabels.push(state.label);
    state.tellPython("label", state.label);
  }, LABEL_REST_MS);
  requestDraw(state, "view");
}

/** @type {(state: ShownState, event: KeyboardEvent) => void} */
function pressClassKey(state, event) {
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  chooseLabel(state, state.label + step);
  state.cells[state.label].button.focus();
}

/** What a frame has no time for comes in the next one, and then first.
 * @type {(state: ShownState, place: Place) => void} */
export function showClasses(state, place) {
  const { cells, theme, shown: { source, paint } } = state;
  const [at, start] = [`${place.u},${place.v},${place.w}`, performance.now()];
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[(state.turn + i) % cells.length];
    if (cell.at === at) continue;
    if (performance.now() - start > FRAME_MS) {
      state.turn = cell.label;
      requestDraw(state, "cursor");
      return;
    }
    const values = source.find(place, cell.label);
    if (values) paint(cell.canvas, values, theme);
    cell.at = values ? at : null;
    cell.button.toggleAttribute("data-waiting", !values);
  }
}
