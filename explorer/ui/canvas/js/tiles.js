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

// One canvas with every decoded image, v falling from row to row as in the plane.
export function decodeTiles(lines, decodeAt, [height, width]) {
  const mosaic = document.createElement("canvas");
  mosaic.width = lines.u.centres.length * width;
  mosaic.height = lines.v.centres.length * height;
  const context = mosaic.getContext("2d");
  const image = context.createImageData(width, height);
  lines.v.centres.forEach((v, row) => {
    lines.u.centres.forEach((u, column) => {
      writeGrey(image.data, decodeAt(u, v));
      context.putImageData(image, column * width, mosaic.height - (row + 1) * height);
    });
  });
  return { mosaic, lines, width, height };
}

export function drawTiles(context, view, { mosaic, lines, width, height }) {
  lines.v.edges.slice(1).forEach((top, row) => {
    lines.u.edges.slice(1).forEach((right, column) => {
      const cell = squareIn(view, lines.u.edges[column], right, lines.v.edges[row], top, width / height);
      if (cell.width < 2) return;
      context.imageSmoothingEnabled = cell.width * context.getTransform().a < width;
      const sourceY = mosaic.height - (row + 1) * height;
      context.drawImage(mosaic, column * width, sourceY, width, height, cell.x, cell.y, cell.width, cell.height);
    });
  });
}

function squareIn(view, left, right, bottom, top, aspect) {
  const [x0, y1] = toPixels(view, left, bottom);
  const [x1, y0] = toPixels(view, right, top);
  const width = Math.min(x1 - x0, (y1 - y0) * aspect);
  const height = width / aspect;
  const x = Math.round((x0 + x1 - width) / 2);
  const y = Math.round((y0 + y1 - height) / 2);
  // Whole pixels, so that neighbours meet without a seam.
  return { x, y, width: Math.round((x0 + x1 + width) / 2) - x, height: Math.round((y0 + y1 + height) / 2) - y };
}
