// Whether the user's system asks for less motion.

/** @type {() => boolean} */
export function isCalm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
