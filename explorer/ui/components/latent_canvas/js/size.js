// The canvas's size and its theme's colours.

/** @import { CanvasState, ShownState, Theme } from "../types.d.ts" */
import { flat, inkRatio, isHidden, roomIn, stageScale } from "../../shared/parts.js";
import { hasScene, requestDraw } from "./draw.js";
import { prepareLayer } from "./drawing.js";
import { plotSize, resize } from "./view.js";

const SHADOW_INK = 0.2;

/** @type {(state: CanvasState) => void} */
export function fitLayers(state) {
  if (!hasScene(state)) return;
  const { root, plane, scene, marks } = state.parts;
  if (isHidden(plane)) return;
  const { width, height } = roomIn(plane);
  state.theme = readTheme(root);
  resize(state.shown.view, width, height, state.theme.size);
  state.ratio = inkRatio();
  for (const layer of [scene, marks]) prepareLayer(layer, width, height, state.ratio);
  fitPoints(state);
  requestDraw(state, "view");
}

/** The canvas of the codes, which are drawn anew. @type {(state: ShownState) => void} */
export function fitPoints({ ratio, shown }) {
  const { width, height } = plotSize(shown.view);
  shown.crowd = null;
  shown.points.canvas.width = Math.round(width * ratio);
  shown.points.canvas.height = Math.round(height * ratio);
}

/** @type {(root: HTMLElement) => Theme} */
export function readTheme(root) {
  const style = getComputedStyle(root);
  const color = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    ink: color("--st-text-color"),
    paper: color("--st-background-color"),
    faint: color("--st-border-color"),
    field: color("--st-secondary-background-color"),
    accent: color("--st-primary-color"),
    paperRgb: rgbOf(color("--st-background-color")),
    shadow: mix(rgbOf(color("--st-background-color")), rgbOf(color("--st-text-color")), SHADOW_INK),
    font: style.fontFamily,
    size: parseFloat(style.fontSize) / stageScale(),
  };
}

/** @type {(color: string) => number[]} */
export function rgbOf(color) {
  const context = flat(new OffscreenCanvas(1, 1));
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

/** @type {(from: number[], to: number[], share: number) => number[]} */
function mix(from, to, share) {
  return from.map((channel, i) => channel + share * (to[i] - channel));
}
