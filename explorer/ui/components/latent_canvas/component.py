"""The latent canvas as a Streamlit component: mounts a scene and tells what the user pins."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from explorer.scenes.canvas_message import pack
from explorer.scenes.canvas_scene import CanvasScene, Pin
from explorer.scenes.component_files import join_modules
from explorer.ui.components.latent_canvas.remote_decode import FARTHEST, pack_answer, question_from
from explorer.ui.components.latent_canvas.view_state import ViewState
from explorer.ui.components.shared.registration import register, show_and_hear

Grid = Literal["off", "range", "quantile"]

_FOLDER = Path(__file__).parent


def canvas_script() -> str:
    """The canvas's JavaScript as one module; the default export mounts it, the named ones are its pure parts."""
    return join_modules(_FOLDER / "latent_canvas.js")


_canvas = register(_FOLDER)
_controls = st.components.v2.component("latent_canvas_controls", js=join_modules(_FOLDER / "controls.js"))
_server = st.components.v2.component("latent_canvas_server", js=join_modules(_FOLDER / "server.js"))


def latent_canvas(
    scene: CanvasScene,
    key: str,
    *,
    pinned: Pin | None = None,
    grid: Grid | None = None,
    grid_size: int = 15,
    label: int | None = None,
    on_pin: Callable[[Pin | None], None] | None = None,
    on_label: Callable[[int], None] | None = None,
    view_state: str | None = None,
    on_view_state: Callable[[str], None] | None = None,
) -> Pin | None:
    """Show a scene; returns the point that is pinned after this run.

    Build the scene once and cache it: the same object packs once and travels to the browser once.
    pinned: what the page holds as pinned, shown at once; grid: the latent grid, or None to leave it to the toolbar.
    label: the class that a conditional decoder draws large, or None to leave it to the canvas.
    on_pin: called before the page runs again, with what a click or the enter key pinned, or None when it was let go.
    on_label: called likewise with the class that was chosen.
    view_state: grid, window, classes and points as a text of `ViewState`, which the canvas shows when it first appears,
    and later when it is another than the canvas told; what is no such text counts as none.
    on_view_state: called likewise with that text once another view has come to rest; '' for the canvas as at first.
    """

    def hear(said: Mapping[str, Any]) -> None:
        change, chosen = _pin_change(said), _chosen_label(said, len(scene.class_names))
        if on_pin is not None and change is not None:
            on_pin(change[0])
        if on_label is not None and chosen is not None:
            on_label(chosen)
        if on_view_state is not None and (text := _view_text(said.get("view"))) is not None:
            on_view_state(text)

    view = {"view_state": _view_text(view_state), "reports_view": on_view_state is not None}
    with st.container(gap=None):
        _controls(key=f"{key}-controls", data=_control_data(key, pinned, grid, grid_size, label) | view)
        result = show_and_hear(_canvas, key, ["pin", "label", "view"], hear, data=pack(scene, key))
        _answer_questions(scene, key)
    change = _pin_change(result)
    return pinned if change is None else change[0]


@st.fragment
def _answer_questions(scene: CanvasScene, key: str) -> None:
    """Decode what a browser that is too slow asks for; only this fragment runs for it."""
    place = f"{key}-server"

    def decode(said: Mapping[str, Any]) -> None:
        st.session_state[f"{place}-asked"] = scene, question_from(said.get("ask"), scene)

    asked_of, question = st.session_state.get(f"{place}-asked", (scene, None))
    answer = pack_answer(scene, key, question if asked_of is scene else None)
    show_and_hear(_server, place, ["ask"], decode, data=answer)


def _control_data(
    name: str, pinned: Pin | None, grid: Grid | None, grid_size: int, label: int | None
) -> dict[str, Any]:
    point = None if pinned is None else [pinned.u, pinned.v, pinned.w]
    return {"name": name, "pinned": point, "grid": grid, "grid_size": grid_size, "label": label}


def _chosen_label(result: Mapping[str, Any], n_classes: int) -> int | None:
    """The class that the browser chose in this run, or None."""
    match result.get("label"):
        case int() as label if 0 <= label < n_classes:
            return label
        case _:
            return None


def _view_text(text: object) -> str | None:
    """A state of the view from the address or from the browser, or None for what is no such text."""
    if not isinstance(text, str):
        return None
    with suppress(ValueError):
        return ViewState().parse(text)
    return None


def _pin_change(result: Mapping[str, Any]) -> tuple[Pin | None] | None:
    """What the browser pinned in this run: (Pin,), (None,) when it let go, or None when it did neither."""
    match result.get("pin"):
        case {"u": float() | int() as u, "v": float() | int() as v, "w": float() | int() as w} if all(
            abs(number) < FARTHEST for number in (u, v, w)
        ):
            return (Pin(float(u), float(v), float(w)),)
        case {"u": None, "v": None, "w": None}:
            return (None,)
        case _:
            return None
