// A context that pictures are drawn with as with a canvas's, and that writes SVG: lines and letters stay what they are.

import { flat } from "./parts.js";
import { clearlyStyled } from "./styled_svg.js";

// How far below the given place letters stand on their line, in their size.
const DROP_EM = { alphabetic: 0, middle: 0.35, top: 0.78, bottom: -0.22 };
const ANCHOR = { left: "start", center: "middle", right: "end" };
const KEPT = /** @type {const} */ ([
  "fillStyle", "strokeStyle", "lineWidth", "globalAlpha", "font", "textAlign", "textBaseline", "dash",
]);
// Of all that is written, since several of them become one file.
let nClips = 0;

/** As much of a canvas's context as components use. */
export class SvgContext {
  fillStyle = "#000";
  strokeStyle = "#000";
  lineWidth = 1;
  globalAlpha = 1;
  font = "16px sans-serif";
  imageSmoothingEnabled = true;
  /** @type {keyof typeof ANCHOR} */
  textAlign = "left";
  /** @type {keyof typeof DROP_EM} */
  textBaseline = "alphabetic";

  /** @type {string[]} */
  elements = [];
  path = "";
  dash = "";
  nGroups = 0;
  /** @type {{ kept: Record<string, unknown>, nGroups: number }[]} */
  saved = [];
  probe = flat(new OffscreenCanvas(1, 1));
  /** @type {Map<string, Uint8ClampedArray>} */
  seen = new Map();

  /** @param {number} ratio  pixels of its pictures for each of its own */
  constructor(ratio) {
    this.ratio = ratio;
  }

