// The whole screen by a button or the key F; it is on every page, so it also hears when a page turns light or dark, and
// as what a figure is saved.

/** @import { Mount } from "../shared/types.d.ts" */
import { beginAnew } from "../shared/mounts.js";
import { one } from "../shared/parts.js";
import { hearCameras } from "./figure_camera.js";

/** @type {() => void} */
function toggle() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
}

/** @type {(target: EventTarget) => boolean} */
function isTyping(target) {
  const isField = target instanceof HTMLElement && ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
  return isField || (target instanceof HTMLElement && target.isContentEditable);
}

/** A figure's text is coloured on the server, which does not hear by itself of a page that turns light or dark.
 * @type {string | undefined} */
let ground;

/** @type {(button: HTMLElement, setTriggerValue: Mount<null>["setTriggerValue"]) => void} */
function tellTurned(button, setTriggerValue) {
  const before = ground;
  ground = getComputedStyle(button).getPropertyValue("--st-background-color");
  if (before && before !== ground) setTriggerValue("turned", true);
}

/** @type {(mount: Mount<null>) => () => void} */
export default function fullScreen({ parentElement, setTriggerValue }) {
  const button = one(parentElement, "button", HTMLButtonElement);
  tellTurned(button, setTriggerValue);
  button.onclick = toggle;
  button.hidden = !document.fullscreenEnabled;
  return beginAnew(parentElement, () => {
    const endings = [hearKey(), hearCameras()];
    return () => endings.forEach((end) => end());
  });
}

/** @type {() => () => void} */
function hearKey() {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "f" && isPlain && !event.repeat && !isTyping(event.composedPath()[0])) toggle();
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}
