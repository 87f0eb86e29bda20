"""Contraction on the page of objectives: Jacobians at a pinned picture, their directions, and their size overall."""

from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.analysis.contraction import (
    Directions,
    LocalGeometry,
    Sensitivity,
    jacobian_norms,
    local_geometry,
    sensitivity,
)
from explorer.figures.objectives import OBJECTIVE_HUE, PLAIN_HUE, directions_figure, spectrum_figure
from explorer.models.written_numbers import percent
from explorer.store import CheckpointInfo
from explorer.training import recipes
from explorer.ui.explain import explain
from explorer.ui.figure import PICTURE_AND_CONTROLS, show_figure
from explorer.ui.linked_widgets import choose_button
from explorer.ui.models.picker import choose_model
from explorer.ui.results import kept
from explorer.ui.sample_picker import choose_sample
from explorer.ui.views.objectives.code_changes import changes_of_codes
from explorer.ui.views.objectives.context import (
    MODEL_WIDTH,
    ObjectivesContext,
    autoencoder_of,
    measured_rows,
    plain_twin,
    spec_of,
)
from explorer.ui.views.objectives.missing_model import offer_training

ENCODER, DECODER = "Encoder, ∂z/∂x", "Decoder, ∂x̂/∂z"
DIRECTIONS, CHANGES = "Directions", "Over ‖δ‖"
PLAIN, CONTRACTIVE = "plain AE", "contractive AE"
HUES = {PLAIN: PLAIN_HUE, CONTRACTIVE: OBJECTIVE_HUE}
SHORT = {PLAIN: "plain", CONTRACTIVE: "contr."}
N_DIRECTIONS = 5
PICTURE_PX, CHART_PX = 385, 275
OBJECTIVE = (
    r"\mathcal{L} = \lVert x - g(f(x)) \rVert^2 + \lambda \Bigl\lVert \frac{\partial f(x)}{\partial x} \Bigr\rVert_F^2"
)
OBJECTIVE_WORDS = (
    "The penalty makes the code insensitive to changes of the picture; the reconstruction error keeps it sensitive to "
    "those changes by which pictures differ. Only these directions remain (Rifai et al. 2011)."
)
TANGENTS = (
    r"\frac{\partial f(x)}{\partial x} = U \Sigma V^\top, \qquad \frac{\partial g(z)}{\partial z} = U' \Sigma' V'^\top"
)
TANGENT_WORDS = (
    "The columns of V are the changes of the picture to which the code is most sensitive. The columns of U′ are the "
    "changes of x̂ when z moves: tangents of the manifold of decoded images at x̂."
)


def contractive(context: ObjectivesContext, bar: Any) -> None:
    """Leading directions of both models' Jacobians at one test image, their spectra, and their size overall."""
    twins = {name: plain_twin(context, info) for name, info in context.where(lambda spec: spec.contraction > 0).items()}
    pairs = {name: (context.infos[name], twin) for name, twin in twins.items() if twin is not None}
    if not pairs:
        recipe = recipes.contractive(context.name)
        offer_training(context, recipe, "contractive autoencoder beside a plain one")
        return
    with bar:
        models = {name: info for name, (info, _) in pairs.items()}
        chosen = choose_model(models, label="Contractive model", width=MODEL_WIDTH)
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        part = choose_button("part", "Part", (DIRECTIONS, CHANGES), label_visibility="collapsed")
    info, twin = pairs[chosen.name]
    if part == CHANGES:
        changes_of_codes(context, {PLAIN: twin, CONTRACTIVE: info}, picture, controls)
    else:
        _show_pair(context, info, twin, picture, controls)


