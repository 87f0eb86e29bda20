// Where pictures come from: the browser's own decoder, or the server where that would take longer than a frame.

const FRAME_MS = 12;
const TRIAL_MS = 600;
const N_TRIALS = 8;

// find(u, v, label) gives the decoded values, or null where the server has yet to say them;
// rest() is told at the end of a frame.
function createSource(state, header, arrays) {
  const decode = canDecode(header) ? buildDecoder(header, arrays) : null;
  const trial = latentAt(header, 1, 1);
  if (!decode || !fitsFrame(() => decode(trial, 0))) return createRemote(state);
  return { kind: "browser", find: (u, v, label) => decode(latentAt(header, u, v), label), rest: () => {}, end: () => {} };
}

// Whether one of some trials is quick enough: the first ones also compile the loops, and a busy machine slows any.
export function fitsFrame(decode) {
  const start = performance.now();
  for (let trial = 0, before = start; trial < N_TRIALS && before - start < TRIAL_MS; trial++) {
    decode();
    const now = performance.now();
    if (now - before <= FRAME_MS) return true;
    before = now;
  }
  return false;
}
