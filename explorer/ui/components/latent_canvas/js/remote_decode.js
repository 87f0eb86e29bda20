// Pictures decoded on the server: what a frame missed is asked for once the pointer rests, and kept when it comes.

const ANSWER = "latent-canvas:answer";
const REST_MS = 80;
const RETRY_MS = 4000;
const MAX_ASKED = 512;
const MAX_KEPT = 2048;

export function createRemote(state) {
  const remote = { kept: new Map(), missing: new Map(), wanted: "", asked: null, timer: 0 };
  const receive = ({ detail }) => takeAnswer(state, remote, detail);
  window.addEventListener(ANSWER, receive);
  return {
    kind: "server",
    find: (u, v, label) => findKept(remote, u, v, label),
    rest: () => noteMissing(state, remote),
    end: () => {
      clearTimeout(remote.timer);
      window.removeEventListener(ANSWER, receive);
    },
  };
}

function findKept({ kept, missing }, u, v, label) {
  const key = [u, v, label].join();
  if (kept.has(key)) return kept.get(key);
  missing.set(key, [u, v, label]);
  return null;
}

function noteMissing(state, remote) {
  const missing = [...remote.missing].slice(0, MAX_ASKED);
  remote.missing.clear();
  const wanted = missing.map(([key]) => key).join(";");
  if (wanted === remote.wanted) return;
  remote.wanted = wanted;
  clearTimeout(remote.timer);
  if (missing.length > 0) remote.timer = setTimeout(() => ask(state, remote, missing), REST_MS);
}

// One question at a time; an answer that never comes is waited for no longer than RETRY_MS.
function ask(state, remote, missing) {
  const now = performance.now();
  const send = window.latentCanvasServers?.get(state.name);
  if (!send || (remote.asked && now - remote.asked.at < RETRY_MS)) {
    remote.timer = setTimeout(() => ask(state, remote, missing), REST_MS);
    return;
  }
  remote.asked = { id: crypto.randomUUID?.() ?? `${now}-${Math.random()}`, at: now, keys: missing.map(([key]) => key) };
  send("ask", { id: remote.asked.id, places: missing.map(([, place]) => place) });
  remote.timer = setTimeout(() => ask(state, remote, missing), RETRY_MS);
}

function takeAnswer(state, remote, bytes) {
  const { name, id, dtype } = readHeader(bytes);
  if (name !== state.name || id !== remote.asked?.id) return;
  const { keys } = remote.asked;
  const values = new ARRAY_TYPES[dtype](bytes.slice(bodyStart(bytes)).buffer);
  const samples = { values, shape: [keys.length] };
  keys.forEach((key, row) => remote.kept.set(key, sampleAt(samples, row)));
  for (const key of remote.kept.keys()) {
    if (remote.kept.size <= MAX_KEPT) break;
    remote.kept.delete(key);
  }
  clearTimeout(remote.timer);
  Object.assign(remote, { asked: null, wanted: "" });
  requestDraw(state, "view");
}
