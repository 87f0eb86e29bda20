// The decoder as a chain of layers in plain JavaScript: 784-256-64-2 takes about 0.2 ms.
// A new kind of layer is one more entry of LAYER_KINDS: (its header entry, all arrays) -> (x) => y.
// Maps lie with their channels last, (H, W, C), whatever the order of the weights: sums then run over neighbours.

const LAYER_KINDS = {
  dense: denseLayer,
  activation: activationLayer,
  reshape: reshapeLayer,
  flatten: flattenLayer,
  convolution: convolutionLayer,
  transposed_convolution: transposedLayer,
  upsampling: upsamplingLayer,
};

const ACTIVATIONS = {
  relu: (x) => (x > 0 ? x : 0),
  leaky_relu: (x, slope) => (x > 0 ? x : slope * x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  identity: (x) => x,
};

export function canDecode({ layers }) {
  return layers !== null && layers.every(({ kind, name }) => kind in LAYER_KINDS && (!name || name in ACTIVATIONS));
}

// Returns decode(z, label); `label` picks the first layer's bias where a decoder depends on the class.
// The returned array is the decoder's own and is overwritten by the next call.
export function buildDecoder(header, arrays) {
  const layers = header.layers.map((layer) => LAYER_KINDS[layer.kind](layer, arrays));
  return (z, label) => layers.reduce((x, layer) => layer(x, label), Float32Array.from(z));
}

export function latentAt({ origin, axes }, u, v) {
  return origin.map((start, k) => start + u * axes[0][k] + v * axes[1][k]);
}

function denseLayer({ weight, bias, class_biases: classBiases }, arrays) {
  const [nOut, nIn] = arrays[weight].shape;
  const columns = transpose(arrays[weight].values, nOut, nIn);
  const start = biasOf(arrays[bias].values, classBiases && arrays[classBiases].values, nOut);
  const y = new Float32Array(nOut);
  return (x, label) => {
    y.set(start(label));
    for (let i = 0; i < nIn; i++) {
      if (x[i] !== 0) addScaled(y, columns, i * nOut, x[i]); // most units are silent after a ReLU
    }
    return y;
  };
}

function biasOf(bias, classBiases, nOut) {
  if (!classBiases) return () => bias;
  return (label) => classBiases.subarray(label * nOut, (label + 1) * nOut);
}

function addScaled(y, columns, offset, factor) {
  for (let o = 0; o < y.length; o++) y[o] += factor * columns[offset + o];
}

function transpose(values, nRows, nColumns) {
  const result = new Float32Array(values.length);
  for (let row = 0; row < nRows; row++) {
    for (let column = 0; column < nColumns; column++) {
      result[column * nRows + row] = values[row * nColumns + column];
    }
  }
  return result;
}

function activationLayer({ name, slope }) {
  const activation = ACTIVATIONS[name];
  return (x) => {
    for (let i = 0; i < x.length; i++) x[i] = activation(x[i], slope);
    return x;
  };
}