  /** The whole as a file, shown `scale` times as large as it was drawn.
   * @type {(width: number, height: number, scale: number) => string} */
  text(width, height, scale) {
    const size = `width="${rounded(scale * width)}" height="${rounded(scale * height)}"`;
    const box = `viewBox="0 0 ${rounded(width)} ${rounded(height)}"`;
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${box}>\n${this.elements.join("\n")}\n</svg>\n`;
  }

  /** @type {(svg: SVGSVGElement, x: number, y: number, width: number, height: number) => void} */
  embed(svg, x, y, width, height) {
    this.elements.push(clearlyStyled(svg, { x, y, width, height }));
  }

  save() {
    this.saved.push({ kept: Object.fromEntries(KEPT.map((key) => [key, this[key]])), nGroups: this.nGroups });
    this.nGroups = 0;
  }

  restore() {
    this.elements.push("</g>".repeat(this.nGroups));
    const { kept, nGroups } = this.saved.pop() ?? { kept: {}, nGroups: 0 };
    Object.assign(this, kept, { nGroups });
  }

  /** Holds until `restore`. @type {(attribute: string) => void} */
  open(attribute) {
    this.elements.push(`<g ${attribute}>`);
    this.nGroups += 1;
  }

  /** @type {(x: number, y: number) => void} */
  translate(x, y) {
    this.open(`transform="translate(${rounded(x)} ${rounded(y)})"`);
  }

  /** @type {(factor: number) => void} */
  scale(factor) {
    this.open(`transform="scale(${factor})"`);
  }

  /** @type {(radians: number) => void} */
  rotate(radians) {
    this.open(`transform="rotate(${rounded((radians * 180) / Math.PI)})"`);
  }

  getTransform() {
    return { a: this.ratio };
  }

  beginPath() {
    this.path = "";
  }

  closePath() {
    this.path += "Z";
  }

  /** @type {(x: number, y: number) => void} */
  moveTo(x, y) {
    this.path += `M${rounded(x)} ${rounded(y)}`;
  }

  /** @type {(x: number, y: number) => void} */
  lineTo(x, y) {
    this.path += `${this.path ? "L" : "M"}${rounded(x)} ${rounded(y)}`;
  }

  /** @type {(x: number, y: number, width: number, height: number) => void} */
  rect(x, y, width, height) {
    this.path += boxPath(x, y, width, height);
  }

  /** A whole circle, which is all that components have. @type {(x: number, y: number, radius: number) => void} */
  arc(x, y, radius) {
    this.ellipse(x, y, radius, radius);
  }

  /** A whole one that is not turned. @type {(x: number, y: number, across: number, up: number) => void} */
  ellipse(x, y, across, up) {
    const half = `a${rounded(across)} ${rounded(up)} 0 1 0 `;
    const [left, whole] = [rounded(x - across), rounded(2 * across)];
    this.path += `M${left} ${rounded(y)}${half}${whole} 0${half}${-whole} 0Z`;
  }

  /** @type {(lengths: number[]) => void} */
  setLineDash(lengths) {
    this.dash = lengths.join(" ");
  }

  clip() {
    nClips += 1;
    this.elements.push(`<clipPath id="clip-${nClips}"><path d="${this.path}"/></clipPath>`);
    this.open(`clip-path="url(#clip-${nClips})"`);
  }

  /** What another one wrote, at a place. @type {(other: SvgContext, x: number, y: number, scale: number) => void} */
  include(other, x, y, scale) {
    const place = `transform="translate(${rounded(x)} ${rounded(y)}) scale(${scale})"`;
    this.elements.push(`<g ${place}>`, ...other.elements, "</g>");
  }

  fill() {
    this.elements.push(`<path d="${this.path}" ${this.filled()}/>`);
  }

  stroke() {
    this.elements.push(`<path d="${this.path}" ${this.stroked()}/>`);
  }

  /** @type {(x: number, y: number, width: number, height: number) => void} */
  fillRect(x, y, width, height) {
    this.elements.push(`<path d="${boxPath(x, y, width, height)}" ${this.filled()}/>`);
  }

  /** @type {(x: number, y: number, width: number, height: number) => void} */
  strokeRect(x, y, width, height) {
    this.elements.push(`<path d="${boxPath(x, y, width, height)}" ${this.stroked()}/>`);
  }

  /** @type {(text: string, x: number, y: number) => void} */
  fillText(text, x, y) {
    this.write(text, x, y, this.filled());
  }

  /** @type {(text: string, x: number, y: number) => void} */
  strokeText(text, x, y) {
    this.write(text, x, y, this.stroked());
  }

  /** @type {(text: string) => TextMetrics} */
  measureText(text) {
    this.probe.font = this.font;
    return this.probe.measureText(text);
  }

  /** A picture, or a part of one, at a place: x, y, width and height of the part, then those of the place.
   * @type {(image: HTMLCanvasElement, ...numbers: number[]) => void} */
  drawImage(image, ...numbers) {
    const [x, y, width, height] = numbers.slice(-4).map(rounded);
    const part = numbers.length > 4 ? cut(image, numbers) : image;
    const pixels = this.imageSmoothingEnabled ? "" : ' style="image-rendering: pixelated"';
    const place = `x="${x}" y="${y}" width="${width}" height="${height}" preserveAspectRatio="none"`;
    const source = ["href", JSON.stringify(part.toDataURL("image/png"))].join("=");
    this.elements.push(`<image ${place}${pixels} ${source}/>`);
  }

  /** Discs of one size, each with its own colour; at: x and y in turn.
   * @type {(at: number[], colors: string[], diameter: number, alpha: number) => void} */
  drawDiscs(at, colors, diameter, alpha) {
    const r = rounded(diameter / 2);
    const discs = colors.map((color, i) => {
      return `<circle cx="${rounded(at[2 * i])}" cy="${rounded(at[2 * i + 1])}" r="${r}" fill="${color}"/>`;
    });
    this.elements.push(`<g fill-opacity="${rounded(alpha)}">`, ...discs, "</g>");
  }

  /** @type {(text: string, x: number, y: number, look: string) => void} */
  write(text, x, y, look) {
    const { weight, size, family } = lettersOf(this.font);
    const place = `x="${rounded(x)}" y="${rounded(y + DROP_EM[this.textBaseline] * size)}"`;
    const letters = `font-family="${escaped(family)}" font-size="${size}" font-weight="${weight}"`;
    this.elements.push(`<text ${place} text-anchor="${ANCHOR[this.textAlign]}" ${letters} ${look}>${escaped(text)}</text>`);
  }

  filled() {
    const { color, alpha } = this.paint(this.fillStyle);
    return `fill="${color}" fill-opacity="${alpha}"`;
  }

  stroked() {
    const { color, alpha } = this.paint(this.strokeStyle);
    const dash = this.dash && ` stroke-dasharray="${this.dash}"`;
    const line = `stroke-width="${rounded(this.lineWidth)}" stroke-linejoin="round"${dash}`;
    return `fill="none" stroke="${color}" stroke-opacity="${alpha}" ${line}`;
  }

  /** A colour in whatever words of CSS, in those that every program reads.
   * @type {(style: string) => { color: string, alpha: number }} */
  paint(style) {
    const [red, green, blue, alpha] = this.seen.get(style) ?? this.see(style);
    return { color: `rgb(${red},${green},${blue})`, alpha: rounded((alpha / 255) * this.globalAlpha) };
  }

  /** @type {(style: string) => Uint8ClampedArray} */
  see(style) {
    this.probe.clearRect(0, 0, 1, 1);
    this.probe.fillStyle = style;
    this.probe.fillRect(0, 0, 1, 1);
    const pixel = this.probe.getImageData(0, 0, 1, 1).data;
    this.seen.set(style, pixel);
    return pixel;
  }
}

/** @type {(number: number) => number} */
function rounded(number) {
  return Math.round(100 * number) / 100;
}

/** @type {(x: number, y: number, width: number, height: number) => string} */
function boxPath(x, y, width, height) {
  return `M${rounded(x)} ${rounded(y)}h${rounded(width)}v${rounded(height)}h${rounded(-width)}Z`;
}

/** @type {(font: string) => { weight: string, size: number, family: string }} */
function lettersOf(font) {
  const [, weight = "400", size = "16", family = "sans-serif"] = /^(\d+ )?([\d.]+)px (.*)$/.exec(font) ?? [];
  return { weight: weight.trim(), size: rounded(parseFloat(size)), family };
}

/** @type {(text: string) => string} */
function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** @type {(image: HTMLCanvasElement, numbers: number[]) => HTMLCanvasElement} */
function cut(image, [x, y, width, height]) {
  const part = Object.assign(document.createElement("canvas"), { width, height });
  flat(part).drawImage(image, x, y, width, height, 0, 0, width, height);
  return part;
}
