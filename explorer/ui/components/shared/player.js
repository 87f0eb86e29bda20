// Play, pause, slider, speed and caption of whatever moves in frames.

/** @import { Clip, Player } from "./types.d.ts" */
import { isCalm } from "./calm.js";
import { makeElement } from "./parts.js";

const SPEEDS = [0.5, 1, 2];
const SPEED_NAMES = ["½×", "1×", "2×"];
// Where less motion is asked for, a frame stands at least that long.
const CALM_MS = 700;

/** Fills an element with a player's controls. @type {(host: HTMLElement) => Player} */
export function createPlayer(host) {
  const play = Object.assign(document.createElement("button"), { type: "button", className: "play" });
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", className: "slider", min: "0", step: "1" });
  const caption = makeElement("output", "caption");
  const speed = makeSpeed();
  host.replaceChildren(play, slider, speed, caption);
  /** @type {State} */
  const state = { play, slider, speed, caption, clip: null, frame: 0, timer: 0 };
  wireControls(state);
  pause(state);
  return {
    load: (clip, start) => load(state, clip, start),
    go: (frame) => go(state, frame),
    end: () => pause(state),
  };
}

/**
 * @typedef {object} State
 * @property {HTMLButtonElement} play
 * @property {HTMLInputElement} slider
 * @property {HTMLSelectElement} speed
 * @property {HTMLElement} caption
 * @property {Clip | null} clip
 * @property {number} frame
 * @property {number} timer  0 while it rests
 */

/** @type {() => HTMLSelectElement} */
function makeSpeed() {
  const speed = Object.assign(document.createElement("select"), { className: "speed" });
  speed.setAttribute("aria-label", "Speed");
  speed.append(...SPEEDS.map((value, i) => new Option(SPEED_NAMES[i], String(value), value === 1, value === 1)));
  return speed;
}

/** @type {(state: State) => void} */
function wireControls(state) {
  const { play, slider } = state;
  play.onclick = () => toggle(state);
  slider.oninput = () => go(state, slider.valueAsNumber);
  slider.onchange = () => state.clip?.rest(state.frame);
  slider.onkeydown = (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    toggle(state);
  };
}

/** @type {(state: State, clip: Clip, start: number) => void} */
function load(state, clip, start) {
  pause(state);
  state.clip = clip;
  state.slider.max = String(clip.captions.length - 1);
  state.slider.setAttribute("aria-label", clip.control);
  showFrame(state, Math.min(start, clip.captions.length - 1), false);
}

/** @type {(state: State, frame: number) => void} */
function go(state, frame) {
  pause(state);
  showFrame(state, frame);
}

/** @type {(state: State) => void} */
function toggle(state) {
  if (state.timer) rest(state);
  else begin(state);
}

/** @type {(state: State) => void} */
function begin(state) {
  state.play.textContent = "Pause";
  state.caption.setAttribute("aria-live", "off");
  if (state.frame === lastFrame(state)) showFrame(state, 0, false);
  wait(state);
}

/** @type {(state: State) => void} */
function wait(state) {
  state.timer = window.setTimeout(() => advance(state), isCalm() ? Math.max(frameMs(state), CALM_MS) : frameMs(state));
}

/** @type {(state: State) => void} */
function advance(state) {
  const stops = isCalm() ? state.clip?.stops : null;
  const next = stops ? stops.find((stop) => stop > state.frame) : state.frame + 1;
  showFrame(state, next ?? lastFrame(state));
  if (state.frame === lastFrame(state)) rest(state);
  else wait(state);
}

/** @type {(state: State) => void} */
function pause(state) {
  clearTimeout(state.timer);
  state.timer = 0;
  state.play.textContent = "Play";
  state.caption.setAttribute("aria-live", "polite");
}

/** @type {(state: State) => void} */
function rest(state) {
  pause(state);
  state.clip?.rest(state.frame);
}

/** @type {(state: State) => number} */
function lastFrame({ clip }) {
  return (clip?.captions.length ?? 1) - 1;
}

/** @type {(state: State) => number} */
function frameMs({ clip, speed }) {
  return (clip?.frameMs ?? 0) / Number(speed.value);
}

/** @type {(state: State, frame: number, moves?: boolean) => void} */
function showFrame(state, frame, moves = true) {
  const { clip, slider, caption } = state;
  if (!clip) return;
  state.frame = frame;
  slider.value = String(frame);
  slider.setAttribute("aria-valuetext", clip.captions[frame]);
  caption.textContent = clip.captions[frame];
  clip.show(frame, moves && !isCalm() ? frameMs(state) : 0);
}
