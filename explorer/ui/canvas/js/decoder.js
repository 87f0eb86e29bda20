// The decoder as a chain of layers in plain JavaScript: 784-256-64-2 takes about 0.2 ms.
// A new kind of layer is one more entry of LAYER_KINDS: (its header entry, all arrays) -> (x) => y.

const LAYER_KINDS = { dense: denseLayer, activation: activationLayer };

const ACTIVATIONS = {
  relu: (x) => (x > 0 ? x : 0),
  leaky_relu: (x, slope) => (x > 0 ? x : slope * x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
};

// The returned array is the decoder's own and is overwritten by the next call.
export function buildDecoder(header, arrays) {
  const layers = header.layers.map((layer) => LAYER_KINDS[layer.kind](layer, arrays));
  return (z) => layers.reduce((x, layer) => layer(x), Float32Array.from(z));
}

export function latentAt({ origin, axes }, u, v) {
  return origin.map((start, k) => start + u * axes[0][k] + v * axes[1][k]);
}

function denseLayer({ weight, bias }, arrays) {
  const [nOut, nIn] = arrays[weight].shape;
  const columns = transpose(arrays[weight].values, nOut, nIn);
  const start = arrays[bias].values;
  const y = new Float32Array(nOut);
  return (x) => {
    y.set(start);
    for (let i = 0; i < nIn; i++) {
      if (x[i] !== 0) addScaled(y, columns, i * nOut, x[i]); // most units are silent after a ReLU
    }
    return y;
  };
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
