// A model both ways in the browser: the encoder's code of a sample, and what the decoder makes of it.

/** @import { Arrays, Coder, CoderSpec, DrawnCode } from "./types.d.ts" */
import { buildNetwork } from "./decoder.js";

/** @type {(spec: CoderSpec, arrays: Arrays) => Coder} */
export function buildCoder(spec, arrays) {
  const encoder = buildNetwork(spec.encoder ?? [], arrays);
  return { encode: (x) => codeOf(spec, Array.from(encoder(x, 0))), decode: buildNetwork(spec.decoder, arrays) };
}

/** Means alone, or means and variances, of what an encoder gives.
 * @type {(spec: CoderSpec, given: number[]) => DrawnCode} */
function codeOf({ is_variational: isVariational, log_var_limit: limit }, given) {
  if (!isVariational) return { z: given, variance: null };
  const latentDim = given.length / 2;
  const logVars = given.slice(latentDim).map((raw) => (limit === null ? raw : limit * Math.tanh(raw / limit)));
  return { z: given.slice(0, latentDim), variance: logVars.map(Math.exp) };
}

/** The squared error summed over pixels. @type {(x: Float32Array, made: Float32Array) => number} */
export function squaredError(x, made) {
  return made.reduce((sum, value, i) => sum + (value - x[i]) ** 2, 0);
}
