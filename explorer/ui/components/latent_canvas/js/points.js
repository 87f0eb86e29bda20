// The codes as discs on a canvas of their own: WebGL2, or 2D where there is none or its context is lost.

/** @import { Pass, Points, View } from "../types.d.ts" */
import { flat } from "../../shared/parts.js";
import { bindPalette, clearGl, linkProgram, loadPalette, replaceBuffer, upload } from "./gl.js";
import { plotSize } from "./view.js";

/** @typedef {Record<"centre" | "scale" | "diameter", WebGLUniformLocation | null>} Uniforms */

// What is drawn over several frames must stay in between.
const GL_OPTIONS = { antialias: false, premultipliedAlpha: true, preserveDrawingBuffer: true };
const CODE_BYTES = 8;
const FAINTEST = 0.16; // of 60,000 discs; more of them are fainter, so that their density is seen
const N_FAINTEST = 60_000;

const VERTEX_SHADER = `#version 300 es
layout(location = 0) in vec2 code;
layout(location = 1) in float label;
uniform sampler2D palette;   // one texel a class, premultiplied
uniform vec2 centre;
uniform vec2 scale;          // plane to clip space
uniform float diameter;      // in device pixels
out vec4 color;
void main() {
  color = texelFetch(palette, ivec2(int(label), 0), 0);
  vec2 place = color.a == 0.0 ? vec2(2.0) : (code - centre) * scale;
  gl_Position = vec4(place, 0.0, 1.0);
  gl_PointSize = diameter;
}`;

const FRAGMENT_SHADER = `#version 300 es
precision highp float;
in vec4 color;
uniform float diameter;
out vec4 fragment;
void main() {
  float fromCentre = length(gl_PointCoord - 0.5) * diameter;
  fragment = color * clamp(0.5 * diameter - fromCentre + 0.5, 0.0, 1.0);
}`;

/** @type {(canvas: HTMLCanvasElement, codes: Float32Array, labels: Uint8Array, avoidsGl: boolean) => Points} */
export function createPoints(canvas, codes, labels, avoidsGl) {
  const found = avoidsGl ? null : canvas.getContext("webgl2", GL_OPTIONS);
  const gl = /** @type {WebGL2RenderingContext | null} */ (found);
  return gl ? glPoints(gl, canvas, codes, labels) : flatPoints(canvas, codes, labels);
}

/** Discs grow and gain ink as the codes in view thin out: `spacing` is the mean distance of neighbours in pixels.
 * @type {(view: View, nShown: number, dimmed: boolean) => { diameter: number, alpha: number }} */
export function discStyle(view, nShown, dimmed) {
  const { xMin, xMax, yMin, yMax } = view.home;
  const spacing = view.scale * Math.sqrt(((xMax - xMin) * (yMax - yMin)) / Math.max(nShown, 1));
  const diameter = Math.min(Math.max(2.1 * Math.sqrt(spacing), 2.6), 8);
  const faintest = FAINTEST * Math.sqrt(Math.min(N_FAINTEST / Math.max(nShown, 1), 1));
  const alpha = Math.min(Math.max(0.15 * spacing, faintest), 0.6);
  return dimmed ? { diameter: 0.75 * diameter, alpha: 0.35 * alpha } : { diameter, alpha };
}

/** Premultiplied RGBA bytes, one colour a class, transparent where `shown` is false; colors: [red, green, blue].
 * @type {(colors: number[][], shown: boolean[], alpha: number) => Uint8Array} */
export function paletteOf(colors, shown, alpha) {
  return Uint8Array.from(colors.flatMap((color, label) => premultiply(color, shown[label] ? alpha : 0)));
}

/** @type {(color: number[], alpha: number) => number[]} */
function premultiply([red, green, blue], alpha) {
  return [red * alpha, green * alpha, blue * alpha, 255 * alpha].map(Math.round);
}

/** @type {(gl: WebGL2RenderingContext, canvas: HTMLCanvasElement, codes: Float32Array,
 *   labels: Uint8Array) => Points} */
