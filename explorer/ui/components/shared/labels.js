// Names of classes on a plane: each stands where its class is dense and others are not, and never on another name.

/** @import { Box, ClassName, NumberArray, Point } from "./types.d.ts" */

const N_BINS = 24;
const HALO_PX = 5;

/**
 * The best places for each class, from codes (x, y, x, y, ...) in a box of the plane; classes without codes drop out.
 * @type {(names: readonly string[], colors: readonly string[], codes: NumberArray, labels: NumberArray, box: Box) =>
 *   ClassName[]}
 */
export function findSpots(names, colors, codes, labels, box) {
  const counts = countBins(names.length, codes, labels, box);
  const all = counts.reduce((sums, own) => sums.map((n, i) => n + own[i]), new Float64Array(N_BINS * N_BINS));
  return names
    .map((text, label) => ({ label, text, color: colors[label], spots: spotsOf(counts[label], all, box) }))
    .filter(({ spots }) => spots.length > 0);
}

/** Codes of each class in the bins, summed over each bin and its neighbours.
 * @type {(n: number, codes: NumberArray, labels: NumberArray, box: Box) => Float64Array[]} */
function countBins(n, codes, labels, { left, right, top, bottom }) {
  const counts = Array.from({ length: n }, () => new Float64Array(N_BINS * N_BINS));
  labels.forEach((label, i) => {
    const column = Math.floor(((codes[2 * i] - left) / (right - left)) * N_BINS);
    const row = Math.floor(((codes[2 * i + 1] - bottom) / (top - bottom)) * N_BINS);
    if (column >= 0 && column < N_BINS && row >= 0 && row < N_BINS) counts[label][row * N_BINS + column]++;
  });
  return counts.map(sumNeighbours);
}

/** @type {(bins: Float64Array) => Float64Array} */
function sumNeighbours(bins) {
  return bins.map((_, i) => {
    const [row, column] = [Math.floor(i / N_BINS), i % N_BINS];
    let sum = 0;
    for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, N_BINS - 1); r++) {
      for (let c = Math.max(column - 1, 0); c <= Math.min(column + 1, N_BINS - 1); c++) sum += bins[r * N_BINS + c];
    }
    return sum;
  });
}

/** Centres of bins by their codes of this class times this class's share of all codes there, the highest first.
 * @type {(own: Float64Array, all: Float64Array, box: Box) => Point[]} */
function spotsOf(own, all, { left, right, top, bottom }) {
  const scored = Array.from(own, (n, i) => ({ i, score: n ? (n * n) / all[i] : 0 })).filter(({ score }) => score > 0);
  scored.sort((a, b) => b.score - a.score);
  return scored.map(({ i }) => [
    left + (((i % N_BINS) + 0.5) / N_BINS) * (right - left),
    bottom + ((Math.floor(i / N_BINS) + 0.5) / N_BINS) * (top - bottom),
  ]);
}

/**
 * Where names stand, in pixels: each at the first of its places where no name stands yet, or nowhere.
 * @type {(names: ClassName[], toPixels: (x: number, y: number) => Point, width: (text: string) => number,
 *   height: number) => { name: ClassName, at: Point }[]}
 */
export function placeNames(names, toPixels, width, height) {
  /** @type {{ name: ClassName, at: Point }[]} */
  const placed = [];
  for (const name of names) {
    const isFree = (/** @type {Point} */ [x, y]) => placed.every(({ name: other, at }) => {
      return Math.abs(y - at[1]) >= height || Math.abs(x - at[0]) >= (width(name.text) + width(other.text)) / 2;
    });
    const at = name.spots.map(([x, y]) => toPixels(x, y)).find(isFree);
    if (at) placed.push({ name, at });
  }
  return placed;
}

/** Names lean towards their class's colour, but only as far as they stay readable.
 * @type {(context: CanvasRenderingContext2D, names: ClassName[], toPixels: (x: number, y: number) => Point,
 *   style: { size: number, font: string, ink: string, paper: string }) => void} */
export function drawNames(context, names, toPixels, { size, font, ink, paper }) {
  context.font = `700 ${size}px ${font}`;
  Object.assign(context, { textAlign: "center", textBaseline: "middle" });
  Object.assign(context, { strokeStyle: paper, lineWidth: HALO_PX, lineJoin: "round" });
  const width = (/** @type {string} */ text) => context.measureText(text).width + HALO_PX;
  for (const { name, at } of placeNames(names, toPixels, width, 1.1 * size)) {
    context.fillStyle = `color-mix(in srgb, ${name.color} 28%, ${ink})`;
    context.strokeText(name.text, ...at);
    context.fillText(name.text, ...at);
  }
}
