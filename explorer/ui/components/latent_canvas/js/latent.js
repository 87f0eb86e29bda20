// From a place of the plane to the latent vector there.

/** @import { Place, SceneHeader } from "../types.d.ts" */

/** @type {(header: SceneHeader, place: Place) => number[]} */
export function latentAt({ origin, axes, third_axis: third }, { u, v, w }) {
  return origin.map((start, k) => start + u * axes[0][k] + v * axes[1][k] + w * (third?.axis[k] ?? 0));
}
