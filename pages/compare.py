"""Models side by side under one pointer, with a table of their figures of merit."""

import streamlit as st

from explorer.errors import ExplorerError
from explorer.models.fields import Choice
from explorer.store import CheckpointInfo
from explorer.ui.canvas import latent_canvas
from explorer.ui.explain import explain
from explorer.ui.latent_panels import data_state, usable_models
from explorer.ui.latent_scene import PRINCIPAL, PlaneChoice, choose_plane, latent_scene
from explorer.ui.library_table import COLUMNS, library_frame
from explorer.ui.scene import bound
from explorer.ui.shell import open_page

MOST_MODELS = 3
NOTE = (
    "The pointer in one plane picks the nearest real test sample; every other plane shows **its own code of that very "
    "sample** and what its decoder makes of it. The same z would mean nothing in another model: each plane has axes, "
    "units and a range of its own."
)

bar = open_page("compare")


def show(info: CheckpointInfo) -> None:
    """One model's plane, linked to the others."""
    st.markdown(f"**{info.name}**, {info.title}")
    try:
        is_plane = info.run is not None and info.run.model.latent_dim == 2
        choice = PlaneChoice() if is_plane else PlaneChoice(kind=PRINCIPAL)
        scene = latent_scene(info.fingerprint, str(info.path), choice, data_state(info), "compare")
        latent_canvas(scene.canvas, f"compare-{info.name}")
    except ExplorerError as error:
        st.error(str(error), icon=":material/error:")


models = usable_models()
default = [name for name in ("ae-2d", "vae-2d") if name in models] or list(models)[:2]
chosen = bar.multiselect(
    "Models",
    list(models),
    default,
    max_selections=MOST_MODELS,
    width=620,
    placeholder="two or three models",
    **bound("models", Choice(tuple(models))),
)
infos = [models[name] for name in chosen]
if len({info.run.dataset for info in infos if info.run}) > 1:
    st.info(
        "These models were trained on different data sets, so their pointers cannot follow the same sample; each "
        "plane follows its own pointer.",
        icon=":material/link_off:",
    )
if not infos:
    st.info("Choose two or three models above to see them under one pointer.", icon=":material/compare:")
else:
    for column, info in zip(st.columns(len(infos)), infos, strict=True):
        with column:
            show(info)
    st.markdown(NOTE)
    st.dataframe(library_frame(infos), column_config=COLUMNS, hide_index=True, row_height=72, placeholder="–")
    explain(code=[choose_plane])
