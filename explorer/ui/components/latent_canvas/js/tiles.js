// The latent grid: decoded images laid over the plane, each in its own cell.
// By range the cells are equal squares over what is in view; by quantile their lines hold equally many codes.

/** @import { AxisLines, GridMode, Sorted, Tiles, View } from "../types.d.ts" */
/** @import { Size } from "../../shared/types.d.ts" */
import { flat, makeCanvas, writePixels } from "../../shared/parts.js";
import { plotSize, toPixels } from "./view.js";
import { quantile } from "./warp.js";

/**
 * @typedef {{ u: AxisLines, v: AxisLines }} Lines
 * @typedef {{ x: number, y: number, width: number, height: number }} Cell
 */

/** Edges of the cells along u and v, and the points to decode between them.
 * @type {(mode: GridMode, view: View, sorted: Sorted, n: number) => Lines} */
export function gridLines(mode, view, sorted, n) {
  return mode === "range" ? linesByRange(view, n) : linesByQuantile(sorted, n);
}

/** @type {(view: View, n: number) => Lines} */
function linesByRange(view, n) {
  const { width, height } = plotSize(view);
  const side = Math.min(width, height) / n / view.scale;
  return { u: evenLines(view.x, width / view.scale, side), v: evenLines(view.y, height / view.scale, side) };
}

/** @type {(centre: number, span: number, side: number) => AxisLines} */
function evenLines(centre, span, side) {
  const count = Math.max(Math.round(span / side), 1);
  const start = centre - (count * side) / 2;
  return {
    edges: Array.from({ length: count + 1 }, (_, i) => start + i * side),
    centres: Array.from({ length: count }, (_, i) => start + (i + 0.5) * side),
  };
}

/** @type {(sorted: Sorted, n: number) => Lines} */
function linesByQuantile(sorted, n) {
  const axis = (/** @type {Float32Array} */ values) => ({
    edges: Array.from({ length: n + 1 }, (_, i) => quantile(values, i / n)),
    centres: Array.from({ length: n }, (_, i) => quantile(values, (i + 0.5) / n)),
  });
  return { u: axis(sorted.u), v: axis(sorted.v) };
}

/** One canvas for every decoded image, v falling from row to row as in the plane; cells: those still to decode.
 * @type {(lines: Lines, size: Size) => Omit<Tiles, "at">} */
export function emptyTiles(lines, [height, width]) {
  const mosaic = makeCanvas([lines.v.centres.length * height, lines.u.centres.length * width]);
  const cells = lines.v.centres.flatMap((v, row) => {
    return lines.u.centres.map((u, column) => ({ u, v, x: column * width, y: mosaic.height - (row + 1) * height }));
  });
  return { mosaic, lines, width, height, cells };
}

/** Decodes for some time, and leaves what is not yet to be had; decodeAt: (u, v) => values or null.
 * @type {(tiles: Tiles, decodeAt: (u: number, v: number) => Float32Array | null, budgetMs: number) => void} */
export function fillTiles(tiles, decodeAt, budgetMs) {
  const context = flat(tiles.mosaic);
  const image = context.createImageData(tiles.width, tiles.height);
  const start = performance.now();
  tiles.cells = tiles.cells.filter(({ u, v, x, y }) => {
    const values = performance.now() - start < budgetMs ? decodeAt(u, v) : null;
    if (!values) return true;
    writePixels(image.data, values);
    context.putImageData(image, x, y);
    return false;
  });
}

/** @type {(context: CanvasRenderingContext2D, view: View, tiles: Tiles) => void} */
export function drawTiles(context, view, { mosaic, lines, width, height }) {
  const ratio = context.getTransform().a;
  lines.v.edges.slice(1).forEach((top, row) => {
    lines.u.edges.slice(1).forEach((right, column) => {
      const cell = cellPixels(view, ratio, lines.u.edges[column], right, lines.v.edges[row], top);
      const place = fitInto(cell, width / height);
      context.imageSmoothingEnabled = place.width * ratio < width;
      const y = mosaic.height - (row + 1) * height;
      context.drawImage(mosaic, column * width, y, width, height, place.x, place.y, place.width, place.height);
    });
  });
}

/** Edges at whole pixels of the canvas, so that neighbours meet without a seam.
 * @type {(view: View, ratio: number, left: number, right: number, bottom: number, top: number) => Cell} */
function cellPixels(view, ratio, left, right, bottom, top) {
  const whole = (/** @type {number} */ pixel) => Math.round(pixel * ratio) / ratio;
  const [x, y] = toPixels(view, left, top).map(whole);
  const [xEnd, yEnd] = toPixels(view, right, bottom).map(whole);
  return { x, y, width: xEnd - x, height: yEnd - y };
}

/** The largest place of that aspect in the middle of a cell; all of the cell where only rounding is between them.
 * @type {(cell: Cell, aspect: number) => Cell} */
function fitInto(cell, aspect) {
  const width = Math.min(cell.width, cell.height * aspect);
  const height = width / aspect;
  if (cell.width - width <= 1 && cell.height - height <= 1) return cell;
  return { x: cell.x + (cell.width - width) / 2, y: cell.y + (cell.height - height) / 2, width, height };
}
