// What Python says between scenes, in a message of its own: the pin, the grid, the class and the view of a link.

/** @import { CanvasState, Controls, Place, ShownState } from "../types.d.ts" */
import { takeLabel } from "./classes.js";
import { hasScene, requestDraw } from "./draw.js";
import { setGrid, showTools } from "./tools.js";
import { restoreView } from "./view_state.js";

/** @type {() => Map<string, Controls>} */
export function storedControls() {
  return (window.latentCanvasControls ??= new Map());
}

/** @type {(state: CanvasState) => () => void} */
export function followControls(state) {
  const follow = (/** @type {CustomEvent<Controls>} */ { detail }) => {
    if (detail.name === state.name) applyControls(state, detail);
  };
  window.addEventListener("latent-canvas:controls", follow);
  return () => window.removeEventListener("latent-canvas:controls", follow);
}

/** @type {(state: CanvasState, controls: Controls | undefined) => void} */
export function applyControls(state, controls) {
  if (!controls || !hasScene(state)) return;
  const text = JSON.stringify(controls);
  if (text === state.controlsText && state.controlledScene === state.shown.scene) return;
  Object.assign(state, { controlsText: text, controlledScene: state.shown.scene });
  state.pin = controls.pinned && { u: controls.pinned[0], v: controls.pinned[1], w: controls.pinned[2] };
  if (controls.label !== null) takeLabel(state, controls.label);
  state.gridIsGiven = controls.grid !== null;
  state.gridSize = controls.grid_size;
  if (controls.grid !== null) setGrid(state, controls.grid === "off" ? null : controls.grid);
  state.reportsView = controls.reports_view;
  restoreView(state, controls.view_state);
  showTools(state);
  requestDraw(state, "view");
}

/** @type {(state: ShownState, place: Place) => void} */
export function pinAt(state, { u, v, w }) {
  state.pin = { u, v, w };
  state.tellPython("pin", { u, v, w });
  requestDraw(state, "view");
}

/** @type {(state: ShownState) => void} */
export function unpin(state) {
  if (state.pin) state.tellPython("pin", { u: null, v: null, w: null });
  state.pin = null;
  requestDraw(state, "view");
}
