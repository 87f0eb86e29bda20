// Canvases that name the same link follow one another: each shows its own code of the sample under the pointer.

const HOVER = "latent-canvas:hover";

export function tellLinked(state, row) {
  const { link } = state.scene.header;
  if (!link || state.toldRow === row || state.cursor?.isFollowing) return;
  state.toldRow = row;
  window.dispatchEvent(new CustomEvent(HOVER, { detail: { link, from: state, row } }));
}

export function followLinked(state) {
  const follow = ({ detail }) => {
    const { link } = state.scene?.header ?? {};
    if (!link || detail.link !== link || detail.from === state) return;
    state.cursor = detail.row === null ? null : { ...referenceCode(state.scene, detail.row), isFollowing: true };
    requestDraw(state, "cursor");
  };
  window.addEventListener(HOVER, follow);
  return () => window.removeEventListener(HOVER, follow);
}

export function referenceCode({ arrays }, row) {
  const { values } = arrays.reference_codes;
  return { u: values[2 * row], v: values[2 * row + 1] };
}
