// The latent grid: decoded images laid over the plane, each in its own cell.
// By range the cells are equal squares over what is in view; by quantile their lines hold equally many codes.

// Edges of the cells along u and v, and the points to decode between them.
export function gridLines(mode, view, sorted, n) {
  return mode === "range" ? linesByRange(view, n) : linesByQuantile(sorted, n);
}

function linesByRange(view, n) {
  const { plot } = view;
  const side = Math.min(plot.width, plot.height) / n / view.scale;
  return { u: evenLines(view.x, plot.width / view.scale, side), v: evenLines(view.y, plot.height / view.scale, side) };
}

function evenLines(centre, span, side) {
  const count = Math.max(Math.round(span / side), 1);
  const start = centre - (count * side) / 2;
  return {
    edges: Array.from({ length: count + 1 }, (_, i) => start + i * side),
    centres: Array.from({ length: count }, (_, i) => start + (i + 0.5) * side),
  };
}

function linesByQuantile(sorted, n) {
  const axis = (values) => ({
    edges: Array.from({ length: n + 1 }, (_, i) => quantile(values, i / n)),
    centres: Array.from({ length: n }, (_, i) => quantile(values, (i + 0.5) / n)),
  });
  return { u: axis(sorted.u), v: axis(sorted.v) };
}

// One canvas for every decoded image, v falling from row to row as in the plane; cells: those still to decode.
export function emptyTiles(lines, [height, width]) {
  const mosaic = document.createElement("canvas");
  mosaic.width = lines.u.centres.length * width;
  mosaic.height = lines.v.centres.length * height;
  const cells = lines.v.centres.flatMap((v, row) => {
    return lines.u.centres.map((u, column) => ({ u, v, x: column * width, y: mosaic.height - (row + 1) * height }));
  });
  return { mosaic, lines, width, height, cells };
}

// Decodes for some time, and leaves what is not yet to be had; decodeAt: (u, v) => values or null.
export function fillTiles(tiles, decodeAt, budgetMs) {
  const context = tiles.mosaic.getContext("2d");
  const image = context.createImageData(tiles.width, tiles.height);
  const start = performance.now();
  tiles.cells = tiles.cells.filter(({ u, v, x, y }) => {
    const values = performance.now() - start < budgetMs ? decodeAt(u, v) : null;
    if (!values) return true;
    writeGrey(image.data, values);
    context.putImageData(image, x, y);
    return false;
  });
}

export function drawTiles(context, view, { mosaic, lines, width, height }) {
  lines.v.edges.slice(1).forEach((top, row) => {
    lines.u.edges.slice(1).forEach((right, column) => {
      const cell = cellPixels(view, lines.u.edges[column], right, lines.v.edges[row], top);
      const place = fitInto(cell, width / height);
      context.imageSmoothingEnabled = place.width * context.getTransform().a < width;
      const source = [column * width, mosaic.height - (row + 1) * height, width, height];
      context.drawImage(mosaic, ...source, place.x, place.y, place.width, place.height);
    });
  });
}

// Edges at whole pixels, so that neighbours meet without a seam.
function cellPixels(view, left, right, bottom, top) {
  const [x, y] = toPixels(view, left, top).map(Math.round);
  const [xEnd, yEnd] = toPixels(view, right, bottom).map(Math.round);
  return { x, y, width: xEnd - x, height: yEnd - y };
}

// The largest place of that aspect in the middle of a cell; all of the cell where only rounding is between them.
function fitInto(cell, aspect) {
  const width = Math.min(cell.width, cell.height * aspect);
  const height = width / aspect;
  if (cell.width - width <= 1 && cell.height - height <= 1) return cell;
  return { x: cell.x + (cell.width - width) / 2, y: cell.y + (cell.height - height) / 2, width, height };
}
