// A component with a player: its state is kept for its element, filled by each message, and ended with the element.

/** @import { Arrays, Header, Mount, Player } from "./types.d.ts" */
import { readIfNew } from "./message.js";
import { endIfLast, keptState } from "./mounts.js";

/**
 * @typedef {object} PlayerState
 * @property {Player} player
 * @property {string | null} signature  of the message that is shown
 * @property {(frame: number) => void} rest  tells Python of the frame that the player is left on
 */

/**
 * Mounts the component and returns what ends it.
 * @template {PlayerState} State
 * @template {Header} H
 * @param {Mount<Uint8Array>} mount
 * @param {object} component
 * @param {(parentElement: HTMLElement) => State} component.create
 * @param {(state: State) => void} [component.update]  at each run of the page
 * @param {(state: State, header: H, arrays: Arrays) => void} component.build  at each new message
 * @param {(state: State) => void} [component.end]
 */
export function mountPlayer({ data, parentElement, setStateValue }, component) {
  const { create, update = () => {}, build, end = () => {} } = component;
  const state = keptState(parentElement, create);
  state.rest = (frame) => setStateValue("frame", frame);
  update(state);
  readIfNew(state, data, (/** @type {H} */ header, arrays) => build(state, header, arrays));
  return endIfLast(parentElement, () => {
    end(state);
    state.player.end();
    state.signature = null;
  });
}
