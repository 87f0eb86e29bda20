// What drawing with WebGL2 needs: programs, buffers, and the colours of classes as a texture.

/** @type {(gl: WebGL2RenderingContext, vertex: string, fragment: string) => WebGLProgram} */
export function linkProgram(gl, vertex, fragment) {
  const program = gl.createProgram();
  addShader(gl, program, gl.VERTEX_SHADER, vertex);
  addShader(gl, program, gl.FRAGMENT_SHADER, fragment);
  gl.linkProgram(program);
  gl.useProgram(program);
  return program;
}

/** @type {(gl: WebGL2RenderingContext, program: WebGLProgram, type: number, source: string) => void} */
function addShader(gl, program, type, source) {
  const shader = gl.createShader(type);
  if (!shader) return; // the context is lost, and the codes are drawn without it
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  gl.attachShader(program, shader);
}

/** @type {(gl: WebGL2RenderingContext, location: number, values: Float32Array | Uint8Array, size: number,
 *   type: number) => WebGLBuffer} */
export function upload(gl, location, values, size, type) {
  const buffer = gl.createBuffer();
  replaceBuffer(gl, buffer, values);
  gl.enableVertexAttribArray(location);
  gl.vertexAttribPointer(location, size, type, false, 0, 0);
  return buffer;
}

/** @type {(gl: WebGL2RenderingContext, buffer: WebGLBuffer, values: Float32Array | Uint8Array) => void} */
export function replaceBuffer(gl, buffer, values) {
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
}

/** @type {(gl: WebGL2RenderingContext) => void} */
export function bindPalette(gl) {
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
}

/** @type {(gl: WebGL2RenderingContext, palette: Uint8Array) => void} */
export function loadPalette(gl, palette) {
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, palette.length / 4, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, palette);
}

/** @type {(gl: WebGL2RenderingContext) => void} */
export function clearGl(gl) {
  gl.viewport(0, 0, gl.canvas.width, gl.canvas.height);
  gl.clearColor(0, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
}
