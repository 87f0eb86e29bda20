// Turning the codes in three dimensions on and off, slow rotation, and the plane that moves along its normal.

/** @import { CanvasState, ShownState, Solid } from "../types.d.ts" */
import { isCalm } from "../../shared/calm.js";
import { formatNumber } from "../../shared/ticks.js";
import { firstSpace, turnBy } from "./camera.js";
import { requestDraw } from "./draw.js";

const DEGREES_PER_S = 12;
const LONGEST_STEP_MS = 100; // a tab that was hidden goes on from where it was
const HEIGHT_STEPS = 200;

/** @type {(state: ShownState) => void} */
export function toggleSpace(state) {
  state.space = state.space || !state.shown.solid ? null : firstSpace();
  Object.assign(state, { cursor: null, pointer: null });
}

/** @type {(state: CanvasState) => void} */
export function toggleSpin({ space }) {
  if (!space || isCalm()) return;
  space.spunFrom = space.spunFrom === null ? space.turn : null;
}

/** @type {(state: CanvasState) => void} */
export function togglePicks({ space }) {
  if (space) space.picks = space.picks === "plane" ? "nearest" : "plane";
}

/** Turns a little further in each frame while that is asked for. @type {(state: CanvasState) => void} */
export function spin(state) {
  const now = performance.now();
  const passedMs = Math.min(now - state.spunAt, LONGEST_STEP_MS);
  state.spunAt = now;
  if (!state.space || state.space.spunFrom === null) return;
  if (state.presses.size === 0) turnBy(state.space, (DEGREES_PER_S * passedMs) / 1000, 0);
  requestDraw(state, "view");
  state.stale.add("view");
}

/** Whether and how the tools of three dimensions are shown. @type {(state: ShownState) => void} */
export function showSpace(state) {
  const { parts, space, shown } = state;
  parts.root.toggleAttribute("data-space", space !== null);
  parts.space.hidden = space === null;
  const spinning = parts.tools.find(({ dataset }) => dataset.tool === "spin");
  if (spinning) {
    spinning.disabled = isCalm();
    spinning.title = isCalm() ? "Your system asks for less motion: turn with the arrow keys" : "Turn slowly";
  }
  if (space && shown.solid) showHeight(state, shown.solid, space.height);
}

/** @type {(state: ShownState, solid: Solid, height: number) => void} */
function showHeight(state, { centre, half }, height) {
  const { parts: { height: slider, heightText }, shown: { scene, digits } } = state;
  const third = scene.header.third_axis;
  Object.assign(slider, { min: centre[2] - half[2], max: centre[2] + half[2], step: half[2] / HEIGHT_STEPS });
  slider.value = String(height);
  slider.disabled = state.space?.picks === "nearest";
  slider.oninput = () => moveHeight(state, slider.valueAsNumber);
  heightText.textContent = `Plane at ${third?.label} = ${formatNumber((third?.at_origin ?? 0) + height, digits)}`;
}

/** @type {(state: ShownState, height: number) => void} */
function moveHeight(state, height) {
  if (!state.space) return;
  state.space.height = height;
  if (state.cursor) state.cursor = { ...state.cursor, w: height };
  showSpace(state);
  requestDraw(state, "view");
}
