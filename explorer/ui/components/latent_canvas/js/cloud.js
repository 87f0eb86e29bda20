// Codes in three dimensions as discs on a canvas of their own, the nearer in front and the farther paler:
// WebGL2, or 2D where there is none or its context is lost.

/** @import { Camera, Cloud, CloudPass, Side } from "../types.d.ts" */
import { flat } from "../../shared/parts.js";
import { bindPalette, clearGl, linkProgram, loadPalette, upload } from "./gl.js";

const HAZE = 0.6; // of the paper's colour at the back of the box

const CLOUD_VERTEX_SHADER = `#version 300 es
layout(location = 0) in vec3 code;
layout(location = 1) in float label;
uniform sampler2D palette;   // one texel a class
uniform vec3 centre, right, up, towards;
uniform vec2 scale;          // plane to clip space
uniform float radius, distance;
uniform float diameter;      // in device pixels
uniform vec2 side;           // of the plane at a height: above for 1, below for -1, both for 0
out vec4 color;
out float haze;
out float pixels;
void main() {
  color = texelFetch(palette, ivec2(int(label), 0), 0);
  vec3 from = code - centre;
  float near = dot(towards, from);
  float size = distance / (distance - near);
  bool hides = color.a == 0.0 || side.x * (code.z - side.y) < 0.0 || near > 0.9 * distance;
  vec2 place = vec2(dot(right, from), dot(up, from)) * scale * size;
  gl_Position = hides ? vec4(2.0) : vec4(place, clamp(-near / (4.0 * radius), -1.0, 1.0), 1.0);
  haze = clamp(0.5 - 0.5 * near / radius, 0.0, 1.0);
  pixels = diameter * size;
  gl_PointSize = pixels;
}`;

const CLOUD_FRAGMENT_SHADER = `#version 300 es
precision highp float;
in vec4 color;
in float haze;
in float pixels;
uniform vec4 paper;          // its alpha is the share that the farthest codes take of it
out vec4 fragment;
void main() {
  if (length(gl_PointCoord - 0.5) * pixels > max(0.5 * pixels, 0.75)) discard;
  fragment = vec4(mix(color.rgb, paper.rgb, paper.a * haze), 1.0);
}`;

/** codes: u, v and w in turn. @type {(canvas: HTMLCanvasElement, codes: Float32Array, labels: Uint8Array,
 *   avoidsGl: boolean) => Cloud} */
export function createCloud(canvas, codes, labels, avoidsGl) {
  const gl = avoidsGl ? null : canvas.getContext("webgl2", { antialias: false, depth: true });
  return gl ? glCloud(gl, canvas, codes, labels) : flatCloud(canvas, codes, labels);
}

/** @type {(gl: WebGL2RenderingContext, canvas: HTMLCanvasElement, codes: Float32Array, labels: Uint8Array) => Cloud} */
function glCloud(gl, canvas, codes, labels) {
  const program = linkProgram(gl, CLOUD_VERTEX_SHADER, CLOUD_FRAGMENT_SHADER);
  const place = (/** @type {string} */ name) => gl.getUniformLocation(program, name);
  upload(gl, 0, codes, 3, gl.FLOAT);
  upload(gl, 1, labels, 1, gl.UNSIGNED_BYTE);
  bindPalette(gl);
  gl.enable(gl.DEPTH_TEST);
  return {
    kind: "webgl2",
    canvas,
    draw: (camera, ratio, passes, side, paper) => {
      clearGl(gl);
      setCamera(gl, place, camera);
      gl.uniform2f(place("side"), side.sign, side.height);
      gl.uniform4f(place("paper"), paper[0] / 255, paper[1] / 255, paper[2] / 255, HAZE);
      for (const { diameter, palette } of passes) {
        gl.clear(gl.DEPTH_BUFFER_BIT);
        loadPalette(gl, palette);
        gl.uniform1f(place("diameter"), diameter * ratio);
        gl.drawArrays(gl.POINTS, 0, labels.length);
      }
    },
    release: () => gl.getExtension("WEBGL_lose_context")?.loseContext(),
  };
}

