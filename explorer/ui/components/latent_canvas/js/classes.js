// The same place decoded as every class, for a decoder that is told the class; one of them is the large picture's.

const LABEL_REST_MS = 300;

export function buildClasses(state) {
  const { parts, scene } = state;
  const names = scene.header.is_conditional ? scene.header.class_names : [];
  state.cells = names.map((name, label) => createCell(state, name, label));
  parts.classes.hidden = names.length === 0;
  parts.classes.style.setProperty("--n-classes", names.length);
  parts.classes.replaceChildren(...state.cells.map(({ button }) => button));
  parts.classes.onkeydown = (event) => pressClassKey(state, event);
  if (state.label >= Math.max(names.length, 1)) state.label = 0;
  markChosen(state);
}

export function setLabel(state, label) {
  if (state.cells.length === 0 || state.labelTimer) return;
  state.label = Math.min(label, state.cells.length - 1);
  markChosen(state);
  if (state.grid) state.nextTiles = newTiles(state);
}

function createCell(state, name, label) {
  const button = document.createElement("button");
  const canvas = document.createElement("canvas");
  const caption = document.createElement("span");
  Object.assign(button, { type: "button", className: "as-class", onclick: () => chooseLabel(state, label) });
  button.setAttribute("role", "radio");
  button.style.setProperty("--class-color", state.scene.header.colors[label]);
  caption.append(swatchOf(state.scene.header.colors[label]), name);
  button.append(canvas, caption);
  return { button, canvas, label, at: null };
}

function markChosen({ cells, label: chosen }) {
  for (const { button, label } of cells) {
    button.setAttribute("aria-checked", String(label === chosen));
    button.tabIndex = label === chosen ? 0 : -1;
  }
}

export function chooseLabel(state, label) {
  if (state.cells.length === 0) return;
  clearTimeout(state.labelTimer);
  state.labelTimer = null;
  setLabel(state, (label + state.cells.length) % state.cells.length);
  // Whoever pages through the classes is asked for none of them but the last.
  state.labelTimer = setTimeout(() => {
    state.labelTimer = null;
    state.tellPython("label", state.label);
  }, LABEL_REST_MS);
  requestDraw(state, "view");
}

function pressClassKey(state, event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  chooseLabel(state, state.label + step);
  state.cells[state.label].button.focus();
}

// What a frame has no time for comes in the next one, and then first.
export function showClasses(state, { u, v }) {
  const { cells, source, theme } = state;
  const [at, start] = [`${u},${v}`, performance.now()];
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[(state.turn + i) % cells.length];
    if (cell.at === at) continue;
    if (performance.now() - start > FRAME_MS) {
      state.turn = cell.label;
      requestDraw(state, "cursor");
      return;
    }
    const values = source.find(u, v, cell.label);
    if (values) state.paint(cell.canvas, values, theme);
    cell.at = values ? at : null;
    cell.button.toggleAttribute("data-waiting", !values);
  }
}
