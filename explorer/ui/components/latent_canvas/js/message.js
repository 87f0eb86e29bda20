// The scene's bytes: uint32 length of the header, header as JSON, then typed arrays that the header lists.

const ARRAY_TYPES = { float32: Float32Array, uint8: Uint8Array };

export function readHeader(bytes) {
  return JSON.parse(new TextDecoder().decode(bytes.subarray(4, bodyStart(bytes))));
}

export async function readArrays(bytes, header) {
  // The bytes arrive as an unaligned view, which no Float32Array may look at: copy them once.
  const body = bytes.slice(bodyStart(bytes));
  const entries = Object.entries(header.arrays).map(async ([name, entry]) => {
    const values = await readArray(body, entry);
    return [name, { values, shape: entry.shape }];
  });
  return Object.fromEntries(await Promise.all(entries));
}

function bodyStart(bytes) {
  return 4 + new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

async function readArray(body, { dtype, offset, length, compressed }) {
  if (compressed) return inflate(body.subarray(offset, offset + length));
  const ArrayType = ARRAY_TYPES[dtype];
  return new ArrayType(body.buffer, body.byteOffset + offset, length / ArrayType.BYTES_PER_ELEMENT);
}

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
