// What a sheet tells the other components of its page: the drawing as models see it, at every move of the pen.

/** @import { DrawnImage } from "./types.d.ts" */

const DRAWN = "ink:drawn";
const ASKED = "ink:asked";

/** @type {(drawn: DrawnImage) => void} */
export function tellInk(drawn) {
  window.dispatchEvent(new CustomEvent(DRAWN, { detail: drawn }));
}

/** Calls `hear` with the drawing as it is now and at every change; the function that is returned ends it.
 * @type {(hear: (drawn: DrawnImage) => void) => () => void} */
export function hearInk(hear) {
  const listen = (/** @type {WindowEventMap["ink:drawn"]} */ { detail }) => hear(detail);
  window.addEventListener(DRAWN, listen);
  window.dispatchEvent(new CustomEvent(ASKED));
  return () => window.removeEventListener(DRAWN, listen);
}

/** Tells the drawing to components that come later; the function that is returned ends it.
 * @type {(drawing: () => DrawnImage) => () => void} */
export function answerInk(drawing) {
  const answer = () => tellInk(drawing());
  window.addEventListener(ASKED, answer);
  return () => window.removeEventListener(ASKED, answer);
}
