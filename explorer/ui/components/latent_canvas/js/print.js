// The plane as a file to print: PNG at four pixels for each of the page, or SVG; with its legend on top.

/** @import { Pass, PutCodes, ShownState } from "../types.d.ts" */
import { flat, makeCanvas, roomIn, stageScale } from "../../shared/parts.js";
import { download, printRatio, svgFile } from "../../shared/print_file.js";
import { SvgContext } from "../../shared/svg.js";
import { drawAll } from "./crowd.js";
import { drawShown, putPoints } from "./draw.js";
import { drawMarks } from "./drawing.js";
import { plainColor } from "./points.js";
import { fitLayers, fitPoints } from "./size.js";
import { drawSpaceMarks, isSolid } from "./space.js";
import { drawnCodes } from "./tools.js";
import { plotSize } from "./view.js";

const MOST_DISCS = 60_000; // with more of them programs hardly open an SVG, so they are a picture in it
const LEGEND_EM = 2.2;
const GAP_EM = 1.6;

/** @type {(state: ShownState, kind: "png" | "svg") => void} */
export function savePlane(state, kind) {
  const { width, height: planeHeight } = roomIn(state.parts.plane);
  const height = planeHeight + LEGEND_EM * state.theme.size;
  const scale = stageScale();
  state.ratio = scale * printRatio(scale * width, scale * height);
  fitPoints(state);
  if (kind === "png") savePng(state, width, height);
  else saveSvg(state, width, height);
  fitLayers(state);
}

/** @type {(state: ShownState, width: number, height: number) => void} */
function savePng(state, width, height) {
  const canvas = makeCanvas([Math.round(height * state.ratio), Math.round(width * state.ratio)]);
  const context = flat(canvas);
  context.scale(state.ratio, state.ratio);
  drawPrint(state, context, width, height, (passesFor) => {
    drawAll(state, passesFor);
    putPoints(state, context);
  });
  canvas.toBlob((blob) => blob && download(blob, fileName(state), "png"));
}

/** @type {(state: ShownState, width: number, height: number) => void} */
function saveSvg(state, width, height) {
  const svg = new SvgContext(state.ratio);
  const context = /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (svg));
  drawPrint(state, context, width, height, (passesFor) => {
    const discs = passesFor(1).map((pass) => discsOf(state, pass));
    const nDiscs = discs.reduce((n, { colors }) => n + colors.length, 0);
    if (nDiscs <= MOST_DISCS) {
      for (const { at, colors, diameter, alpha } of discs) svg.drawDiscs(at, colors, diameter, alpha);
    } else {
      drawAll(state, passesFor);
      putPoints(state, context);
    }
  });
  download(svgFile(svg, width, height, stageScale()), fileName(state), "svg");
}

/** @type {(state: ShownState, context: CanvasRenderingContext2D, width: number, height: number,
 *   put: PutCodes) => void} */
function drawPrint(state, context, width, height, put) {
  const { theme, pin, shown: { view } } = state;
  context.fillStyle = theme.paper;
  context.fillRect(0, 0, width, height);
  drawLegend(state, context, width);
  context.save();
  context.translate(0, LEGEND_EM * theme.size);
  drawShown(state, context, put);
  const marks = { cursor: null, neighbour: null, pin };
  if (isSolid(state)) drawSpaceMarks(context, state, marks);
  else drawMarks(context, view, theme, marks);
  context.restore();
}

/** The classes that are shown, in one line. @type {(state: ShownState, context: CanvasRenderingContext2D,
 *   width: number) => void} */
function drawLegend({ theme, visible, shown: { scene } }, context, width) {
  const { class_names: names, colors } = scene.header;
  const classes = names.map((name, label) => ({ name, color: colors[label] })).filter((_, label) => visible[label]);
  context.font = `${theme.size}px ${theme.font}`;
  const needed = classes.reduce((sum, { name }) => sum + context.measureText(name).width + GAP_EM * theme.size, 0);
  const size = theme.size * Math.min(1, width / needed);
  Object.assign(context, { font: `${size}px ${theme.font}`, textAlign: "left", textBaseline: "middle" });
  let x = 0.4 * size;
  for (const { name, color } of classes) {
    context.beginPath();
    context.arc(x, theme.size, 0.35 * size, 0, 2 * Math.PI);
    context.fillStyle = color;
    context.fill();
    context.fillStyle = theme.ink;
    context.fillText(name, x + 0.6 * size, theme.size);
    x += context.measureText(name).width + GAP_EM * size;
  }
}

/** The codes of a pass that lie in view, in pixels, each with its class's colour.
 * @type {(state: ShownState, pass: Pass) => { at: number[], colors: string[], diameter: number, alpha: number }} */
function discsOf({ shown: { scene, view } }, { diameter, palette }) {
  const codes = drawnCodes(scene, view);
  const { width, height } = plotSize(view);
  const [left, top] = [view.plot.left + width / 2, view.plot.top + height / 2];
  /** @type {{ at: number[], colors: string[] }} */
  const discs = { at: [], colors: [] };
  let alpha = 0;
  scene.arrays.labels.values.forEach((label, i) => {
    const color = palette.subarray(4 * label, 4 * label + 4);
    const [x, y] = [(codes[2 * i] - view.x) * view.scale, (view.y - codes[2 * i + 1]) * view.scale];
    if (color[3] === 0 || 2 * Math.abs(x) > width + diameter || 2 * Math.abs(y) > height + diameter) return;
    discs.at.push(left + x, top + y);
    discs.colors.push(`rgb(${plainColor(color).join()})`);
    alpha = color[3] / 255;
  });
  return { ...discs, diameter, alpha };
}

/** @type {(state: ShownState) => string} */
function fileName({ name }) {
  return name || "latent-plane";
}
