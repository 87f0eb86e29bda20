// Pictures as files to print: how sharp a PNG is, an SVG, and how the browser keeps either.

/** @import { SvgContext } from "./svg.js" */

const PRINT_RATIO = 4;
const LONGEST_PX = 8000; // a larger canvas stays empty in some browsers
const KEPT_MS = 60_000;

/** Pixels of a PNG for each of a page, of which the picture takes so many.
 * @type {(width: number, height: number) => number} */
export function printRatio(width, height) {
  return Math.min(PRINT_RATIO, LONGEST_PX / Math.max(width, height));
}

/** scale: pixels of the page for each of what was drawn.
 * @type {(svg: SvgContext, width: number, height: number, scale?: number) => Blob} */
export function svgFile(svg, width, height, scale = 1) {
  return new Blob([svg.text(width, height, scale)], { type: "image/svg+xml" });
}

/** @type {(blob: Blob, name: string, ending: string) => void} */
export function download(blob, name, ending) {
  const href = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href, download: `${name}.${ending}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(href), KEPT_MS);
}
