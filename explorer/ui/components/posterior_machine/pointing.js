// What pointer, keys and buttons do to z: the pointer shows it, a click or the enter key holds it.

/** @import { Loaded, MachineState } from "./types.d.ts" */

import { ARROWS, placeIn } from "../shared/parts.js";

const STEP_SIGMAS = 0.25;

/** @type {(state: MachineState, redraw: (changesPlane: boolean) => void) => void} */
export function wireMachine(state, redraw) {
  const { plane, draw, near } = state.parts;
  const point = (/** @type {PointerEvent} */ event) => {
    state.pointed = zUnder(state, event);
    redraw(false);
  };
  plane.onpointermove = point;
  plane.onpointerdown = point;
  plane.onclick = () => hold(state, state.pointed, redraw);
  plane.onpointerleave = () => {
    state.pointed = null;
    redraw(false);
  };
  plane.onkeydown = (event) => pressKey(state, event, redraw);
  draw.onclick = () => {
    if (state.loaded) hold(state, drawnZ(state.loaded, state.nextDraw++), redraw);
  };
  near.onclick = () => {
    state.isNear = !state.isNear;
    redraw(true);
  };
}

/** The z at a place of the plane; dimensions that it does not show are held at mu.
 * @type {(state: MachineState, event: PointerEvent) => number[] | null} */
function zUnder({ parts, view, loaded }, event) {
  if (!view || !loaded) return null;
  const [x, y] = placeIn(parts.plane, event);
  const { box } = view;
  if (x < box.left || x > box.right || y < box.top || y > box.bottom) return null;
  const { mean, dimensions: [i, j] } = loaded.header;
  const [u, v] = view.toPlane(x, y);
  return mean.map((mu, k) => (k === i ? u : k === j ? v : mu));
}

/** @type {(state: MachineState, z: number[] | null, redraw: (changesPlane: boolean) => void) => void} */
function hold(state, z, redraw) {
  if (!z) return;
  Object.assign(state, { held: z, pointed: null });
  state.tellPython("z", z);
  redraw(false);
}

/** @type {(state: MachineState, event: KeyboardEvent, redraw: (changesPlane: boolean) => void) => void} */
function pressKey(state, event, redraw) {
  if (!state.loaded) return;
  const { std, dimensions } = state.loaded.header;
  const z = state.pointed ?? state.held;
  if (event.key === "Enter") hold(state, z, redraw);
  const step = ARROWS[event.key];
  if (!step) return;
  event.preventDefault();
  state.pointed = z.map((value, k) => {
    const axis = dimensions.indexOf(k);
    return axis < 0 ? value : value + step[axis] * STEP_SIGMAS * std[k];
  });
  redraw(false);
}

/** z = mu + sigma * epsilon for one of the draws that came along.
 * @type {(loaded: Loaded, draw: number) => number[]} */
export function drawnZ({ header: { mean, std }, arrays }, draw) {
  const { values, shape } = arrays.epsilons;
  const start = (draw % shape[0]) * shape[1];
  return mean.map((mu, k) => mu + std[k] * values[start + k]);
}
