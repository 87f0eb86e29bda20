// Elements of a component, pictures in them, and what pointer and keys mean on them.

/** @import { NumberArray, Point, Size } from "./types.d.ts" */

/** @typedef {{ clientX: number, clientY: number }} WindowPlace */

/** Where arrow keys lead: right, and up. @type {Record<string, Point>} */
export const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * The element that a selector names.
 * @template {Element} E
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => E} kind
 * @returns {E}
 */
export function one(root, selector, kind) {
  const found = root.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`there is no ${selector} in the component`);
  return found;
}

/** @type {(canvas: HTMLCanvasElement | OffscreenCanvas) => CanvasRenderingContext2D} */
export function flat(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("the browser gives no canvas to draw on");
  return /** @type {CanvasRenderingContext2D} */ (context);
}

/** @type {(size: Size) => HTMLCanvasElement} */
export function makeCanvas([height, width]) {
  return Object.assign(document.createElement("canvas"), { width, height });
}

/** @type {(tag: string, className: string, ...children: (Node | string)[]) => HTMLElement} */
export function makeElement(tag, className, ...children) {
  const made = Object.assign(document.createElement(tag), { className });
  made.append(...children);
  return made;
}

const LIVE_MS = 600;
/** @type {WeakMap<HTMLElement, number>} */
const LIVE_TIMERS = new WeakMap();

/** Screen readers hear what stands at last, not what passed on the way; the words are asked for then.
 * @type {(place: HTMLElement, words: () => string) => void} */
export function sayAtRest(place, words) {
  clearTimeout(LIVE_TIMERS.get(place));
  const timer = window.setTimeout(() => {
    place.textContent = words();
  }, LIVE_MS);
  LIVE_TIMERS.set(place, timer);
}

const GREYS = Uint8Array.from({ length: 3 * 256 }, (_, i) => Math.floor(i / 3));

/** The palette of an image by its shape: greys, null of colours (H, W, 3).
 * @type {(shape: number[]) => NumberArray | null} */
export function levelsPalette({ length }) {
  return length > 2 ? null : GREYS;
}

/**
 * Draws frame `frame` of levels (F, H, W) on a canvas of their size; palette: (256, 3), grey if left out, null where
 * the levels are colours (F, H, W, 3).
 * @type {(canvas: HTMLCanvasElement, levels: NumberArray, frame?: number, palette?: NumberArray | null) => void}
 */
export function paintLevels(canvas, levels, frame = 0, palette = GREYS) {
  const { width, height } = canvas;
  const image = new ImageData(width, height);
  const offset = frame * width * height;
  const colours = palette ?? levels;
  for (let i = 0; i < width * height; i++) {
    const color = 3 * (palette ? levels[offset + i] : offset + i);
    image.data[4 * i] = colours[color];
    image.data[4 * i + 1] = colours[color + 1];
    image.data[4 * i + 2] = colours[color + 2];
    image.data[4 * i + 3] = 255;
  }
  flat(canvas).putImageData(image, 0, 0);
}

/** Gives a canvas a size; one that has it already keeps what is drawn on it.
 * @type {(canvas: HTMLCanvasElement, size: Size) => void} */
export function fitCanvas(canvas, [height, width]) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

/** Draws values as `writePixels` takes them on a canvas of their size.
 * @type {(canvas: HTMLCanvasElement, values: ArrayLike<number>, size: readonly number[]) => void} */
export function paintValues(canvas, values, [height, width]) {
  fitCanvas(canvas, [height, width]);
  const image = new ImageData(width, height);
  writePixels(image.data, values);
  flat(canvas).putImageData(image, 0, 0);
}

/** Values in [0, 1], one for each grey pixel or red, green and blue side by side; what lies outside is clipped.
 * @type {(pixels: Uint8ClampedArray, values: ArrayLike<number>) => void} */
export function writePixels(pixels, values) {
  const nPixels = pixels.length / 4;
  const isColour = values.length === 3 * nPixels;
  for (let i = 0; i < nPixels; i++) {
    for (let channel = 0; channel < 3; channel++) {
      const value = values[isColour ? 3 * i + channel : i];
      pixels[4 * i + channel] = Math.min(Math.max(value, 0), 1) * 255; // Uint8ClampedArray rounds
    }
    pixels[4 * i + 3] = 255;
  }
}

/** How many pixels of the screen one of the layout is: the root's letters are 18 of them, see static/stage.css.
 * @type {() => number} */
export function stageScale() {
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / 18;
}

/** How many pixels of a canvas one of the layout takes on this screen. @type {() => number} */
export function inkRatio() {
  return stageScale() * (window.devicePixelRatio || 1);
}

/** How large an element is inside, in pixels of the layout; nothing while it is hidden.
 * @type {(element: Element) => { width: number, height: number }} */
export function roomIn({ clientWidth, clientHeight }) {
  const scale = stageScale();
  return { width: clientWidth / scale, height: clientHeight / scale };
}

/** @type {(element: Element) => boolean} */
export function isHidden({ clientWidth, clientHeight }) {
  return clientWidth === 0 || clientHeight === 0;
}

/** Where on an element a place of the window is, in pixels of the layout.
 * @type {(element: Element, at: WindowPlace) => Point} */
export function placeIn(element, { clientX, clientY }) {
  const { left, top } = element.getBoundingClientRect();
  const scale = stageScale();
  return [(clientX - left) / scale, (clientY - top) / scale];
}

/** Where on an element a place of the window is, as shares of its width and height.
 * @type {(element: Element, at: WindowPlace) => Point} */
export function shareIn(element, { clientX, clientY }) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [(clientX - left) / width, (clientY - top) / height];
}

/** Where in a drawing a place of the window is, in the drawing's own units.
 * @type {(svg: SVGSVGElement, at: WindowPlace) => DOMPoint} */
export function placeInDrawing(svg, { clientX, clientY }) {
  return new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM()?.inverse());
}

/** The middle of an element in the window. @type {(element: Element) => WindowPlace} */
export function windowMiddleOf(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { clientX: left + width / 2, clientY: top + height / 2 };
}

/** Draws again whenever the size of an element changes; the function that is returned ends it.
 * @type {(element: Element, draw: () => void) => () => void} */
export function onResize(element, draw) {
  const observer = new ResizeObserver(draw);
  observer.observe(element);
  return () => observer.disconnect();
}
