// A panel over a named part of the page: a part that Python gave a key, or one that a component calls `data-cover`.

// Where Streamlit keeps the HTML of components.
const HOSTS = "[data-testid^=stBidiComponent], [data-testid^=stBidiComponent] *";

/** @type {(name: string) => HTMLElement | null} */
function partNamed(name) {
  const keyed = document.querySelector(`.st-key-${CSS.escape(name)}`);
  if (keyed instanceof HTMLElement) return keyed;
  for (const host of document.querySelectorAll(HOSTS)) {
    const part = host.shadowRoot?.querySelector(`[data-cover="${CSS.escape(name)}"]`);
    if (part instanceof HTMLElement) return part;
  }
  return null;
}

/** @type {(panel: HTMLElement, part: HTMLElement, from: number) => void} */
function lay(panel, part, from) {
  const { left, top, width, height } = part.getBoundingClientRect();
  const start = (width * from) / 100;
  Object.assign(panel.style, {
    left: `${left + start}px`,
    top: `${top}px`,
    width: `${width - start}px`,
    height: `${height}px`,
  });
}

/**
 * Keeps a part covered from `from` percent of its width on, whatever the page does with it; the function that is
 * returned uncovers it. Each frame is covered before it is painted, and what is covered answers to no pointer, key or
 * screen reader.
 * @type {(panel: HTMLElement, name: string, from: number) => () => void}
 */
export function cover(panel, name, from) {
  /** @type {HTMLElement | null} */
  let part = null;
  let frame = 0;
  const follow = () => {
    if (!part?.isConnected) part = partNamed(name);
    panel.hidden = !part;
    if (part) {
      part.inert = true;
      lay(panel, part, from);
    }
    frame = requestAnimationFrame(follow);
  };
  follow();
  return () => {
    cancelAnimationFrame(frame);
    panel.hidden = true;
    if (part) part.inert = false;
  };
}
