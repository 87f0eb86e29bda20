// The camera of a plotly figure saves a PNG, and an SVG while shift is held.

/** @typedef {Element & { _context?: { toImageButtonOptions: { format: string } } }} Figure */

/** Plotly looks the format up at each press, after this has heard of it. @type {() => () => void} */
export function hearCameras() {
  const onClick = (/** @type {MouseEvent} */ { target, shiftKey }) => {
    if (!(target instanceof Element) || !target.closest(".modebar-btn")) return;
    const figure = /** @type {Figure | null} */ (target.closest(".js-plotly-plot"));
    if (figure?._context) figure._context.toImageButtonOptions.format = shiftKey ? "svg" : "png";
  };
  document.addEventListener("click", onClick, true);
  return () => document.removeEventListener("click", onClick, true);
}
