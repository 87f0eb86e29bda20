// Strokes of a pen as models see them: drawn on paper, scaled and centred as the digits of MNIST and of UCI were. The
// browser's part of explorer/data/handwriting.py, step by step.

/** @import { Ink, Point } from "./types.d.ts" */

const PAPER = 320;
const ROUNDING = 1e-6; // as in Python
const MNIST = { side: 28, box: 20, centre: 14 };
const UCI = { side: 8, bitmap: 32, block: 4 };

/** Strokes as an image in [0, 1], row by row; null without ink and for a side that no drawing has.
 * @type {(strokes: readonly (readonly Point[])[], side: number, pen: number) => Float32Array | null} */
export function preparedInk(strokes, side, pen) {
  if (strokes.length === 0) return null;
  const ink = cropped(onPaper(strokes, pen));
  if (side === MNIST.side) return likeMnist(ink);
  return side === UCI.side ? likeUciDigits(ink) : null;
}

/** Strokes as large as the paper: 1 where the pen's round tip came, `pen` of the drawing's longer side wide.
 * @type {(strokes: readonly (readonly Point[])[], pen: number) => Ink} */
function onPaper(strokes, pen) {
  const places = strokes.flat();
  const [left, top, right, bottom] = boundsOf(places);
  const width = pen * PAPER;
  const scale = (PAPER - width) / Math.max(right - left, bottom - top, 1);
  const ink = { height: PAPER, width: PAPER, values: new Float32Array(PAPER * PAPER) };
  const onSheet = (/** @type {Point} */ [x, y]) => {
    return /** @type {Point} */ ([(x - left) * scale + width / 2, (y - top) * scale + width / 2]);
  };
  for (const stroke of strokes) {
    const line = stroke.map(onSheet);
    line.forEach((end, i) => paintSegment(ink, line[Math.max(i - 1, 0)], end, width / 2 + ROUNDING));
  }
  return ink;
}

/** @type {(places: readonly Point[]) => [number, number, number, number]} */
function boundsOf(places) {
  const [xs, ys] = [0, 1].map((axis) => places.map((place) => place[axis]));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** Inks every pixel within a radius of a straight line.
 * @type {(ink: Ink, from: Point, to: Point, radius: number) => void} */
function paintSegment({ height, width, values }, [fromX, fromY], [toX, toY], radius) {
  const [across, down] = [toX - fromX, toY - fromY];
  const length2 = across * across + down * down || 1;
  const [first, last] = [Math.min(fromY, toY) - radius, Math.max(fromY, toY) + radius];
  const [left, right] = [Math.min(fromX, toX) - radius, Math.max(fromX, toX) + radius];
  for (let y = Math.max(Math.ceil(first), 0); y <= Math.min(Math.floor(last), height - 1); y++) {
    for (let x = Math.max(Math.ceil(left), 0); x <= Math.min(Math.floor(right), width - 1); x++) {
      const along = Math.min(1, Math.max(0, ((x - fromX) * across + (y - fromY) * down) / length2));
      const dx = x - fromX - along * across;
      const dy = y - fromY - along * down;
      if (dx * dx + dy * dy <= radius * radius) values[y * width + x] = 1;
    }
  }
}

/** The least box that holds all ink. @type {(ink: Ink) => Ink} */
function cropped({ height, width, values }) {
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let i = 0; i < values.length; i++) {
    if (values[i] === 0) continue;
    const column = i % width;
    top = Math.min(top, (i - column) / width);
    bottom = Math.max(bottom, (i - column) / width);
    left = Math.min(left, column);
    right = Math.max(right, column);
  }
  const box = { height: bottom - top + 1, width: right - left + 1 };
  const inside = new Float32Array(box.height * box.width);
  for (let row = 0; row < box.height; row++) {
    const start = (top + row) * width + left;
    inside.set(values.subarray(start, start + box.width), row * box.width);
  }
  return { ...box, values: inside };
}

/** A box with its longer side of so many pixels, each the mean of the ink that it covers.
 * @type {(ink: Ink, longerSide: number) => Ink} */
