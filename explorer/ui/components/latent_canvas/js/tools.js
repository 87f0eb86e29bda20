// The legend that isolates a class, and the toolbar.

/** @import { CanvasState, GridMode, Scene, ShownState, Sorted, View } from "../types.d.ts" */
import { requestDraw } from "./draw.js";
import { isImage } from "./picture.js";
import { savePlane } from "./print.js";
import { linkedWith, resetLinked, tellTools } from "./shared_tools.js";
import { fitLayers } from "./size.js";
import { showSpace, togglePicks, toggleSpace, toggleSpin } from "./space_tools.js";
import { createView } from "./view.js";
import { createWarp, warpCodes } from "./warp.js";

/** @type {(state: ShownState) => void} */
export function buildLegend(state) {
  const { class_names: names, colors } = state.shown.scene.header;
  const buttons = names.map((name, label) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "class", textContent: name });
    button.style.setProperty("--class-color", colors[label]);
    button.onclick = (event) => chooseClass(state, label, event.shiftKey);
    return button;
  });
  state.parts.legend.replaceChildren(...buttons);
  showVisibleClasses(state);
}

/** @type {(state: ShownState, label: number, toggles: boolean) => void} */
function chooseClass(state, label, toggles) {
  state.visible = toggles ? toggled(state.visible, label) : isolated(state.visible, label);
  showVisibleClasses(state);
  tellTools(state);
  requestDraw(state, "view");
}

/** @type {(visible: boolean[], label: number) => boolean[]} */
export function toggled(visible, label) {
  const result = visible.map((flag, i) => (i === label ? !flag : flag));
  return result.includes(true) ? result : visible.map(() => true);
}

/** A second click on the only class shown brings the others back. @type {(visible: boolean[], label: number) =>
 *   boolean[]} */
export function isolated(visible, label) {
  const isAlone = visible.every((flag, i) => flag === (i === label));
  return visible.map((_, i) => isAlone || i === label);
}

/** @type {(state: CanvasState) => void} */
export function showVisibleClasses({ parts, visible }) {
  [...parts.legend.children].forEach((button, label) => button.setAttribute("aria-pressed", String(visible[label])));
}

/** @type {(state: ShownState) => void} */
export function wireTools(state) {
  /** @type {Record<string, (event: MouseEvent) => void>} */
  const actions = {
    points: () => (state.showsPoints = !state.showsPoints),
    range: () => setGrid(state, state.grid === "range" ? null : "range"),
    quantile: () => setGrid(state, state.grid === "quantile" ? null : "quantile"),
    space: () => toggleSpace(state),
    spin: () => toggleSpin(state),
    picks: () => togglePicks(state),
    save: ({ shiftKey }) => linkedWith(state).forEach((other) => savePlane(other, shiftKey ? "svg" : "png")),
    reset: () => resetLinked(state),
    fullscreen: () => toggleFullscreen(state.parts.root),
  };
  for (const button of state.parts.tools) {
    button.onclick = (event) => {
      actions[button.dataset.tool ?? ""](event);
      showTools(state);
      tellTools(state);
      requestDraw(state, "view");
    };
  }
  state.parts.root.onfullscreenchange = () => showTools(state);
}

/** @type {(state: ShownState) => void} */
export function showTools(state) {
  const isPressed = pressedTools(state);
  for (const button of state.parts.tools) {
    const { tool = "" } = button.dataset;
    if (tool in isPressed) button.setAttribute("aria-pressed", String(isPressed[tool]));
    button.hidden = isMissing(state, tool);
  }
  showSpace(state);
}

/** @type {(state: ShownState) => Record<string, boolean>} */
function pressedTools({ parts, showsPoints, grid, space }) {
  return {
    points: showsPoints,
    range: grid === "range",
    quantile: grid === "quantile",
    space: space !== null,
    spin: space !== null && space.spunFrom !== null,
    picks: space?.picks === "nearest",
    fullscreen: isFullscreen(parts.root),
  };
}

/** Whether a tool has no use for what is shown. @type {(state: ShownState, tool: string) => boolean} */
function isMissing({ space, gridIsGiven, shown }, tool) {
  if (tool === "range" || tool === "quantile") return space !== null || gridIsGiven || !isImage(shown.scene.header);
  return tool === "space" && (!shown.solid || shown.scene.header.link !== null);
}

/** @type {(state: ShownState, mode: GridMode | null) => void} */
export function setGrid(state, mode) {
  Object.assign(state, { grid: mode, tiles: null, nextTiles: null });
  if ((mode === "quantile") === (state.shown.view.warp !== null)) return;
  const { shown } = state;
  shown.view = viewFor(mode, shown.sorted);
  shown.points.move(drawnCodes(shown.scene, shown.view));
  fitLayers(state);
}

/** The grid by quantile is even in ranks, so codes and axes turn to ranks with it.
 * @type {(grid: GridMode | null, sorted: Sorted) => View} */
export function viewFor(grid, sorted) {
  return createView(sorted, grid === "quantile" ? createWarp(sorted) : null);
}

/** @type {(scene: Scene, view: View) => Float32Array} */
export function drawnCodes(scene, view) {
  const codes = scene.arrays.codes.values;
  return view.warp ? warpCodes(codes, view.warp) : codes;
}

/** @type {(root: HTMLElement) => boolean} */
function isFullscreen(root) {
  return root.matches(":fullscreen") || root.hasAttribute("data-fills-window");
}

/** Where a browser lends no part of a page the screen, as on many phones, the canvas fills the window.
 * @type {(root: HTMLElement) => void} */
function toggleFullscreen(root) {
  if (root.matches(":fullscreen")) document.exitFullscreen();
  else if (document.fullscreenEnabled) root.requestFullscreen();
  else root.toggleAttribute("data-fills-window");
}
