"""The planes of models side by side, under one pointer."""

import streamlit as st

from explorer.data import list_sources
from explorer.export.plane_pages import ShownPlane
from explorer.models.names import full_name
from explorer.store import CheckpointInfo
from explorer.ui.dataset_card import offer_data
from explorer.ui.foreign_text import as_text
from explorer.ui.models.picker import choose_models
from explorer.ui.plane.kept_canvas import kept_canvas
from explorer.ui.plane.latent_scene import scene_of
from explorer.ui.query_params import write_text
from explorer.ui.refusals import said_in_place

MOST_MODELS = 3
DEFAULT_MODELS = ("ae-2d", "vae-2d")
_COMPARED = "_compared"


def compared_models(models: dict[str, CheckpointInfo]) -> list[CheckpointInfo]:
    """The widget of the models; raises nothing when none is chosen."""
    default = [name for name in DEFAULT_MODELS if name in models] or list(models)[:2]
    chosen = choose_models(models, "models", default, most=MOST_MODELS, on_change=_move_along)
    st.session_state[_COMPARED] = [info.name for info in chosen]
    return chosen


def _move_along() -> None:
    """After another choice of models each of them keeps its pin, its view and its class, wherever its plane is now."""
    before, now = st.session_state[_COMPARED], st.session_state["models"]
    for key in ("z", "canvas", "label"):
        held = {name: st.query_params.get(f"{key}_{place}") for place, name in enumerate(before, 1)}
        for place in range(1, MOST_MODELS + 1):
            write_text(f"{key}_{place}", held.get(now[place - 1]) if place <= len(now) else None)


def show_planes(infos: list[CheckpointInfo]) -> list[ShownPlane]:
    """One plane a model, linked to the others where all have the same data; returns those that can be shown."""
    if len({info.run.dataset for info in infos}) > 1:
        st.info(
            "These models were trained on different data sets, so their pointers cannot follow the same sample; each "
            "plane follows its own pointer.",
            icon=":material/link_off:",
        )
    for name in dict.fromkeys(info.run.dataset for info in infos):
        if name in {source.name for source in list_sources()}:
            offer_data(name, "the planes show the real sample nearest to the pointer beside the decoded one")
    planes: list[ShownPlane] = []
    for place, (column, info) in enumerate(zip(st.columns(len(infos)), infos, strict=True), 1):
        with column, said_in_place():
            planes.append(_show_plane(info, place))
    return planes


def _show_plane(info: CheckpointInfo, place: int) -> ShownPlane:
    st.markdown(f"**{full_name(info.run.model)}**, {as_text(info.name)}")
    with st.container():  # of its own for the spinner, so that the canvas keeps its place when that has gone
        scene = scene_of(info, link="compare")
    return ShownPlane(info, scene.canvas, kept_canvas(scene.canvas, f"compare-{info.name}", f"_{place}"))
