// The codes as discs: WebGL2, or the same discs on a 2D canvas where there is none or its context is lost.

const GHOST_ALPHA = 0.05;

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
  gl_Position = vec4((code - centre) * scale, 0.0, 1.0);
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

export function createPoints(canvas, codes, labels, avoidsGl) {
  const gl = avoidsGl ? null : canvas.getContext("webgl2", { antialias: false, premultipliedAlpha: true });
  return gl ? glPoints(gl, codes, labels) : flatPoints(canvas.getContext("2d"), codes, labels);
}

// Discs grow and gain ink as the codes in view thin out: `spacing` is the mean distance of neighbours in pixels.
export function discStyle(view, nShown, dimmed) {
  const { uMin, uMax, vMin, vMax } = view.home;
  const spacing = view.scale * Math.sqrt(((uMax - uMin) * (vMax - vMin)) / Math.max(nShown, 1));
  const diameter = Math.min(Math.max(1.5 * spacing, 2.6), 9);
  const alpha = Math.min(Math.max(0.22 * spacing, 0.2), 0.85);
  return { diameter, alpha: dimmed ? 0.45 * alpha : alpha };
}

// colors: [red, green, blue] in 0..255 a class; shown: 0 or 1 a class. Returns premultiplied RGBA bytes.
export function paletteOf(colors, shown, ink, alpha) {
  const isolating = shown.some((flag) => !flag);
  const bytes = colors.flatMap((color, label) => {
    const ghost = isolating && !shown[label];
    return premultiply(ghost ? ink : color, ghost ? GHOST_ALPHA : alpha);
  });
  return Uint8Array.from(bytes);
}

function premultiply([red, green, blue], alpha) {
  return [red * alpha, green * alpha, blue * alpha, 255 * alpha].map(Math.round);
}

function glPoints(gl, codes, labels) {
  const program = linkProgram(gl);
  const uniform = (name) => gl.getUniformLocation(program, name);
  const places = { centre: uniform("centre"), scale: uniform("scale"), diameter: uniform("diameter") };
  gl.useProgram(program);
  upload(gl, 0, codes, 2, gl.FLOAT);
  upload(gl, 1, labels, 1, gl.UNSIGNED_BYTE);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  return {
    kind: "webgl2",
    draw: (view, ratio, diameter, palette) => drawGl(gl, places, codes.length / 2, view, ratio, diameter, palette),
    release: () => gl.getExtension("WEBGL_lose_context")?.loseContext(),
  };
}

function linkProgram(gl) {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX_SHADER], [gl.FRAGMENT_SHADER, FRAGMENT_SHADER]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return program;
}

function upload(gl, location, values, size, type) {
  gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
  gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
  gl.enableVertexAttribArray(location);
  gl.vertexAttribPointer(location, size, type, false, 0, 0);
}

function drawGl(gl, places, n, view, ratio, diameter, palette) {
  const { plot } = view;
  gl.viewport(0, 0, gl.canvas.width, gl.canvas.height);
  gl.clearColor(0, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT);
  if (!palette) return;
  const nClasses = palette.length / 4;
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, nClasses, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, palette);
  gl.uniform2f(places.centre, view.u, view.v);
  gl.uniform2f(places.scale, (2 * view.scale) / plot.width, (2 * view.scale) / plot.height);
  gl.uniform1f(places.diameter, diameter * ratio);
  gl.drawArrays(gl.POINTS, 0, n);
}

function flatPoints(context, codes, labels) {
  return {
    kind: "2d",
    draw: (view, ratio, diameter, palette) => drawFlat(context, codes, labels, view, ratio, diameter, palette),
    release: () => {},
  };
}

function drawFlat(context, codes, labels, view, ratio, diameter, palette) {
  const { canvas } = context;
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (let label = 0; palette && label < palette.length / 4; label++) {
    context.fillStyle = cssOfPremultiplied(palette.subarray(4 * label, 4 * label + 4));
    for (let i = 0; i < labels.length; i++) {
      if (labels[i] !== label) continue;
      const x = canvas.width / 2 + (codes[2 * i] - view.u) * view.scale * ratio;
      const y = canvas.height / 2 - (codes[2 * i + 1] - view.v) * view.scale * ratio;
      context.fillRect(x, y, diameter * ratio, diameter * ratio);
    }
  }
}

function cssOfPremultiplied([red, green, blue, alpha]) {
  const plain = (channel) => Math.round((channel * 255) / Math.max(alpha, 1));
  return `rgb(${plain(red)} ${plain(green)} ${plain(blue)} / ${alpha / 255})`;
}
