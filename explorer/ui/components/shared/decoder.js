// The decoder as a chain of layers in plain JavaScript: 784-256-64-2 takes about 0.2 ms.
// A new kind of layer is one more entry of LAYER_KINDS: (its header entry, all arrays) -> (x) => y.
// Maps lie with their channels last, (H, W, C), whatever the order of the weights: sums then run over neighbours.

/** @import { Arrays, Decode, Layer, LayerSpec, NumberArray } from "./types.d.ts" */
import { convolutionLayer, flattenLayer, reshapeLayer, transposedLayer, upsamplingLayer } from "./maps.js";

/** @type {Record<string, (spec: LayerSpec, arrays: Arrays) => Layer>} */
const LAYER_KINDS = {
  dense: denseLayer,
  activation: activationLayer,
  reshape: reshapeLayer,
  flatten: flattenLayer,
  convolution: convolutionLayer,
  transposed_convolution: transposedLayer,
  upsampling: upsamplingLayer,
};

/** @type {Record<string, (x: number, slope: number) => number>} */
const ACTIVATIONS = {
  relu: (x) => (x > 0 ? x : 0),
  leaky_relu: (x, slope) => (x > 0 ? x : slope * x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  identity: (x) => x,
};

/** @type {(header: { layers: LayerSpec[] | null }) => boolean} */
export function canDecode({ layers }) {
  return layers !== null && layers.every(({ kind, name }) => kind in LAYER_KINDS && (!name || name in ACTIVATIONS));
}

/** Layers one after the other: network(x, label). The returned array is the network's own and is overwritten by the
 * next call.
 * @type {(specs: readonly LayerSpec[], arrays: Arrays) => (x: ArrayLike<number>, label: number) => Float32Array} */
export function buildNetwork(specs, arrays) {
  const layers = specs.map((layer) => LAYER_KINDS[layer.kind](layer, arrays));
  return (given, label) => {
    /** @type {Float32Array} */
    let x = Float32Array.from(given);
    for (const layer of layers) x = layer(x, label);
    return x;
  };
}

/** Returns decode(z, label); `label` picks the first layer's bias where a decoder depends on the class.
 * The returned array is the decoder's own and is overwritten by the next call.
 * @type {(header: { layers: LayerSpec[] | null }, arrays: Arrays) => Decode} */
export function buildDecoder(header, arrays) {
  return buildNetwork(header.layers ?? [], arrays);
}

/** @type {(spec: LayerSpec, arrays: Arrays) => Layer} */
function denseLayer({ weight = "", bias = "", class_biases: classBiases }, arrays) {
  const [nOut, nIn] = arrays[weight].shape;
  const columns = transpose(arrays[weight].values, nOut, nIn);
  const start = biasOf(arrays[bias].values, classBiases ? arrays[classBiases].values : undefined, nOut);
  const y = new Float32Array(nOut);
  return (x, label) => {
    y.set(start(label));
    for (let i = 0; i < nIn; i++) {
      if (x[i] !== 0) addScaled(y, columns, i * nOut, x[i]); // most units are silent after a ReLU
    }
    return y;
  };
}

/** @type {(bias: NumberArray, classBiases: NumberArray | undefined, nOut: number) => (label: number) => NumberArray} */
function biasOf(bias, classBiases, nOut) {
  if (!classBiases) return () => bias;
  return (label) => classBiases.subarray(label * nOut, (label + 1) * nOut);
}

/** @type {(y: Float32Array, columns: Float32Array, offset: number, factor: number) => void} */
function addScaled(y, columns, offset, factor) {
  for (let o = 0; o < y.length; o++) y[o] += factor * columns[offset + o];
}

/** @type {(values: NumberArray, nRows: number, nColumns: number) => Float32Array} */
function transpose(values, nRows, nColumns) {
  const result = new Float32Array(values.length);
  for (let row = 0; row < nRows; row++) {
    for (let column = 0; column < nColumns; column++) {
      result[column * nRows + row] = values[row * nColumns + column];
    }
  }
  return result;
}

/** @type {(spec: LayerSpec, arrays: Arrays) => Layer} */
function activationLayer({ name = "identity", slope = 0 }) {
  const activation = ACTIVATIONS[name];
  return (x) => {
    for (let i = 0; i < x.length; i++) x[i] = activation(x[i], slope);
    return x;
  };
}
