// A change of axes: each code moves to its rank in 0..1, so that equal widths hold equally many codes.

/** @import { Sorted, Warp } from "../types.d.ts" */

const N_STEPS = 512;

/** @type {(sorted: Sorted) => Warp} */
export function createWarp(sorted) {
  return { u: knotsOf(sorted.u), v: knotsOf(sorted.v) };
}

/** @type {(codes: Float32Array, warp: Warp) => Float32Array} */
export function warpCodes(codes, warp) {
  return codes.map((value, i) => toRank(i % 2 === 0 ? warp.u : warp.v, value));
}

/** Beyond the data ranks go on evenly, at the pace of the whole range.
 * @type {(knots: Float64Array, value: number) => number} */
export function toRank(knots, value) {
  const last = knots.length - 1;
  const span = knots[last] - knots[0] || 1;
  if (value < knots[0]) return (value - knots[0]) / span;
  if (value >= knots[last]) return 1 + (value - knots[last]) / span;
  const below = lastNotAbove(knots, value);
  return (below + (value - knots[below]) / (knots[below + 1] - knots[below])) / last;
}

/** @type {(knots: Float64Array, rank: number) => number} */
export function fromRank(knots, rank) {
  const last = knots.length - 1;
  const span = knots[last] - knots[0] || 1;
  if (rank < 0) return knots[0] + rank * span;
  if (rank >= 1) return knots[last] + (rank - 1) * span;
  const below = Math.floor(rank * last);
  return knots[below] + (rank * last - below) * (knots[below + 1] - knots[below]);
}

/** One coordinate of codes that have nAxes of them in turn, rising.
 * @type {(codes: Float32Array, axis: number, nAxes?: number) => Float32Array} */
export function sortedAxis(codes, axis, nAxes = 2) {
  return Float32Array.from({ length: codes.length / nAxes }, (_, i) => codes[nAxes * i + axis]).sort();
}

/** @type {(sorted: Float32Array, fraction: number) => number} */
export function quantile(sorted, fraction) {
  const position = fraction * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/** @type {(sorted: Float32Array) => Float64Array} */
function knotsOf(sorted) {
  return Float64Array.from({ length: N_STEPS + 1 }, (_, i) => quantile(sorted, i / N_STEPS));
}

/** @type {(knots: Float64Array, value: number) => number} */
function lastNotAbove(knots, value) {
  let [low, high] = [0, knots.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (knots[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}
