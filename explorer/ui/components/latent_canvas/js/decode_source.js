// Where pictures come from: the browser's own decoder, or the server where that would take longer than a frame.

/** @import { Arrays, CanvasState, Place, SceneHeader, Source } from "../types.d.ts" */
import { buildDecoder, canDecode } from "../../shared/decoder.js";
import { latentAt } from "./latent.js";
import { createRemote } from "./remote_decode.js";

export const FRAME_MS = 12;
const TRIAL_MS = 600;
const N_TRIALS = 8;

/** @type {(state: CanvasState, header: SceneHeader, arrays: Arrays) => Source} */
export function createSource(state, header, arrays) {
  const decode = canDecode(header) ? buildDecoder(header, arrays) : null;
  const trial = latentAt(header, { u: 1, v: 1, w: 0 });
  const isLocal = decode && (!header.has_server || fitsFrame(() => decode(trial, 0)));
  if (!isLocal) return createRemote(state);
  const find = (/** @type {Place} */ place, /** @type {number} */ label) => decode(latentAt(header, place), label);
  return { kind: "browser", find, rest: () => {}, end: () => {} };
}

/** Whether one of some trials is quick enough: the first ones also compile the loops, and a busy machine slows any.
 * @type {(decode: () => void) => boolean} */
function fitsFrame(decode) {
  const start = performance.now();
  for (let trial = 0, before = start; trial < N_TRIALS && before - start < TRIAL_MS; trial++) {
    decode();
    const now = performance.now();
    if (now - before <= FRAME_MS) return true;
    before = now;
  }
  return false;
}
