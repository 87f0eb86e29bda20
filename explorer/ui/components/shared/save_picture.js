// The button that saves what a component shows as a file to print: PNG at four pixels for each of the page, or SVG.

import { withPrintedSheets } from "./axes.js";
import { flat, makeCanvas } from "./parts.js";
import { download, printRatio, svgFile } from "./print_file.js";
import { imagesOf, paintElement } from "./printed_element.js";
import { SvgContext } from "./svg.js";

const TITLE = "Save for print as PNG, with shift as SVG";
const ICON = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 4v11M7.5 10.5L12 15l4.5-4.5M5 19.5h14"/></svg>';
const LONGEST_NAME = 60;

/** Adds the button to a component; draw: draws all that it draws as lines and letters anew, at once.
 * @type {(root: HTMLElement, draw?: () => void) => void} */
export function offerToSave(root, draw = () => {}) {
  root.querySelector(":scope > .save")?.remove();
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "save", title: TITLE, innerHTML: ICON });
  button.setAttribute("aria-label", "Save as a picture");
  button.onclick = ({ shiftKey }) => void savePicture(root, draw, shiftKey ? "svg" : "png");
  root.append(button);
}

/** @type {(root: HTMLElement, draw: () => void, kind: "png" | "svg") => Promise<void>} */
async function savePicture(root, draw, kind) {
  const blob = await (kind === "png" ? pngOf(root, draw) : svgOf(root, draw));
  if (blob) download(blob, nameOfFile(root), kind);
}

/** @type {(root: HTMLElement, draw: () => void) => Promise<Blob | null>} */
async function pngOf(root, draw) {
  const { width, height } = root.getBoundingClientRect();
  const ratio = printRatio(width, height);
  const canvas = makeCanvas([Math.round(height * ratio), Math.round(width * ratio)]);
  const context = flat(canvas);
  context.scale(ratio, ratio);
  const images = await imagesOf(root);
  withPrintedSheets(draw, ratio, null, () => paintAll(context, root, (drawn, x, y, w, h) => {
    context.drawImage(images.get(drawn) ?? /** @type {HTMLCanvasElement} */ (drawn), x, y, w, h);
  }));
  return new Promise((resolve) => canvas.toBlob(resolve));
}

/** @type {(root: HTMLElement, draw: () => void) => Promise<Blob>} */
async function svgOf(root, draw) {
  const { width, height } = root.getBoundingClientRect();
  const svg = new SvgContext(printRatio(width, height));
  /** @type {Map<unknown, SvgContext>} */
  const sheets = new Map();
  const standIn = (/** @type {HTMLCanvasElement} */ canvas, /** @type {number} */ ratio) => {
    sheets.set(canvas, new SvgContext(ratio));
    return asContext(sheets.get(canvas));
  };
  withPrintedSheets(draw, svg.ratio, standIn, () => paintAll(asContext(svg), root, (drawn, x, y, w, h) => {
    const sheet = sheets.get(drawn);
    if (sheet) svg.include(sheet, x, y, sheet.ratio / svg.ratio);
    else if (drawn instanceof SVGSVGElement) svg.embed(drawn, x, y, w, h);
    else svg.drawImage(drawn, x, y, w, h);
  }));
  return svgFile(svg, width, height);
}

/** @type {(svg: unknown) => CanvasRenderingContext2D} */
function asContext(svg) {
  return /** @type {CanvasRenderingContext2D} */ (svg);
}

/** @type {(context: CanvasRenderingContext2D, root: HTMLElement, put: Parameters<typeof paintElement>[3]) => void} */
function paintAll(context, root, put) {
  const { width, height, left, top } = root.getBoundingClientRect();
  context.fillStyle = getComputedStyle(root).getPropertyValue("--st-background-color") || "white";
  context.fillRect(0, 0, width, height);
  paintElement(context, root, [left, top], put);
}

/** By what its picture is called. @type {(root: HTMLElement) => string} */
function nameOfFile(root) {
  const said = root.querySelector("[role=img][aria-label]")?.getAttribute("aria-label") ?? "";
  const words = said.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "-").slice(0, LONGEST_NAME);
  return words.replaceAll(/^-|-$/g, "") || "picture";
}
