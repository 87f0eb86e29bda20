// What an element of a page looks like, painted: its ground and edges, its letters where they stand, and its pictures.

/** @import { Point } from "./types.d.ts" */
import { clearlyStyled } from "./styled_svg.js";

// What is there for the pointer and for ears.
const NOT_PRINTED = "button, input, select, label, details, style, .spoken, .hint, .brush";
const DASHED = /** @type {Record<string, number[]>} */ ({ dashed: [3, 2], dotted: [1, 1.5] });
const SIDES = /** @type {const} */ (["Top", "Right", "Bottom", "Left"]);

/** @typedef {HTMLCanvasElement | SVGSVGElement} Drawn */
/** @typedef {(drawn: Drawn, x: number, y: number, width: number, height: number) => void} Put */

/** Paints an element and all within it, from a place of the window on; put: paints what was drawn.
 * @type {(context: CanvasRenderingContext2D, element: Element, from: Point, put: Put) => void} */
export function paintElement(context, element, from, put) {
  if (element.matches(NOT_PRINTED) || !element.checkVisibility({ visibilityProperty: true })) return;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const [x, y] = [box.left - from[0], box.top - from[1]];
  if (element instanceof HTMLCanvasElement || element instanceof SVGSVGElement) {
    context.imageSmoothingEnabled = style.imageRendering !== "pixelated";
    put(element, x, y, box.width, box.height);
  } else paintGround(context, style, x, y, box);
  paintEdges(context, style, x, y, box);
  if (element instanceof SVGSVGElement) return;
  for (const child of element.childNodes) {
    if (child instanceof Text) paintText(context, child, style, from);
    else if (child instanceof Element) paintElement(context, child, from, put);
  }
}

/** @type {(context: CanvasRenderingContext2D, style: CSSStyleDeclaration, x: number, y: number, size: DOMRect) =>
 *   void} */
function paintGround(context, { backgroundColor, clipPath }, x, y, { width, height }) {
  if (backgroundColor === "rgba(0, 0, 0, 0)") return;
  const corners = /^polygon\((.*)\)$/.exec(clipPath)?.[1].split(",") ?? ["0 0", "100% 0", "100% 100%", "0 100%"];
  context.fillStyle = backgroundColor;
  context.beginPath();
  for (const corner of corners) {
    const [across, down] = corner.trim().split(" ");
    context.lineTo(x + lengthOf(across, width), y + lengthOf(down, height));
  }
  context.fill();
}

/** Pixels of a length of CSS. @type {(text: string, whole: number) => number} */
function lengthOf(text, whole) {
  return text.endsWith("%") ? (parseFloat(text) / 100) * whole : parseFloat(text);
}

/** @type {(context: CanvasRenderingContext2D, style: CSSStyleDeclaration, x: number, y: number, size: DOMRect) =>
 *   void} */
function paintEdges(context, style, x, y, { width, height }) {
  const corners = [[x, y], [x + width, y], [x + width, y + height], [x, y + height]];
  SIDES.forEach((side, i) => {
    const breadth = parseFloat(style[`border${side}Width`]);
    if (breadth) strokeEdge(context, style[`border${side}Style`], style[`border${side}Color`], breadth, corners, i);
  });
  if (style.outlineStyle === "solid") {
    Object.assign(context, { strokeStyle: style.outlineColor, lineWidth: parseFloat(style.outlineWidth) });
    const half = context.lineWidth / 2;
    context.strokeRect(x - half, y - half, width + 2 * half, height + 2 * half);
  }
}

/** @type {(context: CanvasRenderingContext2D, kind: string, color: string, breadth: number, corners: number[][],
 *   i: number) => void} */
function strokeEdge(context, kind, color, breadth, corners, i) {
  Object.assign(context, { strokeStyle: color, lineWidth: breadth });
  context.setLineDash((DASHED[kind] ?? []).map((length) => length * breadth));
  context.beginPath();
  for (const [x, y] of [corners[i], corners[(i + 1) % 4]]) context.lineTo(x, y);
  context.stroke();
  context.setLineDash([]);
}

/** Line by line, as the page breaks it.
 * @type {(context: CanvasRenderingContext2D, text: Text, style: CSSStyleDeclaration, from: Point) => void} */
function paintText(context, text, style, from) {
  Object.assign(context, { textAlign: "left", textBaseline: "alphabetic", fillStyle: style.color });
  context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = context.measureText("x");
  for (const { words, box } of textLines(text)) {
    const base = box.top + (box.height * ascent) / (ascent + descent);
    context.fillText(words, box.left - from[0], base - from[1]);
  }
}

/** @type {(text: Text) => { words: string, box: DOMRect }[]} */
function textLines(text) {
  /** @type {{ words: string, box: DOMRect }[]} */
  const lines = [];
  const range = document.createRange();
  for (const { 0: word, index } of text.data.matchAll(/\S+/g)) {
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    const box = range.getBoundingClientRect();
    const last = lines[lines.length - 1];
    if (last && Math.abs(last.box.top - box.top) < 1) last.words += ` ${word}`;
    else if (box.width) lines.push({ words: word, box });
  }
  return lines;
}

/** The elements of SVG within another one as images, which a canvas can draw.
 * @type {(root: HTMLElement) => Promise<Map<Drawn, HTMLImageElement>>} */
export async function imagesOf(root) {
  const drawings = [...root.querySelectorAll("svg")].filter((svg) => !svg.closest(NOT_PRINTED));
  return new Map(await Promise.all(drawings.map(async (svg) => {
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(clearlyStyled(svg))}`;
    await image.decode();
    return /** @type {[Drawn, HTMLImageElement]} */ ([svg, image]);
  })));
}
