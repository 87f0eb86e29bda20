// What many models make of a drawing while the pen moves: as many of them in each frame as there is time for, in turn.

/** @import { Arrays, DrawnImage, Mount } from "../shared/types.d.ts" */
/** @import { ReconstructionsHeader, ReconstructionsState, ReconstructionTile } from "./types.d.ts" */
import { buildCoder, squaredError } from "../shared/coder.js";
import { hearInk } from "../shared/ink_channel.js";
import { readIfNew } from "../shared/message.js";
import { endIfLast, keptState } from "../shared/mounts.js";
import { makeCanvas, makeElement, one, paintValues } from "../shared/parts.js";
import { offerToSave } from "../shared/save_picture.js";

const FRAME_MS = 12;

/** @type {(mount: Mount<Uint8Array>) => () => void} */
export default function drawnReconstructions({ data, parentElement }) {
  const state = keptState(parentElement, createState);
  void readIfNew(state, data, (/** @type {ReconstructionsHeader} */ header, arrays) => load(state, header, arrays));
  return endIfLast(parentElement, () => {
    cancelAnimationFrame(state.frame);
    state.end();
  });
}

/** @type {(parentElement: HTMLElement) => ReconstructionsState} */
function createState(parentElement) {
  /** @type {ReconstructionsState} */
  const state = {
    root: one(parentElement, ".drawn-reconstructions", HTMLElement), signature: null, shape: [0, 0], tiles: [],
    drawn: null, next: 0, left: 0, frame: 0, end: () => {},
  };
  state.end = hearInk((drawn) => {
    state.drawn = drawn;
    beginTurn(state);
  });
  offerToSave(state.root);
  return state;
}

/** @type {(state: ReconstructionsState, header: ReconstructionsHeader, arrays: Arrays) => void} */
function load(state, header, arrays) {
  const tiles = header.models.map((model) => {
    const error = makeElement("span", "error");
    const canvas = Object.assign(makeCanvas(header.image_shape), { role: "img" });
    return { coder: buildCoder(model, arrays), canvas, error, title: model.title };
  });
  const items = tiles.map(({ canvas, error, title }) => {
    return makeElement("li", "", canvas, makeElement("span", "title", title), error);
  });
  one(state.root, ".tiles", HTMLElement).replaceChildren(...items);
  state.root.dataset.state = "ready";
  Object.assign(state, { tiles, shape: header.image_shape, next: 0 });
  beginTurn(state);
}

/** @type {(state: ReconstructionsState) => void} */
function beginTurn(state) {
  state.left = state.tiles.length;
  state.frame ||= requestAnimationFrame(() => goOn(state));
}

/** @type {(state: ReconstructionsState) => void} */
function goOn(state) {
  const began = performance.now();
  while (state.left > 0 && performance.now() - began < FRAME_MS) {
    showTile(state.tiles[state.next], state.shape, state.drawn);
    state.next = (state.next + 1) % state.tiles.length;
    state.left--;
  }
  state.frame = state.left > 0 ? requestAnimationFrame(() => goOn(state)) : 0;
}

/** @type {(tile: ReconstructionTile, shape: [number, number], drawn: DrawnImage | null) => void} */
function showTile({ coder, canvas, error, title }, [height, width], drawn) {
  const x = drawn?.x?.length === height * width ? drawn.x : null;
  canvas.style.visibility = x ? "visible" : "hidden";
  error.textContent = "";
  if (!x) return;
  const made = coder.decode(coder.encode(x).z, 0);
  paintValues(canvas, made, [height, width]);
  error.textContent = `error ${squaredError(x, made).toFixed(1)}`;
  canvas.ariaLabel = `Reconstruction of the drawing by ${title}`;
}
