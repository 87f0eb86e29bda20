// Layers over maps: convolutions, their transposes, nearest-neighbour upsampling, and the way from vectors and back.

/** @import { Arrays, Layer, LayerSpec, NumberArray } from "./types.d.ts" */

/**
 * @typedef {{ first: number, taps: number[] }} Taps  kernel rows or columns, and the input under the first of them
 * @typedef {(o: number, i: number, row: number, column: number) => number} WeightAt
 * @typedef {{ rows: Taps, columns: Taps, start: number[], packed: Float32Array }} TapPass
 * @typedef {{ values: Float32Array, nRows: number, run: number, rowStride: number }} Kernel
 * @typedef {{ nOut: number, height: number, width: number, bias: NumberArray, step: number, spread: number }} Sizes
 *
 * @typedef {object} Correlations
 * @property {number[]} from
 * @property {number[]} shape
 * @property {NumberArray} bias
 * @property {number} step  input pixels between neighbouring outputs of a pass
 * @property {number} spread  output pixels between them
 * @property {TapPass[]} passes
 *
 * @typedef {object} Frame  The maps with zeros around them.
 * @property {Float32Array} values
 * @property {(x: Float32Array) => void} fill
 * @property {number} top
 * @property {number} left
 * @property {number} columns
 * @property {number} channels
 */

/** shape: (C, H, W) of the maps that come out. @type {(spec: LayerSpec) => Layer} */
export function reshapeLayer({ shape: [channels, height, width] }) {
  const y = new Float32Array(channels * height * width);
  return (x) => {
    interchange(y, x, channels, height * width);
    return y;
  };
}

/** from: (C, H, W) of the maps that go in; what comes out counts channel by channel, as a vector does.
 * @type {(spec: LayerSpec) => Layer} */
export function flattenLayer({ from: [channels, height, width] }) {
  if (channels === 1) return (x) => x;
  const y = new Float32Array(channels * height * width);
  return (x) => {
    interchange(y, x, height * width, channels);
    return y;
  };
}

/** @type {(y: Float32Array, x: Float32Array, nRows: number, nColumns: number) => void} */
function interchange(y, x, nRows, nColumns) {
  for (let row = 0; row < nRows; row++) {
    for (let column = 0; column < nColumns; column++) y[column * nRows + row] = x[row * nColumns + column];
  }
}

/** @type {(spec: LayerSpec, arrays: Arrays) => Layer} */
export function convolutionLayer({ weight = "", bias = "", stride = 1, padding = 0, from, shape }, arrays) {
  const { values, shape: [nOut, nIn, ...kernel] } = arrays[weight];
  /** @type {WeightAt} */
  const weightAt = (o, i, row, column) => values[((o * nIn + i) * kernel[0] + row) * kernel[1] + column];
  const [rows, columns] = kernel.map((size) => {
    return { first: -padding, taps: Array.from({ length: size }, (_, tap) => tap) };
  });
  const pass = { rows, columns, start: [0, 0], packed: packTaps(rows, columns, weightAt, nOut, nIn) };
  return correlations({ from, shape, bias: arrays[bias].values, step: stride, spread: 1, passes: [pass] });
}

/** A transposed convolution of stride s is s * s plain ones, one for each place of an output pixel among s * s.
 * @type {(spec: LayerSpec, arrays: Arrays) => Layer} */
export function transposedLayer({ weight = "", bias = "", stride = 1, padding = 0, from, shape }, arrays) {
  const { values, shape: [nIn, nOut, ...kernel] } = arrays[weight];
  /** @type {WeightAt} */
  const weightAt = (o, i, row, column) => values[((i * nOut + o) * kernel[0] + row) * kernel[1] + column];
  const phases = kernel.map((size) => {
    return Array.from({ length: stride }, (_, phase) => tapsOf(phase, size, stride, padding));
  });
  const passes = phases[0].flatMap((rows, y) => phases[1].map((columns, x) => {
    return { rows, columns, start: [y, x], packed: packTaps(rows, columns, weightAt, nOut, nIn) };
  }));
  return correlations({ from, shape, bias: arrays[bias].values, step: 1, spread: stride, passes });
}

/** The taps that reach output pixels `phase`, phase + stride, ..., and the input pixel under the first of them.
 * @type {(phase: number, size: number, stride: number, padding: number) => Taps} */
function tapsOf(phase, size, stride, padding) {
  const taps = [];
  for (let tap = size - 1; tap >= 0; tap--) if ((phase + padding - tap) % stride === 0) taps.push(tap);
  return { taps, first: taps.length > 0 ? (phase + padding - taps[0]) / stride : 0 };
}

/** One run of weights for each output channel and kernel row: columns, then input channels, as the maps lie.
 * @type {(rows: Taps, columns: Taps, weightAt: WeightAt, nOut: number, nIn: number) => Float32Array} */
