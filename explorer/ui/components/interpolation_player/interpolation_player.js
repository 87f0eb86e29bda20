// Strips of pictures with a slider along them; Python hears of the frame it is left on and of places that are clicked.

const STATES = new WeakMap();
const PLAYS_MS = 4000;
const CALM_MS = 700;
const KEY_STEP_PX = 8;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export default function interpolationPlayer({ data, parentElement, setStateValue, setTriggerValue }) {
  const state = STATES.get(parentElement) ?? { parts: findParts(parentElement), frame: 0, timer: 0, cursor: null };
  STATES.set(parentElement, state);
  state.tellFrame = (frame) => setStateValue("frame", frame);
  state.tellPlace = ([u, v]) => setTriggerValue("pick", { u, v });
  const { header, bytes } = readView(data);
  if (state.header?.signature !== header.signature) load(state, header, bytes);
  else draw(state);
  return () => {
    clearTimeout(state.timer);
    state.observer?.disconnect();
    STATES.delete(parentElement);
  };
}

function findParts(parentElement) {
  const names = ["interpolation-player", "place-of-plane", "plane", "hint", "play", "place", "caption", "rows", "chart"];
  return Object.fromEntries(names.map((name) => [name, parentElement.querySelector(`.${name}`)]));
}

export function readView(data) {
  const copy = data.slice();
  const length = new DataView(copy.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(copy.subarray(4, 4 + length)));
  return { header, bytes: copy.subarray(4 + length) };
}

function load(state, header, bytes) {
  clearTimeout(state.timer);
  const { frames, ticks, plane } = header;
  const take = reader(bytes);
  const m = (frames - 1) / (ticks.length - 1);
  const codes = plane && take.floats(2 * plane.n);
  const points = header.rows.map((row) => row.has_points && inPairs(take.floats(2 * frames)));
  const labels = plane && take.bytes(plane.n);
  const rows = header.rows.map((row, i) => {
    const levels = take.bytes(frames * row.size[0] * row.size[1]);
    return { ...row, points: points[i] || null, levels, live: makeCanvas(row.size) };
  });
  Object.assign(state, { header, rows, codes, labels, steps: ticks.map((_, i) => i * m), isPlaying: false });
  state.frame = Math.min(header.start, frames - 1);
  dress(state);
  wire(state);
  show(state, state.frame);
  state.observer?.disconnect();
  state.observer = new ResizeObserver(() => draw(state));
  state.observer.observe(state.parts["interpolation-player"]);
}

function reader(bytes) {
  let offset = 0;
  const take = (size) => bytes.subarray(offset, (offset += size));
  return { bytes: take, floats: (n) => new Float32Array(take(4 * n).slice().buffer) };
}

function inPairs(flat) {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
}

function makeCanvas([height, width]) {
  return Object.assign(document.createElement("canvas"), { width, height });
}

function element(tag, className, ...children) {
  const made = Object.assign(document.createElement(tag), { className });
  made.append(...children);
  return made;
}

function dress({ parts, header, rows, steps }) {
  parts.rows.replaceChildren(...rows.map((row) => makeRow(row, steps, header.columns > 1)));
  parts.rows.style.gridTemplateColumns = `repeat(${header.columns}, minmax(0, 1fr))`;
  parts.rows.toggleAttribute("data-compact", header.columns > 1);
  parts.rows.setAttribute("aria-label", header.alt);
  parts["place-of-plane"].hidden = !header.plane;
  parts.chart.hidden = !header.chart;
  parts.chart.setAttribute("aria-label", header.chart ? header.chart.y_title.replaceAll("\n", " ") : "");
  parts.hint.textContent = header.plane ? `${header.plane.hint} ${header.plane.note}`.trim() : "";
  parts.plane.toggleAttribute("data-picks", Boolean(header.plane?.hint));
  const help = "Arrow keys move the cursor, enter chooses its place.";
  parts.plane.setAttribute("aria-label", `Plane of codes with the way from start to end. ${header.plane?.hint ? help : ""}`);
}

// Many rows have little room: there the words on the moving picture stand beside the row's title.
function makeRow(row, steps, isCompact) {
  const swatch = element("span", "swatch");
  swatch.style.borderTopStyle = row.dash;
  swatch.style.borderTopColor = row.color;
  row.words = element(isCompact ? "span" : "figcaption", "words");
  const title = element("div", "title", swatch, `${row.title} `, element("small", "", row.note));
  const strip = element("div", "strip", ...steps.map((step) => makeStep(row, step)));
  row.tiles = [...strip.children];
  const live = element("figure", "live", row.live);
  if (isCompact) title.insertBefore(row.words, title.lastChild);
  else if (row.notes.length) live.append(row.words);
  return element("div", "row", title, strip, live);
}

