// The pictures beside the plane and the words under them.

const LIVE_DELAY_MS = 600;
const N_SHOWN = 4;

// point: {u, v} decoded now; title: why there; found: the nearest sample or null.
export function showDecoded(state, point, title, found) {
  const { parts, theme } = state;
  parts.decodedTitle.textContent = title;
  const values = state.source.find(point.u, point.v, state.label);
  if (values) state.paint(parts.decoded, values, theme);
  markSource(state, parts.decodedCard, parts.decodedMark, values);
  const place = placeText(state, point);
  parts.readout.replaceChildren(...place.flatMap((line) => [line, document.createElement("br")]).slice(0, -1));
  const words = found ? `${place.join(", ")}; nearest sample: ${nearestText(state, found)}` : place.join(", ");
  parts.decoded.setAttribute("aria-label", `${title}: decoded from ${place.join(", ")}`);
  announce(state, words);
}

// The picture before stays, dimmed, until the server has decoded the next.
function markSource({ source }, card, mark, values) {
  card.toggleAttribute("data-waiting", !values);
  if (source.kind === "browser") mark.textContent = "";
  else mark.textContent = values ? "decoded on the server" : "decoding on the server …";
}

export function showNearest(state, found) {
  const { parts, scene, theme } = state;
  parts.nearestCard.toggleAttribute("data-empty", !found);
  parts.nearestNote.textContent = found ? nearestText(state, found) : scene.header.reference_note;
  if (found) parts.nearestNote.prepend(swatchOf(found.color));
  if (found && found.row !== state.nearestRow) {
    state.paint(parts.nearest, sampleAt(scene.arrays.reference_samples, found.row), theme);
    parts.nearest.setAttribute("aria-label", `Nearest real sample, class ${found.className}`);
  }
  if (!found) clearPicture(parts.nearest);
  state.nearestRow = found?.row ?? null;
}

export function showPinned(state) {
  const { parts, pin, theme } = state;
  parts.pinnedCard.toggleAttribute("data-empty", !pin);
  parts.pinnedNote.textContent = pin ? pairText(state, pin) : "Click the plane to pin a picture";
  const values = pin && state.source.find(pin.u, pin.v, state.label);
  if (values) state.paint(parts.pinned, values, theme);
  else if (!pin) clearPicture(parts.pinned);
  parts.pinnedCard.toggleAttribute("data-waiting", pin !== null && !values);
  parts.pinned.setAttribute("aria-label", pin ? `Pinned: decoded from ${pairText(state, pin)}` : "Nothing pinned");
}

function swatchOf(color) {
  const swatch = document.createElement("span");
  swatch.className = "swatch";
  swatch.style.setProperty("--class-color", color);
  return swatch;
}

function nearestText(state, { className, distance }) {
  return `${className}, ${formatNumber(distance, state.digits)} away`;
}

function placeText(state, point) {
  const { header } = state.scene;
  if (header.origin.length === 2) return [`z = ${pairText(state, point)}`];
  const z = latentAt(header, point.u, point.v);
  const shown = z.slice(0, N_SHOWN).map((value) => formatNumber(value, 2));
  const rest = z.length > N_SHOWN ? ", …" : "";
  return [`(u, v) = ${pairText(state, point)}`, `z = (${shown.join(", ")}${rest})`];
}

function pairText(state, { u, v }) {
  return `(${formatNumber(u, state.digits)}, ${formatNumber(v, state.digits)})`;
}

// Screen readers hear where the cursor came to rest, not every place on its way.
function announce(state, words) {
  clearTimeout(state.liveTimer);
  state.liveTimer = setTimeout(() => {
    state.parts.live.textContent = words;
  }, LIVE_DELAY_MS);
}
