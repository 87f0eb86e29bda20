// A frame player: pictures side by side that follow a slider while it is dragged; Python hears of the frame it is left on.

const STATES = new WeakMap();
const FRAME_MS = 120;

export default function framePlayer({ data, parentElement, setStateValue }) {
  const state = STATES.get(parentElement) ?? { parts: findParts(parentElement), frame: 0, timer: 0 };
  STATES.set(parentElement, state);
  state.tellPython = (frame) => setStateValue("frame", frame);
  const { header, bytes } = readTracks(data);
  if (state.signature !== header.signature) load(state, header, bytes);
  return () => {
    clearInterval(state.timer);
    STATES.delete(parentElement);
  };
}

function findParts(parentElement) {
  const one = (selector) => parentElement.querySelector(selector);
  return { tracks: one(".tracks"), place: one(".place"), play: one(".play"), label: one(".label") };
}

export function readTracks(data) {
  const copy = data.slice();
  const length = new DataView(copy.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(copy.subarray(4, 4 + length)));
  return { header, bytes: copy.subarray(4 + length) };
}

function load(state, header, bytes) {
  const { parts } = state;
  Object.assign(state, { signature: header.signature, header, frame: header.start });
  let offset = 0;
  state.tracks = header.tracks.map((track) => {
    const levels = bytes.subarray(offset, offset + track.frames * track.height * track.width);
    offset += levels.length;
    const palette = bytes.subarray(offset, offset + 3 * 256);
    offset += palette.length;
    return { ...track, levels, palette, canvas: makeCanvas(track) };
  });
  parts.tracks.replaceChildren(...state.tracks.map(makeFigure));
  parts.tracks.setAttribute("aria-label", header.alt);
  wire(state);
  show(state, header.start);
}

function makeCanvas({ width, height }) {
  return Object.assign(document.createElement("canvas"), { width, height });
}

function makeFigure({ caption, canvas }) {
  const figure = document.createElement("figure");
  const text = document.createElement("figcaption");
  text.textContent = caption;
  figure.append(text, canvas);
  return figure;
}

function wire(state) {
  const { place, play } = state.parts;
  place.max = state.header.labels.length - 1;
  place.setAttribute("aria-label", state.header.control);
  place.oninput = () => {
    pause(state);
    show(state, Number(place.value));
  };
  place.onchange = () => state.tellPython(state.frame);
  play.onclick = () => (state.timer ? rest(state) : start(state));
}

function start(state) {
  if (state.frame === state.header.labels.length - 1) show(state, 0);
  state.parts.play.textContent = "Pause";
  state.timer = setInterval(() => {
    if (state.frame === state.header.labels.length - 1) rest(state);
    else show(state, state.frame + 1);
  }, FRAME_MS);
}

function pause(state) {
  clearInterval(state.timer);
  state.timer = 0;
  state.parts.play.textContent = "Play";
}

function rest(state) {
  pause(state);
  state.tellPython(state.frame);
}

function show(state, frame) {
  const { place, label } = state.parts;
  state.frame = frame;
  place.value = frame;
  place.setAttribute("aria-valuetext", state.header.labels[frame]);
  label.textContent = state.header.labels[frame];
  for (const track of state.tracks) draw(track, Math.min(frame, track.frames - 1));
}

function draw({ canvas, levels, palette, width, height }, frame) {
  const size = width * height;
  const image = new ImageData(width, height);
  for (let i = 0; i < size; i++) {
    const colour = 3 * levels[frame * size + i];
    image.data[4 * i] = palette[colour];
    image.data[4 * i + 1] = palette[colour + 1];
    image.data[4 * i + 2] = palette[colour + 2];
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}