function makeStep(row, step) {
  const canvas = makeCanvas(row.size);
  paint(canvas, row, step);
  return element("div", "step", canvas);
}

function paint(canvas, { levels, size }, frame) {
  const [height, width] = size;
  const image = new ImageData(width, height);
  const offset = frame * height * width;
  for (let i = 0; i < height * width; i++) image.data.fill(levels[offset + i], 4 * i, 4 * i + 3);
  for (let i = 3; i < image.data.length; i += 4) image.data[i] = 255;
  canvas.getContext("2d").putImageData(image, 0, 0);
}

function wire(state) {
  const { place, play, plane } = state.parts;
  place.max = state.header.frames - 1;
  place.setAttribute("aria-label", state.header.control);
  place.oninput = () => {
    pause(state);
    show(state, Number(place.value));
  };
  place.onchange = () => state.tellFrame(state.frame);
  play.onclick = () => (state.isPlaying ? rest(state) : begin(state));
  pause(state);
  const picks = Boolean(state.header.plane?.hint);
  plane.onclick = picks ? (event) => pick(state, [event.offsetX, event.offsetY]) : null;
  plane.onkeydown = picks ? (event) => pressKey(state, event) : null;
  plane.onblur = () => {
    state.cursor = null;
    draw(state);
  };
}

function pick(state, place) {
  const { box, toPlane } = viewOf(state);
  const isInside = place[0] >= box.left && place[0] <= box.right && place[1] >= box.top && place[1] <= box.bottom;
  if (isInside) state.tellPlace(toPlane(...place));
}

function pressKey(state, event) {
  const { box } = viewOf(state);
  state.cursor ??= [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  if (event.key === "Enter") pick(state, state.cursor);
  else if (!(event.key in ARROWS)) return;
  else state.cursor = state.cursor.map((value, i) => value + KEY_STEP_PX * ARROWS[event.key][i]);
  event.preventDefault();
  draw(state);
}

// Played, the whole way takes four seconds; where less motion is asked for, it goes from picture to picture of the strip.
function begin(state) {
  state.isPlaying = true;
  state.parts.play.textContent = "Pause";
  if (state.frame === state.header.frames - 1) show(state, 0);
  const wait = isCalm() ? CALM_MS : PLAYS_MS / (state.header.frames - 1);
  const advance = () => {
    const next = isCalm() ? state.steps.find((step) => step > state.frame) : state.frame + 1;
    show(state, next);
    if (next === state.header.frames - 1) rest(state);
    else state.timer = setTimeout(advance, wait);
  };
  state.timer = setTimeout(advance, wait);
}

function pause(state) {
  clearTimeout(state.timer);
  state.isPlaying = false;
  state.parts.play.textContent = "Play";
}

function rest(state) {
  pause(state);
  state.tellFrame(state.frame);
}

function show(state, frame) {
  const { place, caption, "interpolation-player": root } = state.parts;
  state.frame = frame;
  place.value = frame;
  place.setAttribute("aria-valuetext", state.header.captions[frame]);
  caption.textContent = state.header.captions[frame];
  root.dataset.frame = frame;
  for (const row of state.rows) {
    paint(row.live, row, frame);
    row.words.textContent = row.notes[frame] ?? "";
    row.tiles.forEach((tile, i) => tile.toggleAttribute("data-here", state.steps[i] === frame));
  }
  draw(state);
}

function viewOf({ parts, header }) {
  return planeView(parts.plane, header.plane.extent);
}

function draw(state) {
  const { parts, header, rows, steps, frame } = state;
  if (!parts["interpolation-player"].clientWidth) return;
  if (header.plane) {
    drawPlane(parts.plane, header.plane, state.labels, state.codes, header.plane.extent);
    drawPaths(parts.plane, viewOf(state), rows, steps, frame, state.cursor);
  }
  if (header.chart) drawReadings(parts.chart, header, columnsOf(state), steps, frame);
}

function columnsOf({ parts, rows }) {
  const left = parts.chart.getBoundingClientRect().left;
  const middle = (tile) => {
    const box = tile.getBoundingClientRect();
    return box.left + box.width / 2 - left;
  };
  return [middle(rows[0].tiles[0]), middle(rows[0].tiles.at(-1))];
}
