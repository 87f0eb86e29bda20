// Canvases that name the same link follow one another: each shows its own code of the sample under the pointer.

/** @import { CanvasState, Place, Scene, ShownState } from "../types.d.ts" */
import { requestDraw } from "./draw.js";

/** @type {(state: ShownState, row: number | null) => void} */
export function tellLinked(state, row) {
  const { link } = state.shown.scene.header;
  if (!link || state.toldRow === row || state.cursor?.isFollowing) return;
  state.toldRow = row;
  window.dispatchEvent(new CustomEvent("latent-canvas:hover", { detail: { link, from: state, row } }));
}

/** @type {(state: CanvasState) => () => void} */
export function followLinked(state) {
  const follow = (/** @type {WindowEventMap["latent-canvas:hover"]} */ { detail }) => {
    const { scene } = state.shown ?? {};
    const link = scene?.header.link;
    if (!scene || !link || detail.link !== link || detail.from === state) return;
    state.cursor = detail.row === null ? null : { ...referenceCode(scene, detail.row), isFollowing: true };
    requestDraw(state, "cursor");
  };
  window.addEventListener("latent-canvas:hover", follow);
  return () => window.removeEventListener("latent-canvas:hover", follow);
}

/** @type {(scene: Scene, row: number) => Place} */
export function referenceCode({ arrays }, row) {
  const { values } = arrays.reference_codes;
  return { u: values[2 * row], v: values[2 * row + 1] };
}