/** @type {(gl: WebGL2RenderingContext, place: (name: string) => WebGLUniformLocation | null,
 *   camera: Camera) => void} */
function setCamera(gl, place, { centre, right, up, towards, scale, radius, distance, width, height }) {
  gl.uniform3f(place("centre"), ...centre);
  gl.uniform3f(place("right"), ...right);
  gl.uniform3f(place("up"), ...up);
  gl.uniform3f(place("towards"), ...towards);
  gl.uniform2f(place("scale"), (2 * scale) / width, (2 * scale) / height);
  gl.uniform1f(place("radius"), radius);
  gl.uniform1f(place("distance"), distance);
}

/** @type {(canvas: HTMLCanvasElement, codes: Float32Array, labels: Uint8Array) => Cloud} */
function flatCloud(canvas, codes, labels) {
  const context = flat(canvas);
  return {
    kind: "2d",
    canvas,
    draw: (camera, ratio, passes, side, paper) => {
      const image = context.createImageData(canvas.width, canvas.height);
      for (const pass of passes) drawPass(image, codes, labels, camera, ratio, pass, side, paper);
      context.putImageData(image, 0, 0);
    },
    release: () => {},
  };
}

/** Squares into an image, each pixel that of the code nearest to the eye.
 * @type {(image: ImageData, codes: Float32Array, labels: Uint8Array, camera: Camera, ratio: number, pass: CloudPass,
 *   side: Side, paper: number[]) => void} */
function drawPass(image, codes, labels, camera, ratio, { diameter, palette }, side, paper) {
  const { centre, right, up, towards, radius, distance } = camera;
  const [middleX, middleY] = [image.width / 2, image.height / 2];
  const depths = new Float32Array(image.width * image.height).fill(-Infinity);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < labels.length; i++) {
    const w = codes[3 * i + 2];
    if (palette[4 * labels[i] + 3] === 0 || side.sign * (w - side.height) < 0) continue;
    const [du, dv, dw] = [codes[3 * i] - centre[0], codes[3 * i + 1] - centre[1], w - centre[2]];
    const near = towards[0] * du + towards[1] * dv + towards[2] * dw;
    if (near > 0.9 * distance) continue;
    const size = (ratio * distance) / (distance - near);
    const x = middleX + (right[0] * du + right[1] * dv + right[2] * dw) * size * camera.scale;
    const y = middleY - (up[0] * du + up[1] * dv + up[2] * dw) * size * camera.scale;
    const haze = HAZE * Math.min(Math.max(0.5 - (0.5 * near) / radius, 0), 1);
    const color = hazyColor(palette, 4 * labels[i], paper, haze);
    fillSquare(pixels, depths, image.width, x, y, diameter * size, near, color);
  }
}

/** @type {(palette: Uint8Array, start: number, paper: number[], haze: number) => number} */
function hazyColor(palette, start, paper, haze) {
  let color = 0xff;
  for (let c = 2; c >= 0; c--) {
    const channel = palette[start + c] + haze * (paper[c] - palette[start + c]);
    color = (color << 8) | Math.round(channel);
  }
  return color >>> 0;
}

/** @type {(pixels: Uint32Array, depths: Float32Array, width: number, x: number, y: number, side: number, near: number,
 *   color: number) => void} */
function fillSquare(pixels, depths, width, x, y, side, near, color) {
  const height = pixels.length / width;
  const [left, right] = [Math.max(Math.round(x - side / 2), 0), Math.min(Math.round(x + side / 2), width)];
  const [top, bottom] = [Math.max(Math.round(y - side / 2), 0), Math.min(Math.round(y + side / 2), height)];
  for (let row = top; row < bottom; row++) {
    for (let i = row * width + left; i < row * width + right; i++) {
      if (depths[i] >= near) continue;
      depths[i] = near;
      pixels[i] = color;
    }
  }
}
