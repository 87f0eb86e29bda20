// The pictures beside the plane and the words under them.

/** @import { Place, Reference, Shown, ShownState, Source } from "../types.d.ts" */
import { sayAtRest } from "../../shared/parts.js";
import { formatNumber } from "../../shared/ticks.js";
import { latentAt } from "./latent.js";
import { clearPicture, sampleAt } from "./picture.js";

const N_SHOWN = 4;

/** point: {u, v} decoded now; title: why there; found: the nearest sample or null.
 * @type {(state: ShownState, point: Place, title: string, found: Reference | null) => void} */
export function showDecoded(state, point, title, found) {
  const { parts, theme, shown } = state;
  parts.decodedTitle.textContent = title;
  const values = shown.source.find(point, state.label);
  if (values) shown.paint(parts.decoded, values, theme);
  markSource(shown.source, parts.decodedCard, parts.decodedMark, values !== null);
  const place = placeText(shown, point);
  parts.readout.replaceChildren(...place.flatMap((line) => [line, document.createElement("br")]).slice(0, -1));
  const words = found ? `${place.join(", ")}; nearest sample: ${nearestText(shown, found)}` : place.join(", ");
  parts.decoded.setAttribute("aria-label", `${title}: decoded from ${place.join(", ")}`);
  sayAtRest(parts.live, () => words);
}

/** The picture before stays, dimmed, until the server has decoded the next.
 * @type {(source: Source, card: HTMLElement, mark: HTMLElement, isThere: boolean) => void} */
function markSource({ kind }, card, mark, isThere) {
  card.toggleAttribute("data-waiting", !isThere);
  if (kind === "browser") mark.textContent = "";
  else mark.textContent = isThere ? "decoded on the server" : "decoding on the server …";
}

/** @type {(state: ShownState, found: Reference | null) => void} */
export function showNearest(state, found) {
  const { parts, shown } = state;
  const samples = shown.scene.arrays.reference_samples;
  const note = samples ? "" : shown.scene.header.reference_note;
  parts.nearestCard.toggleAttribute("data-empty", !found || !samples);
  parts.nearestNote.textContent = [found && nearestText(shown, found), note].filter(Boolean).join(". ");
  if (found) parts.nearestNote.prepend(swatchOf(found.color));
  if (found && samples) paintNearest(state, found);
  else clearPicture(parts.nearest);
  state.nearestRow = found?.row ?? null;
}

/** @type {(state: ShownState, found: Reference) => void} */
function paintNearest({ parts, theme, shown, nearestRow }, found) {
  if (found.row === nearestRow) return;
  shown.paint(parts.nearest, sampleAt(shown.scene.arrays.reference_samples, found.row), theme);
  parts.nearest.setAttribute("aria-label", `Nearest real sample, class ${found.className}`);
}

/** @type {(state: ShownState) => void} */
export function showPinned(state) {
  const { parts, pin, theme, shown } = state;
  parts.pinnedCard.toggleAttribute("data-empty", !pin);
  parts.pinnedNote.textContent = pin ? pairText(shown, pin) : "Click the plane to pin a picture";
  const values = pin && shown.source.find(pin, state.label);
  if (values) shown.paint(parts.pinned, values, theme);
  else if (!pin) clearPicture(parts.pinned);
  parts.pinnedCard.toggleAttribute("data-waiting", pin !== null && !values);
  parts.pinned.setAttribute("aria-label", pin ? `Pinned: decoded from ${pairText(shown, pin)}` : "Nothing pinned");
}

/** @type {(color: string) => HTMLElement} */
export function swatchOf(color) {
  const swatch = document.createElement("span");
  swatch.className = "swatch";
  swatch.style.setProperty("--class-color", color);
  return swatch;
}

/** @type {(shown: Shown, found: Reference) => string} */
function nearestText({ digits }, { className, distance }) {
  return `${className}, ${formatNumber(distance, digits)} away`;
}

/** @type {(shown: Shown, point: Place) => string[]} */
function placeText(shown, point) {
  const { header } = shown.scene;
  if (header.origin.length === 2) return [`z = ${pairText(shown, point)}`];
  const z = latentAt(header, point);
  const parts = z.slice(0, N_SHOWN).map((value) => formatNumber(value, 2));
  const rest = z.length > N_SHOWN ? ", …" : "";
  return [`(u, v) = ${pairText(shown, point)}`, `z = (${parts.join(", ")}${rest})`];
}

/** @type {(shown: Shown, point: Place) => string} */
function pairText({ digits }, { u, v }) {
  return `(${formatNumber(u, digits)}, ${formatNumber(v, digits)})`;
}