function packTaps(rows, columns, weightAt, nOut, nIn) {
  const packed = [];
  for (let o = 0; o < nOut; o++) {
    for (const row of rows.taps) {
      for (const column of columns.taps) for (let i = 0; i < nIn; i++) packed.push(weightAt(o, i, row, column));
    }
  }
  return Float32Array.from(packed);
}

/** step: input pixels between neighbouring outputs of a pass; spread: output pixels between them.
 * @type {(sum: Correlations) => Layer} */
function correlations({ from, shape: [nOut, height, width], bias, step, spread, passes }) {
  const frame = frameAround(from, height, width, step, spread, passes);
  const y = new Float32Array(nOut * height * width);
  return (x) => {
    frame.fill(x);
    for (const pass of passes) correlate(y, frame, pass, { nOut, height, width, bias, step, spread });
    return y;
  };
}

/** The maps with zeros around them, as far as any tap reaches.
 * @type {(from: number[], outHeight: number, outWidth: number, step: number, spread: number,
 *   passes: TapPass[]) => Frame} */
function frameAround([channels, height, width], outHeight, outWidth, step, spread, passes) {
  /** @type {(size: number, outSize: number, axis: "rows" | "columns", side: number) => number[]} */
  const reach = (size, outSize, axis, side) => {
    const before = Math.max(0, ...passes.map((pass) => -pass[axis].first));
    const count = (/** @type {TapPass} */ pass) => Math.ceil((outSize - pass.start[side]) / spread);
    const last = (/** @type {TapPass} */ pass) => (count(pass) - 1) * step + pass[axis].first + pass[axis].taps.length;
    return [before, before + Math.max(size, ...passes.map(last))];
  };
  const [top, rows] = reach(height, outHeight, "rows", 0);
  const [left, columns] = reach(width, outWidth, "columns", 1);
  const values = new Float32Array(rows * columns * channels);
  const run = width * channels;
  const fill = (/** @type {Float32Array} */ x) => {
    for (let row = 0; row < height; row++) {
      values.set(x.subarray(row * run, (row + 1) * run), ((top + row) * columns + left) * channels);
    }
  };
  return { values, fill, top, left, columns, channels };
}

/** @type {(y: Float32Array, frame: Frame, pass: TapPass, sizes: Sizes) => void} */
function correlate(y, frame, { rows, columns, start, packed }, { nOut, height, width, bias, step, spread }) {
  const run = columns.taps.length * frame.channels;
  const kernel = { values: packed, nRows: rows.taps.length, run, rowStride: frame.columns * frame.channels };
  for (let row = start[0], t = 0; row < height; row += spread, t += step) {
    const top = frame.top + rows.first + t;
    let place = (top * frame.columns + frame.left + columns.first) * frame.channels;
    for (let column = start[1]; column < width; column += spread, place += step * frame.channels) {
      sumTaps(y, (row * width + column) * nOut, nOut, bias, frame.values, place, kernel);
    }
  }
}

/** Four output channels at once: each value of the maps is read once for four products.
 * @type {(y: Float32Array, target: number, nOut: number, bias: NumberArray, x: Float32Array, place: number,
 *   kernel: Kernel) => void} */
function sumTaps(y, target, nOut, bias, x, place, { values, nRows, run, rowStride }) {
  const size = nRows * run;
  let o = 0;
  for (; o + 3 < nOut; o += 4) {
    let a = bias[o];
    let b = bias[o + 1];
    let c = bias[o + 2];
    let d = bias[o + 3];
    let w = o * size;
    for (let row = 0; row < nRows; row++) {
      const from = place + row * rowStride;
      for (let i = from; i < from + run; i++, w++) {
        const value = x[i];
        a += value * values[w];
        b += value * values[w + size];
        c += value * values[w + 2 * size];
        d += value * values[w + 3 * size];
      }
    }
    y[target + o] = a;
    y[target + o + 1] = b;
    y[target + o + 2] = c;
    y[target + o + 3] = d;
  }
  for (; o < nOut; o++) {
    let a = bias[o];
    let w = o * size;
    for (let row = 0; row < nRows; row++) {
      const from = place + row * rowStride;
      for (let i = from; i < from + run; i++, w++) a += x[i] * values[w];
    }
    y[target + o] = a;
  }
}

/** @type {(spec: LayerSpec) => Layer} */
export function upsamplingLayer({ from: [channels, height, width], shape: [, outHeight, outWidth] }) {
  const rows = nearestSources(height, outHeight);
  const columns = nearestSources(width, outWidth);
  const y = new Float32Array(channels * outHeight * outWidth);
  return (x) => {
    let target = 0;
    for (const row of rows) {
      for (const column of columns) {
        const source = (row * width + column) * channels;
        for (let i = 0; i < channels; i++) y[target++] = x[source + i];
      }
    }
    return y;
  };
}

/** Rounded in single precision, as PyTorch rounds it. @type {(nIn: number, nOut: number) => number[]} */
function nearestSources(nIn, nOut) {
  const scale = Math.fround(nIn / nOut);
  return Array.from({ length: nOut }, (_, i) => Math.min(Math.floor(Math.fround(i * scale)), nIn - 1));
}
