// The nearest of many points in the plane through a uniform grid: cells in rings around the query,
// until no ring can win.

/** @import { Nearest, NearestIndex } from "../types.d.ts" */

/**
 * @typedef {Pick<NearestIndex, "uMin" | "uMax" | "vMin" | "vMax">} PlaneBounds
 * @typedef {Omit<NearestIndex, "starts" | "order">} Cells
 */

const POINTS_PER_CELL = 4;

/** @type {(codes: Float32Array) => NearestIndex} */
export function buildIndex(codes) {
  const n = codes.length / 2;
  const box = boundsOf(codes);
  const span = Math.max(box.uMax - box.uMin, box.vMax - box.vMin) || 1;
  const cell = span / Math.max(1, Math.round(Math.sqrt(n / POINTS_PER_CELL)));
  const columns = Math.floor((box.uMax - box.uMin) / cell) + 1;
  const rows = Math.floor((box.vMax - box.vMin) / cell) + 1;
  const index = { codes, cell, columns, rows, ...box };
  return { ...index, ...sortIntoCells(index, n) };
}

/** `accepts(row)` says whether a point takes part; null when none does.
 * @type {(index: NearestIndex, u: number, v: number, accepts?: (row: number) => boolean) => Nearest | null} */
export function nearest(index, u, v, accepts = () => true) {
  const [column, row] = cellOf(index, u, v);
  const outside = distanceToBox(index, u, v);
  const best = { row: -1, distance: Infinity };
  for (let ring = 0; ring <= Math.max(index.columns, index.rows); ring++) {
    visitRing(index, column, row, ring, (point) => compare(index, point, u, v, accepts, best));
    if (best.distance <= Math.hypot(outside, ring * index.cell)) break;
  }
  return best.row < 0 ? null : best;
}

/** @type {(codes: Float32Array) => PlaneBounds} */
function boundsOf(codes) {
  const box = { uMin: Infinity, uMax: -Infinity, vMin: Infinity, vMax: -Infinity };
  for (let i = 0; i < codes.length; i += 2) {
    box.uMin = Math.min(box.uMin, codes[i]);
    box.uMax = Math.max(box.uMax, codes[i]);
    box.vMin = Math.min(box.vMin, codes[i + 1]);
    box.vMax = Math.max(box.vMax, codes[i + 1]);
  }
  return box;
}

/** @type {(index: Cells, n: number) => { starts: Uint32Array, order: Uint32Array }} */
function sortIntoCells(index, n) {
  const starts = new Uint32Array(index.columns * index.rows + 1);
  const cells = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const [column, row] = cellOf(index, index.codes[2 * i], index.codes[2 * i + 1]);
    cells[i] = row * index.columns + column;
    starts[cells[i] + 1]++;
  }
  for (let i = 1; i < starts.length; i++) starts[i] += starts[i - 1];
  const next = starts.slice();
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[next[cells[i]]++] = i;
  return { starts, order };
}

/** @type {(index: Cells, u: number, v: number) => [number, number]} */
function cellOf({ uMin, vMin, cell, columns, rows }, u, v) {
  return [clamp(Math.floor((u - uMin) / cell), 0, columns - 1), clamp(Math.floor((v - vMin) / cell), 0, rows - 1)];
}

/** @type {(value: number, low: number, high: number) => number} */
function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

/** @type {(box: PlaneBounds, u: number, v: number) => number} */
function distanceToBox({ uMin, uMax, vMin, vMax }, u, v) {
  return Math.hypot(u - clamp(u, uMin, uMax), v - clamp(v, vMin, vMax));
}

/** @type {(index: NearestIndex, column: number, row: number, ring: number, visit: (point: number) => void) => void} */
function visitRing({ columns, rows, starts, order }, column, row, ring, visit) {
  for (let r = Math.max(row - ring, 0); r <= Math.min(row + ring, rows - 1); r++) {
    const step = Math.abs(r - row) === ring || ring === 0 ? 1 : 2 * ring;
    for (let c = column - ring; c <= column + ring; c += step) {
      if (c < 0 || c >= columns) continue;
      const cell = r * columns + c;
      for (let i = starts[cell]; i < starts[cell + 1]; i++) visit(order[i]);
    }
  }
}

/** @type {(index: NearestIndex, row: number, u: number, v: number, accepts: (row: number) => boolean,
 *   best: Nearest) => void} */
function compare({ codes }, row, u, v, accepts, best) {
  const distance = Math.hypot(codes[2 * row] - u, codes[2 * row + 1] - v);
  if (distance >= best.distance || !accepts(row)) return;
  best.row = row;
  best.distance = distance;
}
