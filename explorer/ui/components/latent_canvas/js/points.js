// The codes as discs on a canvas of their own: WebGL2, or 2D where there is none or its context is lost.

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

export function createPoints(canvas, codes, labels, avoidsGl) {
  const gl = avoidsGl ? null : canvas.getContext("webgl2", { antialias: false, premultipliedAlpha: true });
  return gl ? glPoints(gl, codes, labels) : flatPoints(canvas.getContext("2d"), codes, labels);
}

// Discs grow and gain ink as the codes in view thin out: `spacing` is the mean distance of neighbours in pixels.
export function discStyle(view, nShown, dimmed) {
  const { xMin, xMax, yMin, yMax } = view.home;
  const spacing = view.scale * Math.sqrt(((xMax - xMin) * (yMax - yMin)) / Math.max(nShown, 1));
  const diameter = Math.min(Math.max(2.1 * Math.sqrt(spacing), 2.6), 8);
  const alpha = Math.min(Math.max(0.15 * spacing, 0.16), 0.6);
  return dimmed ? { diameter: 0.75 * diameter, alpha: 0.35 * alpha } : { diameter, alpha };
}

// Premultiplied RGBA bytes, one colour a class, transparent where `shown` is false; colors: [red, green, blue].
export function paletteOf(colors, shown, alpha) {
  return Uint8Array.from(colors.flatMap((color, label) => premultiply(color, shown[label] ? alpha : 0)));
}

function premultiply([red, green, blue], alpha) {
  return [red * alpha, green * alpha, blue * alpha, 255 * alpha].map(Math.round);
}

function glPoints(gl, codes, labels) {
  const program = linkProgram(gl);
  const uniform = (name) => gl.getUniformLocation(program, name);
  const places = { centre: uniform("centre"), scale: uniform("scale"), diameter: uniform("diameter") };
  gl.useProgram(program);
  const codeBuffer = upload(gl, 0, codes, 2, gl.FLOAT);
  upload(gl, 1, labels, 1, gl.UNSIGNED_BYTE);
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  return {
    kind: "webgl2",
    canvas: gl.canvas,
    move: (moved) => replace(gl, codeBuffer, moved),
    draw: (view, ratio, passes) => drawGl(gl, places, labels.length, view, ratio, passes),
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
  const buffer = gl.createBuffer();
  replace(gl, buffer, values);
  gl.enableVertexAttribArray(location);
  gl.vertexAttribPointer(location, size, type, false, 0, 0);
  return buffer;
}

function replace(gl, buffer, values) {
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
}

function drawGl(gl, places, n, { plot, x, y, scale }, ratio, passes) {
  gl.viewport(0, 0, gl.canvas.width, gl.canvas.height);
  gl.clearColor(0, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT);
  gl.uniform2f(places.centre, x, y);
  gl.uniform2f(places.scale, (2 * scale) / plot.width, (2 * scale) / plot.height);
  for (const { diameter, palette } of passes) {
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, palette.length / 4, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, palette);
    gl.uniform1f(places.diameter, diameter * ratio);
    gl.drawArrays(gl.POINTS, 0, n);
  }
}

function flatPoints(context, codes, labels) {
  const points = { codes, labels };
  return {
    kind: "2d",
    canvas: context.canvas,
    move: (moved) => Object.assign(points, { codes: moved }),
    draw: (view, ratio, passes) => drawFlat(context, points, view, ratio, passes),
    release: () => {},
  };
}

function drawFlat(context, points, view, ratio, passes) {
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  for (const { diameter, palette } of passes) {
    for (let label = 0; label < palette.length / 4; label++) {
      const color = palette.subarray(4 * label, 4 * label + 4);
      if (color[3] > 0) drawFlatClass(context, points, label, view, ratio, diameter * ratio, color);
    }
  }
}

function drawFlatClass(context, { codes, labels }, label, view, ratio, side, color) {
  const { canvas } = context;
  context.fillStyle = cssOfPremultiplied(color);
  const left = (canvas.width - side) / 2;
  const top = (canvas.height - side) / 2;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== label) continue;
    const x = (codes[2 * i] - view.x) * view.scale * ratio;
    const y = (codes[2 * i + 1] - view.y) * view.scale * ratio;
    context.fillRect(left + x, top - y, side, side);
  }
}

function cssOfPremultiplied([red, green, blue, alpha]) {
  const plain = (channel) => Math.round((channel * 255) / alpha);
  return `rgb(${plain(red)} ${plain(green)} ${plain(blue)} / ${alpha / 255})`;
}
