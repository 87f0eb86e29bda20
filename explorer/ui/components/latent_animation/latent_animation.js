// A slider over frames; what differs between two frames moves, pictures cross over.

const STATES = new WeakMap();
const BAR_COLOR = "#5b62d9";
const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export default function latentAnimation({ data, parentElement, setStateValue }) {
  const state = STATES.get(parentElement) ?? { parts: findParts(parentElement), request: 0, isPlaying: false };
  STATES.set(parentElement, state);
  state.tellPython = (frame) => setStateValue("frame", frame);
  const stage = readAnimation(data);
  if (state.stage?.header.signature !== stage.header.signature) load(state, stage);
  else draw(state);
  return () => {
    cancelAnimationFrame(state.request);
    state.observer?.disconnect();
    STATES.delete(parentElement);
  };
}

function findParts(parentElement) {
  const names = ["animation", "place", "play", "caption", "plane", "pictures", "grid", "chart", "bars"];
  const parts = Object.fromEntries(names.map((name) => [name, parentElement.querySelector(`.${name}`)]));
  return { ...parts, title: parentElement.querySelector("figcaption") };
}

export function readAnimation(data) {
  const copy = data.slice();
  const length = new DataView(copy.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(copy.subarray(4, 4 + length)));
  const { frames, samples } = header;
  let offset = 4 + length;
  const take = (size) => copy.subarray(offset, (offset += size));
  const floats = new Float32Array(copy.buffer, offset, frames * samples * 2);
  take(floats.byteLength);
  const labels = take(samples);
  const size = header.image[0] * header.image[1];
  const pictures = size ? Array.from({ length: frames }, () => toPicture(take(size), header.image)) : [];
  const points = Array.from({ length: frames }, (_, i) => floats.subarray(2 * samples * i, 2 * samples * (i + 1)));
  return { header, labels, points, pictures, range: chartRange(header.chart) };
}

function toPicture(levels, [height, width]) {
  const picture = Object.assign(document.createElement("canvas"), { width, height });
  const image = new ImageData(width, height);
  levels.forEach((level, i) => image.data.set([level, level, level, 255], 4 * i));
  picture.getContext("2d").putImageData(image, 0, 0);
  return picture;
}

function load(state, stage) {
  const { parts } = state;
  const { header } = stage;
  cancelAnimationFrame(state.request);
  state.stage = stage;
  state.shown = momentOf(stage, header.start);
  parts.plane.setAttribute("aria-label", header.alt);
  parts.chart.setAttribute("aria-label", `${header.chart.y_title} against ${header.chart.x_title}`);
  parts.bars.setAttribute("aria-label", "KL of each latent dimension");
  parts.grid.setAttribute("aria-label", header.image_title);
  parts.title.textContent = header.image_title;
  parts.pictures.hidden = !stage.pictures.length;
  parts.bars.hidden = !header.bars;
  wire(state);
  rest(state, false);
  place(state, header.start);
  draw(state);
  state.observer?.disconnect();
  state.observer = new ResizeObserver(() => draw(state));
  state.observer.observe(parts.plane);
}

function wire(state) {
  const { place: slider, play } = state.parts;
  slider.max = state.stage.header.frames - 1;
  slider.setAttribute("aria-label", state.stage.header.control);
  slider.oninput = () => {
    rest(state, false);
    moveTo(state, Number(slider.value));
  };
  slider.onchange = () => state.tellPython(state.frame);
  play.onclick = () => (state.isPlaying ? rest(state, true) : begin(state));
}

function begin(state) {
  state.isPlaying = true;
  state.parts.play.textContent = "Pause";
  const last = state.stage.header.frames - 1;
  moveTo(state, state.frame === last ? 0 : state.frame + 1);
}

function rest(state, tells) {
  state.isPlaying = false;
  state.parts.play.textContent = "Play";
  if (tells) state.tellPython(state.frame);
}

function place(state, frame) {
  const { header } = state.stage;
  state.frame = frame;
  state.parts.place.value = frame;
  state.parts.place.setAttribute("aria-valuetext", header.captions[frame]);
  state.parts.caption.textContent = header.captions[frame];
  state.parts.animation.dataset.frame = frame;
}

function momentOf({ header, points, pictures }, frame) {
  return {
    points: points[frame],
    extent: header.extents[frame],
    dots: header.chart.dots[frame],
    bars: header.bars?.[frame],
    pictures: pictures.length ? [[pictures[frame], 1]] : [],
  };
}

function moveTo(state, frame) {
  const from = state.shown;
  const to = momentOf(state.stage, frame);
  const began = performance.now();
  const lasts = isCalm() ? 0 : state.stage.header.transition_ms;
  place(state, frame);
  state.parts.animation.dataset.state = "moving";
  cancelAnimationFrame(state.request);
  const tick = (now) => {
    const part = lasts ? Math.min(1, Math.max(0, now - began) / lasts) : 1;
    state.shown = part < 1 ? between(from, to, part * part * (3 - 2 * part)) : to;
    draw(state);
    if (part < 1) state.request = requestAnimationFrame(tick);
    else arrive(state);
  };
  state.request = requestAnimationFrame(tick);
}

function arrive(state) {
  state.parts.animation.dataset.state = "still";
  if (!state.isPlaying) return;
  if (state.frame === state.stage.header.frames - 1) rest(state, true);
  else if (isCalm()) setTimeout(() => state.isPlaying && moveTo(state, state.frame + 1), state.stage.header.transition_ms);
  else moveTo(state, state.frame + 1);
}

export function between(from, to, part) {
  const mix = (a, b) => a + (b - a) * part;
  const mixAll = (a, b) => a.map((value, i) => mix(value, b[i]));
  const [u, v] = mixAll(from.extent, to.extent);
  // Each equal time the plane grows by an equal factor.
  const reach = from.extent[2] ** (1 - part) * to.extent[2] ** part;
  return {
    points: mixAll(from.points, to.points),
    extent: [u, v, reach],
    dots: from.dots.map((dot, i) => mixAll(dot, to.dots[i])),
    bars: from.bars && mixAll(from.bars, to.bars),
    pictures: from.pictures.length ? [from.pictures.at(-1), [to.pictures[0][0], part]] : [],
  };
}

function draw(state) {
  const { parts, stage, shown } = state;
  if (!parts.plane.clientWidth) return;
  drawPlane(parts.plane, stage.header, stage.labels, shown.points, shown.extent);
  drawChart(parts.chart, stage.header.chart, stage.range, shown.dots);
  if (shown.bars) drawBars(parts.bars, shown.bars, BAR_COLOR);
  drawPictures(parts.grid, shown.pictures);
}

function drawPictures(canvas, pictures) {
  if (!pictures.length) return;
  const [{ width, height }] = pictures[0];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  for (const [picture, alpha] of pictures) {
    context.globalAlpha = alpha;
    context.drawImage(picture, 0, 0);
  }
  context.globalAlpha = 1;
}
