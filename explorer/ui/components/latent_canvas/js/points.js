// The codes as discs on a canvas of their own: WebGL2, or 2D where there is none or its context is lost.

/** @import { Pass, Points, View } from "../types.d.ts" */
import { flat } from "../../shared/parts.js";
import { bindPalette, clearGl, linkProgram, loadPalette, replaceBuffer, upload } from "./gl.js";
import { plotSize } from "./view.js";

/** @typedef {Record<"centre" | "scale" | "diameter", WebGLUniformLocation | null>} Uniforms */

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
  const gl = avoidsGl ? null : canvas.getContext("webgl2", { antialias: false, premultipliedAlpha: true });
  return gl ? glPoints(gl, canvas, codes, labels) : flatPoints(canvas, codes, labels);
}

/** Discs grow and gain ink as the codes in view thin out: `spacing` is the mean distance of neighbours in pixels.
 * @type {(view: View, nShown: number, dimmed: boolean) => { diameter: number, alpha: number }} */
export function discStyle(view, nShown, dimmed) {
  const { xMin, xMax, yMin, yMax } = view.home;
  const spacing = view.scale * Math.sqrt(((xMax - xMin) * (yMax - yMin)) / Math.max(nShown, 1));
  const diameter = Math.min(Math.max(2.1 * Math.sqrt(spacing), 2.6), 8);
  const alpha = Math.min(Math.max(0.15 * spacing, 0.16), 0.6);
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
  upload(gl, 1, labels, 1, gl.UNSIGNED_BYTE);
  bindPalette(gl);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  return {
    kind: "webgl2",
    canvas,
    move: (moved) => replaceBuffer(gl, codeBuffer, moved),
    draw: (view, ratio, passes) => drawGl(gl, uniforms, labels.length, view, ratio, passes),
    release: () => gl.getExtension("WEBGL_lose_context")?.loseContext(),
  };
}

/** @type {(gl: WebGL2RenderingContext, uniforms: Uniforms, n: number, view: View, ratio: number,
 *   passes: Pass[]) => void} */
function drawGl(gl, uniforms, n, view, ratio, passes) {
  const { width, height } = plotSize(view);
  clearGl(gl);
  gl.uniform2f(uniforms.centre, view.x, view.y);
  gl.uniform2f(uniforms.scale, (2 * view.scale) / width, (2 * view.scale) / height);
  for (const { diameter, palette } of passes) {
    loadPalette(gl, palette);
    gl.uniform1f(uniforms.diameter, diameter * ratio);
    gl.drawArrays(gl.POINTS, 0, n);
  }
}

/** @type {(canvas: HTMLCanvasElement, codes: Float32Array, labels: Uint8Array) => Points} */
function flatPoints(canvas, codes, labels) {
  const context = flat(canvas);
  let drawn = codes;
  return {
    kind: "2d",
    canvas,
    move: (moved) => (drawn = moved),
    draw: (view, ratio, passes) => drawFlat(context, drawn, labels, view, ratio, passes),
    release: () => {},
  };
}

/** @type {(context: CanvasRenderingContext2D, codes: Float32Array, labels: Uint8Array, view: View, ratio: number,
 *   passes: Pass[]) => void} */
function drawFlat(context, codes, labels, view, ratio, passes) {
  const { width, height } = context.canvas;
  const scale = view.scale * ratio;
  context.clearRect(0, 0, width, height);
  for (const { diameter, palette } of passes) {
    const side = diameter * ratio;
    const [left, top] = [(width - side) / 2 - view.x * scale, (height - side) / 2 + view.y * scale];
    for (let label = 0; label < palette.length / 4; label++) {
      const color = palette.subarray(4 * label, 4 * label + 4);
      if (color[3] === 0) continue;
      context.fillStyle = cssOfPremultiplied(color);
      for (let i = 0; i < labels.length; i++) {
        if (labels[i] !== label) continue;
        context.fillRect(left + codes[2 * i] * scale, top - codes[2 * i + 1] * scale, side, side);
      }
    }
  }
}

/** @type {(color: Uint8Array) => string} */
function cssOfPremultiplied([red, green, blue, alpha]) {
  const plain = (/** @type {number} */ channel) => Math.round((channel * 255) / alpha);
  return `rgb(${plain(red)} ${plain(green)} ${plain(blue)} / ${alpha / 255})`;
}
