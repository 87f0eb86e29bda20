// Very many codes: a sample of them at once, and all of them over the frames after the view has come to rest.

/** @import { Crowd, Pass, ShownState } from "../types.d.ts" */
import { requestDraw } from "./draw.js";
import { plotSize } from "./view.js";

const AT_ONCE = 60_000; // so many discs are drawn within 100 ms without a GPU
const MOST_PARTS = 31; // a stride of WebGL has at most 255 bytes, and a code has 8
const SAMPLE_MS = 140;

/** In how many parts n codes are drawn, each of them spread over all. @type {(n: number) => number} */
export function partsOf(n) {
  return Math.min(Math.ceil(n / AT_ONCE), MOST_PARTS) || 1;
}

/** Put the codes onto their canvas: all of them, or a sample that stands for them until all are there.
 * @type {(state: ShownState, passesFor: (share: number) => Pass[]) => void} */
export function drawCodes(state, passesFor) {
  const { shown, parts } = state;
  const n = partsOf(shown.scene.arrays.labels.values.length);
  clearTimeout(state.crowdTimer);
  if (n === 1) return drawAll(state, passesFor);
  const passes = passesFor(1);
  const key = keyOf(state, passes);
  const isThere = shown.crowd?.isWhole && shown.crowd.key === key;
  parts.root.dataset.points = isThere ? "all" : "sample";
  if (isThere) return;
  shown.points.clear(shown.view);
  for (const pass of passesFor(1 / n)) shown.points.draw(shown.view, state.ratio, pass, 0, n);
  const steps = passes.flatMap((pass) => Array.from({ length: n }, (_, part) => ({ pass, part })));
  const crowd = (shown.crowd = { key, isWhole: false, n, steps });
  state.crowdTimer = window.setTimeout(() => fill(state, crowd, 0), SAMPLE_MS);
}

/** All codes at once. @type {(state: ShownState, passesFor: (share: number) => Pass[]) => void} */
export function drawAll({ shown, parts, ratio }, passesFor) {
  parts.root.dataset.points = "all";
  shown.points.clear(shown.view);
  for (const pass of passesFor(1)) shown.points.draw(shown.view, ratio, pass, 0, 1);
}

/** One part a frame, behind the sample that is still seen.
 * @type {(state: ShownState, crowd: Crowd, at: number) => void} */
function fill(state, crowd, at) {
  const { shown } = state;
  if (shown?.crowd !== crowd) return;
  if (at === 0) shown.points.clear(shown.view);
  const { pass, part } = crowd.steps[at];
  shown.points.draw(shown.view, state.ratio, pass, part, crowd.n);
  if (at + 1 < crowd.steps.length) {
    requestAnimationFrame(() => fill(state, crowd, at + 1));
    return;
  }
  crowd.isWhole = true;
  requestDraw(state, "view");
}

/** What the picture of the codes depends on. @type {(state: ShownState, passes: Pass[]) => string} */
function keyOf({ ratio, shown: { view } }, passes) {
  const { width, height } = plotSize(view);
  return [view.x, view.y, view.scale, width, height, ratio, JSON.stringify(passes)].join();
}
