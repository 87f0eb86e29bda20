// Carries the small things that change between scenes (pin, grid) to the canvas of the same name,
// so that the large message with codes and weights stays the same and is not sent again.

/** @import { Mount } from "../shared/types.d.ts" */
/** @import { Controls } from "./types.d.ts" */

/** @type {(mount: Mount<Controls>) => void} */
export default function latentCanvasControls({ data }) {
  (window.latentCanvasControls ??= new Map()).set(data.name, data);
  window.dispatchEvent(new CustomEvent("latent-canvas:controls", { detail: data }));
}
