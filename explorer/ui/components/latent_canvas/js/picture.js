// A decoded vector or a sample as a picture: grey or colour pixels, or a curve where the data are no images.

/** @import { Arrays, NamedArray, SceneHeader, Shown, Theme } from "../types.d.ts" */
/** @import { NumberArray, Range } from "../../shared/types.d.ts" */
import { fitCanvas, flat, paintValues } from "../../shared/parts.js";

const CURVE_SIDE = 280;

/** Returns draw(canvas, values, theme). @type {(header: SceneHeader, arrays: Arrays) => Shown["paint"]} */
export function createPainter(header, arrays) {
  const { image_shape: size } = header;
  if (size && isImage(header)) return (canvas, values) => paintValues(canvas, values, size);
  const range = rangeOf(arrays.reference_samples?.values ?? []);
  return (canvas, values, theme) => drawCurve(canvas, values, range, theme);
}

/** @type {(header: SceneHeader) => boolean} */
export function isImage({ image_shape: shape }) {
  return shape !== null && Math.min(...shape) > 1;
}

/** @type {(samples: NamedArray, row: number) => Float32Array} */
export function sampleAt({ values, shape }, row) {
  const size = values.length / shape[0];
  const sample = values.subarray(row * size, (row + 1) * size);
  return sample instanceof Float32Array ? sample : Float32Array.from(sample, (value) => value / 255);
}

/** @type {(canvas: HTMLCanvasElement) => void} */
export function clearPicture(canvas) {
  flat(canvas).clearRect(0, 0, canvas.width, canvas.height);
}

/** @type {(canvas: HTMLCanvasElement, values: Float32Array, range: Range, theme: Theme) => void} */
function drawCurve(canvas, values, range, theme) {
  fitCanvas(canvas, [2 * CURVE_SIDE, 2 * CURVE_SIDE]);
  const context = flat(canvas);
  const [low, high] = [Math.min(range[0], ...values), Math.max(range[1], ...values)];
  const x = (/** @type {number} */ i) => ((i + 0.5) / values.length) * canvas.width;
  const y = (/** @type {number} */ value) => canvas.height * (0.95 - (0.9 * (value - low)) / (high - low || 1));
  context.fillStyle = theme.field;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.beginPath();
  values.forEach((value, i) => context.lineTo(x(i), y(value)));
  Object.assign(context, { strokeStyle: theme.ink, lineWidth: 5, lineJoin: "round" });
  context.stroke();
}

/** @type {(values: NumberArray | never[]) => Range} */
function rangeOf(values) {
  let [low, high] = [0, 0];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
