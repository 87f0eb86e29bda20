// Tracks of pictures: the frames of a message that one canvas shows, each painted as it is asked for.

/** @import { Arrays, NumberArray } from "./types.d.ts" */
import { makeCanvas, paintLevels } from "./parts.js";

/** @typedef {{ canvas: HTMLCanvasElement, levels: NumberArray, palette: NumberArray | null, frames: number }} Track */

/** @type {(arrays: Arrays, i: number) => Track} */
export function makeTrack(arrays, i) {
  const { values: levels, shape: [frames, height, width] } = arrays[`levels${i}`];
  return { canvas: makeCanvas([height, width]), levels, palette: arrays[`palette${i}`]?.values ?? null, frames };
}

/** Those with fewer frames stay at their last. @type {(tracks: Track[], frame: number) => void} */
export function paintTracks(tracks, frame) {
  for (const { canvas, levels, palette, frames } of tracks) {
    paintLevels(canvas, levels, Math.min(frame, frames - 1), palette);
  }
}
