// The keys of a lecture, which are also those of a clicker.

const TEXT_FIELDS = ["text", "search", "email", "url", "password", "tel", "number"];

/** Whether keys write where the focus is.
 * @type {(target: EventTarget | undefined) => boolean} */
function writes(target) {
  if (!(target instanceof HTMLElement)) return false;
  const isField = target instanceof HTMLInputElement && TEXT_FIELDS.includes(target.type);
  return isField || target instanceof HTMLTextAreaElement || target.isContentEditable;
}

/** Whether Page Up and Page Down mean something where the focus is: in a text of several lines and in an open list.
 * @type {(target: EventTarget | undefined) => boolean} */
function turnsPages(target) {
  if (!(target instanceof HTMLElement)) return false;
  const isLong = target instanceof HTMLTextAreaElement || target.isContentEditable;
  return isLong || target.getAttribute("aria-expanded") === "true";
}

const STEPS = new Map([["PageDown", 1], ["PageUp", -1]]);

/** Hears the keys of a lecture wherever the focus is; the function that is returned ends it.
 * @type {(keys: { step: (by: number) => void, cover: () => void }) => () => void} */
export function onLectureKeys({ step, cover }) {
  /** @type {(event: KeyboardEvent) => void} */
  const onKey = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const target = event.composedPath()[0];
    const by = STEPS.get(event.key);
    if (by && !turnsPages(target)) step(by);
    else if (".b".includes(event.key) && !writes(target)) cover();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener("keydown", onKey, true);
  return () => window.removeEventListener("keydown", onKey, true);
}
