// Pictures decoded on the server: what a frame missed is asked for once the pointer rests, and kept when it comes.

/** @import { CanvasState, Place, Source } from "../types.d.ts" */
/** @import { Header } from "../../shared/types.d.ts" */
import { readArrays, readHeader } from "../../shared/message.js";
import { requestDraw } from "./draw.js";
import { sampleAt } from "./picture.js";

const REST_MS = 80;
const RETRY_MS = 4000;
const MAX_ASKED = 512;
const MAX_KEPT = 2048;

/**
 * @typedef {[u: number, v: number, w: number, label: number]} Asked
 *
 * @typedef {object} Remote
 * @property {Map<string, Float32Array>} kept  decoded values by place and label
 * @property {Map<string, Asked>} missing  what the frame in progress did not find
 * @property {string} wanted  what the last frame did not find
 * @property {{ id: string, at: number, keys: string[] } | null} asked  the question on its way
 * @property {number} timer
 */

/** @type {(state: CanvasState) => Source} */
export function createRemote(state) {
  /** @type {Remote} */
  const remote = { kept: new Map(), missing: new Map(), wanted: "", asked: null, timer: 0 };
  const receive = (/** @type {CustomEvent<Uint8Array>} */ { detail }) => void takeAnswer(state, remote, detail);
  window.addEventListener("latent-canvas:answer", receive);
  return {
    kind: "server",
    find: (place, label) => findKept(remote, place, label),
    rest: () => noteMissing(state, remote),
    end: () => {
      clearTimeout(remote.timer);
      window.removeEventListener("latent-canvas:answer", receive);
    },
  };
}

/** @type {(remote: Remote, place: Place, label: number) => Float32Array | null} */
function findKept({ kept, missing }, { u, v, w }, label) {
  const key = [u, v, w, label].join();
  const found = kept.get(key);
  if (!found) missing.set(key, [u, v, w, label]);
  return found ?? null;
}

/** @type {(state: CanvasState, remote: Remote) => void} */
function noteMissing(state, remote) {
  const missing = [...remote.missing].slice(0, MAX_ASKED);
  remote.missing.clear();
  const wanted = missing.map(([key]) => key).join(";");
  if (wanted === remote.wanted) return;
  remote.wanted = wanted;
  clearTimeout(remote.timer);
  if (missing.length > 0) remote.timer = window.setTimeout(() => ask(state, remote, missing), REST_MS);
}

/** One question at a time; an answer that never comes is waited for no longer than RETRY_MS.
 * @type {(state: CanvasState, remote: Remote, missing: [string, Asked][]) => void} */
function ask(state, remote, missing) {
  const now = performance.now();
  const send = window.latentCanvasServers?.get(state.name);
  if (!send || (remote.asked && now - remote.asked.at < RETRY_MS)) {
    remote.timer = window.setTimeout(() => ask(state, remote, missing), REST_MS);
    return;
  }
  remote.asked = { id: crypto.randomUUID?.() ?? `${now}-${Math.random()}`, at: now, keys: missing.map(([key]) => key) };
  send("ask", { id: remote.asked.id, places: missing.map(([, place]) => place) });
  remote.timer = window.setTimeout(() => ask(state, remote, missing), RETRY_MS);
}

/** @type {(state: CanvasState, remote: Remote, bytes: Uint8Array) => Promise<void>} */
async function takeAnswer(state, remote, bytes) {
  /** @type {Header & { name: string, id: string | null }} */
  const { name, id } = readHeader(bytes);
  const { asked } = remote;
  if (!asked || name !== state.name || id !== asked.id) return;
  const { values } = await readArrays(bytes);
  asked.keys.forEach((key, row) => remote.kept.set(key, sampleAt(values, row)));
  for (const key of remote.kept.keys()) {
    if (remote.kept.size <= MAX_KEPT) break;
    remote.kept.delete(key);
  }
  if (remote.asked !== asked) return;
  clearTimeout(remote.timer);
  Object.assign(remote, { asked: null, wanted: "" });
  requestDraw(state, "view");
}
