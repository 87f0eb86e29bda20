// Canvases that name the same link stand side by side with one legend and one toolbar: those of the first of them.

/** @import { CanvasState, ShownState } from "../types.d.ts" */
import { requestDraw } from "./draw.js";
import { showAll } from "./navigate.js";
import { isImage } from "./picture.js";
import { setGrid, showTools, showVisibleClasses } from "./tools.js";

/** @type {Set<CanvasState>} */
const CANVASES = (window.latentCanvases ??= new Set());

/** What is chosen on one canvas holds on those linked with it. @type {(state: CanvasState) => () => void} */
export function shareTools(state) {
  const follow = (/** @type {WindowEventMap["latent-canvas:tools"]} */ { detail }) => {
    if (state.shown && detail !== state && linkOf(detail) === linkOf(state)) {
      takeChoices(/** @type {ShownState} */ (state), detail);
    }
  };
  CANVASES.add(state);
  window.addEventListener("latent-canvas:tools", follow);
  return () => {
    CANVASES.delete(state);
    window.removeEventListener("latent-canvas:tools", follow);
    placeLinked(linkOf(state));
  };
}

/** Says which canvas of a link shows legend and tools. @type {(link: string | null) => void} */
export function placeLinked(link) {
  const linked = [...CANVASES].filter((state) => link && linkOf(state) === link).map(({ parts }) => parts.root);
  const isBefore = (/** @type {HTMLElement} */ root, /** @type {HTMLElement} */ other) =>
    Boolean(hostOf(root).compareDocumentPosition(hostOf(other)) & Node.DOCUMENT_POSITION_FOLLOWING);
  for (const root of linked) {
    const isFirst = linked.every((other) => other === root || isBefore(root, other));
    root.dataset.place = linked.length === 1 ? "alone" : isFirst ? "first" : "other";
  }
}

/** @type {(state: ShownState) => void} */
export function tellTools(state) {
  if (linkOf(state)) window.dispatchEvent(new CustomEvent("latent-canvas:tools", { detail: state }));
}

/** @type {(state: ShownState, from: ShownState) => void} */
function takeChoices(state, from) {
  state.showsPoints = from.showsPoints;
  if (state.classes === from.classes) state.visible = [...from.visible];
  const takesGrid = isImage(state.shown.scene.header) && !state.gridIsGiven;
  if (takesGrid && state.grid !== from.grid) setGrid(state, from.grid);
  showVisibleClasses(state);
  showTools(state);
  requestDraw(state, "view");
}

/** Every linked canvas back to the whole of its codes. @type {(state: ShownState) => void} */
export function resetLinked(state) {
  for (const other of linkedWith(state)) {
    showAll(other);
    showTools(other);
    requestDraw(other, "view");
  }
}

/** A canvas and those that are linked with it. @type {(state: ShownState) => ShownState[]} */
export function linkedWith(state) {
  const isLinked = (/** @type {CanvasState} */ other) => linkOf(state) !== null && linkOf(other) === linkOf(state);
  const shown = [...CANVASES].filter((other) => other.shown && (other === state || isLinked(other)));
  return /** @type {ShownState[]} */ (shown);
}

/** @type {(state: CanvasState) => string | null} */
function linkOf({ shown }) {
  return shown?.scene.header.link ?? null;
}

/** @type {(root: HTMLElement) => Element} */
function hostOf(root) {
  const tree = root.getRootNode();
  return tree instanceof ShadowRoot ? tree.host : root;
}