function glPoints(gl, canvas, codes, labels) {
  const program = linkProgram(gl, VERTEX_SHADER, FRAGMENT_SHADER);
  const uniform = (/** @type {string} */ name) => gl.getUniformLocation(program, name);
  const uniforms = { centre: uniform("centre"), scale: uniform("scale"), diameter: uniform("diameter") };
  const codeBuffer = upload(gl, 0, codes, 2, gl.FLOAT);
  const labelBuffer = upload(gl, 1, labels, 1, gl.UNSIGNED_BYTE);
  bindPalette(gl);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  return {
    kind: "webgl2",
    canvas,
    move: (moved) => replaceBuffer(gl, codeBuffer, moved),
    clear: (view) => {
      clearGl(gl);
      setView(gl, uniforms, view);
    },
    draw: (_, ratio, pass, part, n) => {
      takePart(gl, codeBuffer, labelBuffer, part, n);
      drawGl(gl, uniforms, Math.ceil((labels.length - part) / n), ratio, pass);
      if (n > 1) gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4)); // waits until it is drawn
    },
    release: () => gl.getExtension("WEBGL_lose_context")?.loseContext(),
  };
}

/** @type {(gl: WebGL2RenderingContext, uniforms: Uniforms, view: View) => void} */
function setView(gl, uniforms, view) {
  const { width, height } = plotSize(view);
  gl.uniform2f(uniforms.centre, view.x, view.y);
  gl.uniform2f(uniforms.scale, (2 * view.scale) / width, (2 * view.scale) / height);
}

/** Read every n-th code from the part-th on. @type {(gl: WebGL2RenderingContext, codes: WebGLBuffer,
 *   labels: WebGLBuffer, part: number, n: number) => void} */
function takePart(gl, codes, labels, part, n) {
  gl.bindBuffer(gl.ARRAY_BUFFER, codes);
  gl.vertexAttribPointer(0, 2, gl.FLOAT, false, CODE_BYTES * n, CODE_BYTES * part);
  gl.bindBuffer(gl.ARRAY_BUFFER, labels);
  gl.vertexAttribPointer(1, 1, gl.UNSIGNED_BYTE, false, n, part);
}

/** @type {(gl: WebGL2RenderingContext, uniforms: Uniforms, n: number, ratio: number, pass: Pass) => void} */
function drawGl(gl, uniforms, n, ratio, { diameter, palette }) {
  loadPalette(gl, palette);
  gl.uniform1f(uniforms.diameter, diameter * ratio);
  gl.drawArrays(gl.POINTS, 0, n);
}

/** @type {(canvas: HTMLCanvasElement, codes: Float32Array, labels: Uint8Array) => Points} */
function flatPoints(canvas, codes, labels) {
  const context = flat(canvas);
  let drawn = codes;
  return {
    kind: "2d",
    canvas,
    move: (moved) => (drawn = moved),
    clear: () => context.clearRect(0, 0, canvas.width, canvas.height),
    draw: (view, ratio, pass, part, n) => drawFlat(context, drawn, labels, view, ratio, pass, part, n),
    release: () => {},
  };
}

/** @type {(context: CanvasRenderingContext2D, codes: Float32Array, labels: Uint8Array, view: View, ratio: number,
 *   pass: Pass, part: number, n: number) => void} */
function drawFlat(context, codes, labels, view, ratio, { diameter, palette }, part, n) {
  const { width, height } = context.canvas;
  const scale = view.scale * ratio;
  const side = diameter * ratio;
  const [left, top] = [(width - side) / 2 - view.x * scale, (height - side) / 2 + view.y * scale];
  for (let label = 0; label < palette.length / 4; label++) {
    const color = palette.subarray(4 * label, 4 * label + 4);
    if (color[3] === 0) continue;
    context.fillStyle = cssOfPremultiplied(color);
    for (let i = part; i < labels.length; i += n) {
      if (labels[i] !== label) continue;
      context.fillRect(left + codes[2 * i] * scale, top - codes[2 * i + 1] * scale, side, side);
    }
  }
}

/** @type {(color: Uint8Array) => string} */
function cssOfPremultiplied(color) {
  return `rgb(${plainColor(color).join(" ")} / ${color[3] / 255})`;
}

/** Red, green and blue as they were before `premultiply`. @type {(color: Uint8Array) => number[]} */
export function plainColor([red, green, blue, alpha]) {
  return [red, green, blue].map((channel) => Math.round((channel * 255) / alpha));
}
