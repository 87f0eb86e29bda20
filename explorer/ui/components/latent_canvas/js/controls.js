// The legend that isolates a class, and the toolbar.

export function buildLegend(state) {
  const { class_names: names, colors } = state.scene.header;
  const buttons = names.map((name, label) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "class";
    button.textContent = name;
    button.style.setProperty("--class-color", colors[label]);
    button.onclick = (event) => chooseClass(state, label, event.shiftKey);
    return button;
  });
  state.parts.legend.replaceChildren(...buttons);
  showChosenClasses(state);
}

function chooseClass(state, label, toggles) {
  state.shown = toggles ? toggled(state.shown, label) : isolated(state.shown, label);
  showChosenClasses(state);
  requestDraw(state, "view");
}

export function toggled(shown, label) {
  const result = shown.map((flag, i) => (i === label ? !flag : flag));
  return result.includes(true) ? result : shown.map(() => true);
}

// A second click on the only class shown brings the others back.
export function isolated(shown, label) {
  const isAlone = shown.every((flag, i) => flag === (i === label));
  return shown.map((_, i) => isAlone || i === label);
}

function showChosenClasses({ parts, shown }) {
  [...parts.legend.children].forEach((button, label) => button.setAttribute("aria-pressed", String(shown[label])));
}

export function wireTools(state) {
  const actions = {
    points: () => Object.assign(state, { showsPoints: !state.showsPoints }),
    range: () => setGrid(state, state.grid === "range" ? null : "range"),
    quantile: () => setGrid(state, state.grid === "quantile" ? null : "quantile"),
    reset: () => resetView(state.view),
    fullscreen: () => toggleFullscreen(state.root),
  };
  for (const button of state.parts.tools) {
    button.onclick = () => {
      actions[button.dataset.tool]();
      showTools(state);
      requestDraw(state, "view");
    };
  }
  state.root.onfullscreenchange = () => showTools(state);
}

export function showTools(state) {
  const isPressed = {
    points: state.showsPoints,
    range: state.grid === "range",
    quantile: state.grid === "quantile",
    fullscreen: state.root.matches(":fullscreen"),
  };
  for (const button of state.parts.tools) {
    const { tool } = button.dataset;
    if (tool in isPressed) button.setAttribute("aria-pressed", String(isPressed[tool]));
    const isGrid = tool === "range" || tool === "quantile";
    button.hidden = isGrid && (state.gridIsGiven || !isImage(state.scene.header));
  }
}

export function setGrid(state, mode) {
  Object.assign(state, { grid: mode, tiles: null, nextTiles: null });
  if ((mode === "quantile") === (state.view.warp !== null)) return;
  state.view = viewFor(state);
  state.points.move(drawnCodes(state));
  fitLayers(state);
}

// The grid by quantile is even in ranks, so codes and axes turn to ranks with it.
function viewFor({ sorted, grid }) {
  return createView(sorted, grid === "quantile" ? createWarp(sorted) : null);
}

function drawnCodes({ scene, view }) {
  const codes = scene.arrays.codes.values;
  return view.warp ? warpCodes(codes, view.warp) : codes;
}

function toggleFullscreen(root) {
  if (root.matches(":fullscreen")) document.exitFullscreen();
  else root.requestFullscreen();
}