def _show_pair(
    context: ObjectivesContext,
    info: CheckpointInfo,
    twin: CheckpointInfo,
    picture: DeltaGenerator,
    controls: DeltaGenerator,
) -> None:
    with controls:
        side = choose_button("jacobian", "Directions", (ENCODER, DECODER), DECODER, label_visibility="collapsed")
        sample = choose_sample(context.test, "picture")
    with picture:
        spectra = _show_directions(context, {PLAIN: twin, CONTRACTIVE: info}, sample, side)
        y_title = "‖∂z‖ / spread of z" if side == ENCODER else "‖∂x̂‖ · spread of z"
        alt = f"Singular values of both models' Jacobians at test image {sample}, in units of the codes' spread"
        show_figure(spectrum_figure(spectra, HUES, y_title, CHART_PX), "spectrum", alt)
        _say(context, info, twin)
        _explain()
    with controls:
        st.markdown(
            "Singular values, above each direction and in the chart, are in units of the codes' own spread, so that a "
            "smaller code alone changes nothing. Orange adds light, blue takes it away."
        )


def _show_directions(
    context: ObjectivesContext, infos: dict[str, CheckpointInfo], sample: int, side: str
) -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
    """Two rows of directions; returns the singular values by title."""
    x = context.test.pixels(np.array([sample]))[0]
    rows, spectra = [], {}
    for title, info in infos.items():
        model = autoencoder_of(info)
        found = _side(local_geometry(model, x), side, _measured(context, info).spread)
        shown = x if side == ENCODER else model.decode(model.encode(x[None]))[0]
        letter = "x" if side == ENCODER else "x̂"
        rows.append((f"{SHORT[title]} {letter}", context.tile(shown)[0], found))
        spectra[title] = found.values
    n_shown = min(N_DIRECTIONS, *(len(values) for values in spectra.values()))
    alt = f"{side} at test image {sample}: the {n_shown} leading directions of each model with their singular values"
    show_figure(directions_figure(rows, n_shown, context.shape, PICTURE_PX), "directions", alt)
    return spectra


def _explain() -> None:
    explain(
        formula=[(OBJECTIVE, OBJECTIVE_WORDS), (TANGENTS, TANGENT_WORDS)],
        code=[local_geometry, jacobian_norms, directions_figure],
    )


def _side(geometry: LocalGeometry, side: str, spread: float) -> Directions:
    """The directions of one side, their values for codes of spread 1."""
    if side == ENCODER:
        return Directions(geometry.encoder.values / np.float32(spread), geometry.encoder.pictures)
    return Directions(geometry.decoder.values * np.float32(spread), geometry.decoder.pictures)


def _measured(context: ObjectivesContext, info: CheckpointInfo) -> Sensitivity:
    """How much the codes of test images move with their pixels."""
    key, test = ("sensitivity", info.fingerprint, context.test.fingerprint), context.test
    rows = measured_rows(len(test))
    return kept(key, lambda: sensitivity(autoencoder_of(info), test.pixels(rows)), doing="Differentiating the codes …")


def _say(context: ObjectivesContext, info: CheckpointInfo, twin: CheckpointInfo) -> None:
    n = len(measured_rows(len(context.test)))
    plain, own = _measured(context, twin), _measured(context, info)
    st.markdown(
        f"| over {n:,} test images | mean ‖∂z/∂x‖ | in units of the codes' spread | test MSE |\n|---|---|---|---|\n"
        f"| {PLAIN} | {plain.mean_norm:.3g} | {plain.relative_norm:.3g} | {plain.mse:.4f} |\n"
        f"| {CONTRACTIVE}, λ = {spec_of(info).contraction:g} | {own.mean_norm:.3g} | {own.relative_norm:.3g} | "
        f"{own.mse:.4f} |\n\nA smaller code alone makes ‖∂z/∂x‖ smaller, and the decoder can undo that. The norm in "
        f"units of the codes' spread does not change when a code is rescaled. {finding(plain, own)}"
    )


def finding(plain: Sensitivity, own: Sensitivity) -> str:
    """What the contraction changed beyond the size of the code, and what the reconstruction paid for it."""
    relative, error = own.relative_norm / plain.relative_norm, own.mse / plain.mse - 1
    change = (
        f"It is {1 / relative:.2f} times smaller here"
        if relative < 1
        else "It is no smaller here: the contractive code is merely a smaller one"
    )
    cost = f"{percent(error)} more" if error >= 0 else f"{percent(-error)} less"
    return f"{change}, with {cost} reconstruction error."
