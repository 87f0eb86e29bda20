// Messages from Python, as message.py writes them: uint32 length of the header, header as JSON, then typed arrays.

/** @import { ArrayEntry, Arrays, Header, NumberArray } from "./types.d.ts" */

const KINDS = {
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  float32: Float32Array,
};

/** @type {(bytes: Uint8Array) => number} */
function bodyStart(bytes) {
  return 4 + new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

/** @type {<H extends Header>(bytes: Uint8Array) => H} */
export function readHeader(bytes) {
  return JSON.parse(new TextDecoder().decode(bytes.subarray(4, bodyStart(bytes))));
}

/**
 * The arrays by name; half-precision numbers, and those written in steps, come as float32.
 * @type {(bytes: Uint8Array) => Promise<Arrays>}
 */
export async function readArrays(bytes) {
  const entries = Object.entries(readHeader(bytes).arrays);
  // The bytes arrive as an unaligned view, which no Float32Array may look at: copy them once.
  const body = bytes.slice(bodyStart(bytes));
  return Object.fromEntries(await Promise.all(entries.map(async ([name, entry]) => {
    return [name, { values: await readArray(body, entry), shape: entry.shape }];
  })));
}

/**
 * Calls build(header, arrays) unless the same message is there already or a newer one has come in between.
 * @template {Header} H
 * @param {{ signature: string | null }} state
 * @param {Uint8Array} bytes
 * @param {(header: H, arrays: Arrays) => void} build
 */
export async function readIfNew(state, bytes, build) {
  /** @type {H} */
  const header = readHeader(bytes);
  if (state.signature === header.signature) return;
  state.signature = header.signature;
  const arrays = await readArrays(bytes);
  if (state.signature === header.signature) build(header, arrays);
}

/** @type {(body: Uint8Array<ArrayBuffer>, entry: ArrayEntry) => Promise<NumberArray>} */
async function readArray(body, { dtype, offset, length, compressed, low, step }) {
  const packed = body.subarray(offset, offset + length);
  const plain = compressed ? await inflate(packed) : packed;
  if (dtype === "float16") return fromHalves(new Uint16Array(plain.buffer, plain.byteOffset, plain.length / 2));
  const Kind = KINDS[dtype];
  const written = new Kind(plain.buffer, plain.byteOffset, plain.length / Kind.BYTES_PER_ELEMENT);
  return low && step ? fromSteps(written, low, step) : written;
}

/** @type {(written: NumberArray, low: number[], step: number[]) => Float32Array} */
function fromSteps(written, low, step) {
  const wide = new Float32Array(written.length);
  for (let i = 0; i < wide.length; i++) wide[i] = low[i % low.length] + step[i % low.length] * written[i];
  return wide;
}

/** @type {(bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>} */
async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** IEEE 754 half precision, which not every browser reads by itself. @type {(halves: Uint16Array) => Float32Array} */
function fromHalves(halves) {
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
  });
}
