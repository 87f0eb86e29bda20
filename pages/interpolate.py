"""Walks through latent space: between two samples, along an attribute or one axis, along the shortest path."""

from collections.abc import Callable

import streamlit as st

from explorer.ui.linked_widgets import choose_view
from explorer.ui.models.at_hand import encoding_models, usable_models
from explorer.ui.models.picker import choose_model
from explorer.ui.refusals import said_in_place
from explorer.ui.shell import open_page
from explorer.ui.views.interpolate import directions, geometry, panels
from explorer.ui.views.interpolate.context import InterpolatedModel, interpolated_model
from explorer.ui.views.interpolate.endpoints import forget_points

DRAWS, ATTRIBUTES, AXES = "Between two draws", "Attributes", "One axis"
# Adding a class leads to it in 77 of 100 cases, with two dimensions in 31 to 52 (docs/interpolation.md).
WIDE = "ae-16d"
VIEWS: dict[str, Callable[[InterpolatedModel], None]] = {
    "Between two samples": panels.between,
    DRAWS: panels.between_draws,
    ATTRIBUTES: panels.attributes,
    AXES: panels.axes,
    "Geometry": geometry.geometry,
    "Directions": directions.directions,
}

bar = open_page("interpolate")
with bar:
    view = choose_view(VIEWS)
models = usable_models() if view in (DRAWS, AXES) else encoding_models()
if view == DRAWS:
    models = panels.with_prior(models)
if not models:
    st.info("The library holds no model for this view. Train one on the Train page.", icon=":material/model_training:")
else:
    with bar:
        chosen = choose_model(models, default=WIDE if view == ATTRIBUTES else None, on_change=forget_points)
    with said_in_place():
        VIEWS[view](interpolated_model(chosen))
