// What the address keeps of a canvas as one short text: grid, window, isolated classes and hidden points.
// Such as `grid-range~view-2.5,0.31,-1.2~classes-3,7~points-off`; view_state.py says which texts are allowed.

/** @import { GridMode, ShownState, SpaceView } from "../types.d.ts" */
import { isCalm } from "../../shared/calm.js";
import { firstSpace } from "./camera.js";
import { isImage } from "./picture.js";
import { fitLayers } from "./size.js";
import { setGrid, showTools, showVisibleClasses } from "./tools.js";
import { isAtHome, resetView } from "./view.js";

const REST_MS_OF_VIEW = 400;
const DIGITS = 4;

/** The text of a state; what is as at first is not in it. @type {(state: ShownState) => string} */
export function viewText({ grid, gridIsGiven, space, visible, showsPoints, shown: { view } }) {
  const round = (/** @type {number} */ value) => String(Number(value.toPrecision(DIGITS)));
  const window_ = [view.scale / view.fitScale, view.x, view.y].map(round);
  const parts = [
    grid && !gridIsGiven ? `grid-${grid}` : "",
    isAtHome(view) ? "" : `view-${window_}`,
    ...spaceTexts(space, round),
    visible.includes(false) ? `classes-${visible.flatMap((flag, label) => (flag ? [label] : []))}` : "",
    showsPoints ? "" : "points-off",
  ];
  return parts.filter(Boolean).join("~");
}

/** The angle while it spins is that from which it began, or the text would never come to rest.
 * @type {(space: SpaceView | null, round: (value: number) => string) => string[]} */
function spaceTexts(space, round) {
  if (!space) return [];
  const { turn, tilt, zoom, height, picks, spunFrom } = space;
  return [
    `turn-${[spunFrom ?? turn, tilt, zoom].map(round)}`,
    height === 0 ? "" : `height-${round(height)}`,
    picks === "nearest" ? "decode-nearest" : "",
    spunFrom === null ? "" : "spin-on",
  ];
}

/** Tells Python of another state once it has come to rest. @type {(state: ShownState) => void} */
export function tellView(state) {
  if (!state.reportsView || state.viewText === null || viewText(state) === state.viewText) return;
  clearTimeout(state.viewTimer);
  state.viewTimer = window.setTimeout(() => {
    state.viewText = viewText(state);
    state.toldViews.push(state.viewText);
    state.tellPython("view", state.viewText);
  }, REST_MS_OF_VIEW);
}

/** A text is a link's, or that of whoever this page follows, unless it repeats what the canvas or Python said before.
 * @type {(state: ShownState, text: string | null) => void} */
export function restoreView(state, text) {
  const given = text ?? "";
  const repeated = state.toldViews.indexOf(given);
  state.toldViews.splice(0, repeated + 1);
  const isNews = repeated < 0 && given !== state.givenView;
  state.givenView = given;
  if (state.viewText !== null && !isNews) return;
  if (state.viewText !== null) beginAtFirst(state);
  for (const part of given.split("~")) {
    const cut = part.indexOf("-");
    const [key, value] = [part.slice(0, cut), part.slice(cut + 1)];
    restorePart(state, key, value);
    if (state.shown.solid) restoreSpace(state, key, value);
  }
  fitLayers(state);
  clearTimeout(state.viewTimer);
  state.viewText = viewText(state);
  showTools(state);
  showVisibleClasses(state);
}

/** @type {(state: ShownState) => void} */
function beginAtFirst(state) {
  if (!state.gridIsGiven) setGrid(state, null);
  Object.assign(state, { space: null, showsPoints: true, visible: state.visible.map(() => true) });
  resetView(state.shown.view);
}

/** @type {(state: ShownState, key: string, value: string) => void} */
function restorePart(state, key, value) {
  const hasGrid = isImage(state.shown.scene.header) && !state.gridIsGiven;
  if (key === "grid" && hasGrid) setGrid(state, /** @type {GridMode} */ (value));
  else if (key === "points") state.showsPoints = value !== "off";
  else if (key === "classes") restoreClasses(state, value.split(",").map(Number));
  else if (key === "view") restoreWindow(state, value.split(",").map(Number));
}

/** `turn` comes before the other parts of a view in three dimensions.
 * @type {(state: ShownState, key: string, value: string) => void} */
function restoreSpace(state, key, value) {
  if (key === "turn") {
    const [turn, tilt, zoom] = value.split(",").map(Number);
    state.space = { ...firstSpace(), turn, tilt, zoom };
  }
  const { space } = state;
  if (!space) return;
  if (key === "height") space.height = Number(value);
  else if (key === "decode") space.picks = "nearest";
  else if (key === "spin" && !isCalm()) space.spunFrom = space.turn;
}

/** @type {(state: ShownState, labels: number[]) => void} */
function restoreClasses(state, labels) {
  const visible = state.visible.map((_, label) => labels.includes(label));
  if (visible.includes(true)) state.visible = visible;
}

/** @type {(state: ShownState, window_: number[]) => void} */
function restoreWindow({ shown: { view } }, [zoom, x, y]) {
  Object.assign(view, { scale: zoom * view.fitScale, x, y });
}
