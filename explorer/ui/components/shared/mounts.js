// What Streamlit does with a component: it calls it again with each new data, and calls what a call returned when the
// component goes, but also when newer data overtook that call while its script was loading.

/** @type {WeakMap<object, () => void>} */
const ENDS = new WeakMap();
/** @type {WeakMap<object, unknown>} */
const STATES = new WeakMap();

/** What a component keeps from call to call: made at the first one, and forgotten with its end.
 * @template State
 * @param {HTMLElement} element
 * @param {(element: HTMLElement) => State} create
 * @returns {State}
 */
export function keptState(element, create) {
  if (!STATES.has(element)) STATES.set(element, create(element));
  return /** @type {State} */ (STATES.get(element));
}

/** For a component that keeps its state from call to call: ends it, unless a later call goes on with it.
 * @type {(element: object, end: () => void) => () => void} */
export function endIfLast(element, end) {
  ENDS.set(element, end);
  return () => {
    if (ENDS.get(element) !== end) return;
    ENDS.delete(element);
    STATES.delete(element);
    end();
  };
}

/** For a component that begins anew at each call: what the call before began is ended first.
 * @type {(element: object, begin: () => () => void) => () => void} */
export function beginAnew(element, begin) {
  ENDS.get(element)?.();
  return endIfLast(element, begin());
}