function scaled(ink, longerSide) {
  const longest = Math.max(ink.height, ink.width);
  const sideOf = (/** @type {number} */ length) => Math.max(1, roundToEven((length * longerSide) / longest));
  const [height, width] = [sideOf(ink.height), sideOf(ink.width)];
  const narrow = { height: ink.height, width, values: resized(ink.values, ink.height, ink.width, width) };
  const wide = turned(narrow);
  return turned({ height: width, width: height, values: resized(wide.values, width, ink.height, height) });
}

/** A half goes to the even neighbour, as in Python. @type {(value: number) => number} */
function roundToEven(value) {
  const below = Math.floor(value);
  const rest = value - below;
  return rest === 0.5 ? below + (below % 2) : Math.round(value);
}

/** Rows of `size` values as rows of `wanted`, each the mean of the whole pixels that it covers (Pillow's BOX).
 * @type {(values: Float32Array, nRows: number, size: number, wanted: number) => Float32Array} */
function resized(values, nRows, size, wanted) {
  const result = new Float32Array(nRows * wanted);
  const scale = size / wanted;
  for (let column = 0; column < wanted; column++) {
    const covered = coveredBy((column + 0.5) * scale, Math.max(scale, 1), size);
    for (let row = 0; row < nRows; row++) {
      let sum = 0;
      for (const i of covered) sum += values[row * size + i];
      result[row * wanted + column] = sum / covered.length;
    }
  }
  return result;
}

/** The pixels whose middles lie within half a box of its middle, the right edge included; rounded where Pillow rounds.
 * @type {(middle: number, box: number, size: number) => number[]} */
function coveredBy(middle, box, size) {
  const first = Math.max(Math.trunc(middle - 0.5 * box + 0.5), 0);
  const end = Math.min(Math.trunc(middle + 0.5 * box + 0.5), size);
  return Array.from({ length: end - first }, (_, i) => i).filter((i) => {
    const away = (i + first - middle + 0.5) * (1 / box);
    return away > -0.5 && away <= 0.5;
  }).map((i) => first + i);
}

/** @type {(ink: Ink) => Ink} */
function turned({ height, width, values }) {
  const columns = new Float32Array(values.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) columns[column * height + row] = values[row * width + column];
  }
  return { height: width, width: height, values: columns };
}

/** In a box of 20 × 20 pixels by its aspect, its mass centred in 28 × 28. @type {(ink: Ink) => Float32Array} */
function likeMnist(ink) {
  const box = scaled(ink, MNIST.box);
  const [top, left] = [startOf(turned(box)), startOf(box)];
  return placed(box, MNIST.side, top, left);
}

/** The column at which a box begins, so that its centre of mass lies in the middle, as far as it fits.
 * @type {(box: Ink) => number} */
function startOf({ height, width, values }) {
  let [mass, moment] = [0, 0];
  for (let i = 0; i < height * width; i++) {
    mass += values[i];
    moment += values[i] * (i % width);
  }
  return Math.min(Math.max(Math.ceil(MNIST.centre - 0.5 - moment / mass), 0), MNIST.side - width);
}

/** @type {(box: Ink, side: number, top: number, left: number) => Float32Array} */
function placed({ height, width, values }, side, top, left) {
  const image = new Float32Array(side * side);
  for (let row = 0; row < height; row++) {
    image.set(values.subarray(row * width, (row + 1) * width), (top + row) * side + left);
  }
  return image;
}

/** As high as a bitmap of 32 × 32, its ink counted in blocks of 4 × 4. @type {(ink: Ink) => Float32Array} */
function likeUciDigits(ink) {
  const box = scaled(ink, UCI.bitmap);
  const [top, left] = [box.height, box.width].map((length) => Math.floor((UCI.bitmap - length) / 2));
  const bitmap = placed({ ...box, values: box.values.map((value) => Number(value >= 0.5)) }, UCI.bitmap, top, left);
  const counts = new Float32Array(UCI.side * UCI.side);
  bitmap.forEach((value, i) => {
    const [row, column] = [Math.floor(i / UCI.bitmap), i % UCI.bitmap].map((place) => Math.floor(place / UCI.block));
    counts[row * UCI.side + column] += value / UCI.block ** 2;
  });
  return counts;
}
