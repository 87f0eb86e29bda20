// Pictures side by side that follow a player's slider; Python hears of the frame it is left on.

/** @import { Arrays, Header, Mount, Player } from "../shared/types.d.ts" */
import { mountPlayer } from "../shared/mount_player.js";
import { makeElement, one } from "../shared/parts.js";
import { createPlayer } from "../shared/player.js";
import { offerToSave } from "../shared/save_picture.js";
import { makeTrack, paintTracks } from "../shared/tracks.js";

const FRAME_MS = 120;
// Captions of at most so many letters stand beside the slider.
const SHORT = 60;
// Captions of at most so many do so where the player has the width of the page.
const MEDIUM = 110;

/**
 * @typedef {Header & { captions: string[], labels: string[], control: string, alt: string, start: number }} FrameHeader
 * @typedef {{ root: HTMLElement, player: Player, signature: string | null, rest: (frame: number) => void }} State
 */

/** @type {(mount: Mount<Uint8Array>) => () => void} */
export default function framePlayer(mount) {
  return mountPlayer(mount, { create: createState, build });
}

/** @type {(parentElement: HTMLElement) => State} */
function createState(parentElement) {
  const root = one(parentElement, ".frame-player", HTMLElement);
  const player = createPlayer(one(root, ".player", HTMLElement));
  offerToSave(root);
  return { root, player, signature: null, rest: () => {} };
}

/** @type {(state: State, header: FrameHeader, arrays: Arrays) => void} */
function build(state, { captions, labels, control, alt, start }, arrays) {
  const tracks = captions.map((_, i) => makeTrack(arrays, i));
  const shown = one(state.root, ".tracks", HTMLElement);
  shown.replaceChildren(...tracks.map(({ canvas }, i) => {
    return makeElement("figure", "", makeElement("figcaption", "", captions[i]), canvas);
  }));
  shown.setAttribute("aria-label", alt);
  const longest = Math.max(...labels.map((label) => label.length));
  state.root.classList.toggle("short-captions", longest <= SHORT);
  state.root.classList.toggle("medium-captions", longest > SHORT && longest <= MEDIUM);
  const show = (/** @type {number} */ frame) => paintTracks(tracks, frame);
  state.player.load({ captions: labels, control, frameMs: FRAME_MS, show, rest: (frame) => state.rest(frame) }, start);
}
