// Canvases that name the same link follow one another: each shows its own code of the sample under the pointer.

/** @import { CanvasState, Place, ShownState } from "../types.d.ts" */
import { hasScene, requestDraw } from "./draw.js";
import { isSolid } from "./space.js";

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
    const link = state.shown?.scene.header.link;
    if (!hasScene(state) || !link || detail.link !== link || detail.from === state) return;
    state.cursor = detail.row === null ? null : { ...referenceCode(state, detail.row), isFollowing: true };
    requestDraw(state, "cursor");
  };
  window.addEventListener("latent-canvas:hover", follow);
  return () => window.removeEventListener("latent-canvas:hover", follow);
}

/** Where a reference is seen: in the plane, or in three dimensions.
 * @type {(state: ShownState, row: number) => Place} */
export function referenceCode(state, row) {
  const { reference_codes: plane, third_reference_codes: third } = state.shown.scene.arrays;
  return { u: plane.values[2 * row], v: plane.values[2 * row + 1], w: isSolid(state) ? third.values[row] : 0 };
}
