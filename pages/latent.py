"""The latent plane of any model: the pointer decodes whatever is under it."""

import streamlit as st

from explorer.errors import ExplorerError
from explorer.export.plane_pages import ShownPlane
from explorer.models.foreign_spec import has_encoder
from explorer.models.layers import apply_layers
from explorer.store import CheckpointInfo
from explorer.ui.caches import checkpoint_of
from explorer.ui.explain import explain
from explorer.ui.foreign_text import as_text
from explorer.ui.models.at_hand import say_that_the_library_is_empty, usable_models
from explorer.ui.models.picker import choose_model
from explorer.ui.plane.kept_canvas import kept_canvas
from explorer.ui.plane.latent_scene import scene_of
from explorer.ui.shell import open_page
from explorer.ui.take_away.menu import take_away
from explorer.ui.take_away.model_offers import model_offers
from explorer.ui.take_away.scene_offers import planes_offers
from explorer.ui.views.latent.lasso import mark_samples
from explorer.ui.views.latent.panels import choose_plane, describe, dots, download_grids
from explorer.ui.views.latent.sample import follow_sample

DECODER = r"\hat x = g_\theta(z), \qquad z = o + u\,a_1 + v\,a_2"
DECODER_WORDS = "The decoder g at the point (u, v) of the plane through o along the axes a₁ and a₂."

bar = open_page("latent")


def show(info: CheckpointInfo) -> None:
    """The canvas of one model, and what folds out below it."""
    checkpoint = checkpoint_of(info)
    choice = choose_plane(info, len(checkpoint.codes.test))
    scene = scene_of(info, choice)

    with below:
        view = kept_canvas(scene.canvas, "plane-canvas")
        st.markdown(
            f"{describe(checkpoint)}. {dots(info, len(scene.canvas.codes))}; "
            "the decoder answers for every point of the plane, also where no code lies. Click to pin a point."
        )
        if has_encoder(info.run.model):
            follow_sample(checkpoint, scene)
            mark_samples(checkpoint, scene.plane)
        with st.container(horizontal=True):
            download_grids(checkpoint, scene)
        explain(formula=[(DECODER, DECODER_WORDS)], code=[apply_layers])
        take_away([*planes_offers([ShownPlane(info, scene.canvas, view)]), *model_offers(checkpoint)])


models = usable_models()
below = st.container()
if not models:
    say_that_the_library_is_empty()
else:
    with bar:
        chosen = choose_model(models)
        try:
            show(chosen)
        except ExplorerError as error:
            below.error(as_text(error), icon=":material/error:")
