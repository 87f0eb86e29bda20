"""Sparse codes on the page of objectives: what each unit draws, how often it fires, and how many a picture needs."""

from math import ceil, sqrt
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.denoising import mean_squared_error, reconstruct
from explorer.analysis.sparsity import Firing, errors_by_units, firing, unit_features
from explorer.figures.objectives import (
    OBJECTIVE_HUE,
    PCA_HUE,
    code_figure,
    features_figure,
    firing_figure,
    units_figure,
)
from explorer.models.latent_model import Array
from explorer.models.pca import PCA
from explorer.models.spec import K_SPARSE, AESpec
from explorer.store import Checkpoint, CheckpointInfo
from explorer.training import recipes
from explorer.ui.caches import checkpoint_of, model_of, pca_of
from explorer.ui.explain import explain
from explorer.ui.figure import STAGE_PX, show_figure
from explorer.ui.linked_widgets import choose_button
from explorer.ui.models.picker import choose_model
from explorer.ui.results import kept
from explorer.ui.sample_picker import sample_number
from explorer.ui.views.objectives.context import (
    MODEL_WIDTH,
    ObjectivesContext,
    measured_rows,
    spec_of,
)
from explorer.ui.views.objectives.missing_model import offer_training
from explorer.ui.views.objectives.sparsities import sparsities

FIRES, BY_UNITS = "How often units fire", "Error by units kept"
KINDS = {"k-sparse": "k_sparse", "k-sparse by |z|": "k_sparse_abs", "KL": "kl", "L1": "l1", "L2": "l2"}
# All ways side by side.
ALL = "All"
WIDTHS = (0.66, 0.34)
CHART_PX = 195
MOST_SHOWN = 144
# How much wider than high the place of the features is.
WIDE = 1.25
COUNTS = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500)
FORMULAS = {
    "k_sparse": (
        r"z = \operatorname{top}_k(f(x)), \qquad \mathcal{L} = \lVert x - g(z) \rVert^2",
        (
            "Only the k units of largest value stay (Makhzani & Frey 2014), so a strongly negative unit is set to 0. "
            "The gradient flows through the kept units alone."
        ),
    ),
    "k_sparse_abs": (
        (
            r"z_j = f(x)_j \text{ where } |f(x)_j| \text{ is one of the } k \text{ largest, else } 0, \qquad "
            r"\mathcal{L} = \lVert x - g(z) \rVert^2"
        ),
        "The k units of largest magnitude stay, positive or negative. The gradient flows through them alone.",
    ),
    "kl": (
        r"\mathcal{L} = \lVert x - g(z) \rVert^2 + \lambda \sum_j \mathrm{KL}(\rho \,\|\, \hat\rho_j)",
        "KL of two Bernoulli distributions: ρ̂ is a unit's mean activation over samples, ρ the target (Ng 2011).",
    ),
    "l1": (
        r"\mathcal{L} = \lVert x - g(z) \rVert^2 + \lambda \sum_j |z_j|",
        (
            "The sum of magnitudes pushes small activations to exactly 0 and shrinks all others. A code of half the "
            "size with a decoder of twice the weights has half the penalty and the same reconstruction, unless the "
            "decoder's weights are bounded (Olshausen & Field 1997)."
        ),
    ),
    "l2": (
        r"\mathcal{L} = \lVert x - g(z) \rVert^2 + \lambda \sum_j z_j^2",
        (
            "The pull towards 0, 2 λ z, fades with z, so nothing becomes exactly 0. L2 makes codes small, and sparse "
            "only by name."
        ),
    ),
}

CAVEATS = {
    "l1": (
        " A smaller code alone lowers an L1 penalty, and larger weights of the decoder make up for it. Compare how "
        "many units are 0, not how small the others are."
    ),
    "l2": " L2 shrinks all units and sets none to 0.",
}


def sparse(context: ObjectivesContext, bar: Any) -> None:
    """Features of all units, one picture's code, how often units fire, and the error by the units that are kept."""
    left, right = st.columns(WIDTHS, gap="medium")
    with right:
        title = choose_button("sparse", "Sparsity", (*KINDS, ALL), label_visibility="collapsed")
    if title == ALL:
        sparsities(left, right)
        return
    kind = KINDS[title]
    found = context.where(lambda spec: spec.sparsity == kind)
    if not found:
        with left:
            offer_training(context, recipes.sparse(context.name, kind), f"autoencoder with {title} codes")
        return
    with bar:
        info = choose_model(found, label="Sparse model", width=MODEL_WIDTH)
    checkpoint = checkpoint_of(info)
    with left:
        _show_features(context, checkpoint)
    with right:
        _show_use(context, checkpoint)


def _show_features(context: ObjectivesContext, checkpoint: Checkpoint) -> None:
    spec, codes = spec_of(checkpoint.info), checkpoint.codes.test
    used = firing(codes)
    order = np.argsort(-_use(spec, used), kind="stable")
    alive = order[used.rates[order] > 0][:MOST_SHOWN]
    features = context.tile(unit_features(checkpoint.model, codes)[alive])
    figure = features_figure(features, ceil(sqrt(WIDE * len(features))), STAGE_PX)
    show_figure(figure, "features", f"What each of {len(features)} units of the code draws alone")
    st.markdown(
        "**What each unit draws alone**, the most used first: orange adds light, blue takes it away, each on its own "
        f"scale. {_width(spec, context.n_pixels)} {_activity(spec, used)}{CAVEATS.get(spec.sparsity, '')}"
    )
    explain(formula=[FORMULAS[spec.sparsity]], code=[unit_features, firing, errors_by_units])


def _width(spec: AESpec, n_pixels: int) -> str:
    if spec.latent_dim > n_pixels:
        return f"The code is overcomplete: {spec.latent_dim} units for {n_pixels} pixels."
    return f"The code has {spec.latent_dim} units."


def _activity(spec: AESpec, used: Firing) -> str:
    """How many units are on, in a sentence with what the objective asks for."""
    if spec.sparsity == "kl":
        return (
            f"The mean activation is {used.means.mean():.3f}; the penalty pulls it towards ρ = {spec.sparsity_rate:g}."
        )
    low, high = int(used.n_active.min()), int(used.n_active.max())
    active = f"exactly {low}" if low == high else f"{low} to {high}, on average {used.n_active.mean():.1f},"
    dead = f" {used.n_dead} of {spec.latent_dim} units never fire." if used.n_dead else ""
    return f"In every test image {active} are not 0.{dead}"


def _show_use(context: ObjectivesContext, checkpoint: Checkpoint) -> None:
    sample = sample_number(context.test, "picture")
    code = checkpoint.codes.test[sample]
    n_on = int((code != 0).sum())
    st.markdown(f"**The code of test image {sample}**: {n_on} of {len(code)} units are not 0")
    show_figure(code_figure(code, CHART_PX), "code", f"The code of test image {sample}, unit by unit")
    if choose_button("below", "Below", (FIRES, BY_UNITS), label_visibility="collapsed") == FIRES:
        _show_firing(spec_of(checkpoint.info), checkpoint.codes.test)
    else:
        _show_errors(context, checkpoint.info)


def _show_firing(spec: AESpec, codes: NDArray[np.float32]) -> None:
    used = firing(codes)
    wanted, title = _wanted(spec)
    y_title = "mean activation" if spec.sparsity == "kl" else "fraction of pictures"
    alt = f"{y_title} of each unit over {len(codes):,} test images, the most used first"
    show_figure(firing_figure(_use(spec, used), wanted, title, y_title, CHART_PX + 40), "firing", alt)


def _use(spec: AESpec, used: Firing) -> NDArray[np.float64]:
    """How much each unit is used, in the terms of the objective: its mean activation, or how often it is not 0."""
    return used.means if spec.sparsity == "kl" else used.rates


def _wanted(spec: AESpec) -> tuple[float | None, str]:
    """The use of a unit that the objective asks for, and its name; None where it names none."""
    if spec.sparsity == "kl":
        return spec.sparsity_rate, f"ρ = {spec.sparsity_rate:g}"
    if spec.sparsity in K_SPARSE:
        fraction = spec.sparse_units / spec.latent_dim
        return fraction, f"k / K = {fraction:.2g}"
    return None, ""


def _show_errors(context: ObjectivesContext, info: CheckpointInfo) -> None:
    latent_dim = spec_of(info).latent_dim
    counts = (*(count for count in COUNTS if count < latent_dim), latent_dim)
    curves = _error_curves(info, context, counts)
    hues = dict(zip(curves, (OBJECTIVE_HUE, PCA_HUE), strict=True))
    alt = "Test error against how many units of each code are kept, beside PCA with as many components"
    show_figure(units_figure(counts, curves, hues, CHART_PX), "units-kept", alt)


def _error_curves(
    info: CheckpointInfo, context: ObjectivesContext, counts: tuple[int, ...]
) -> dict[str, NDArray[np.float64]]:
    """The test error of a sparse model and of PCA against how many units a code keeps."""

    def curves() -> dict[str, NDArray[np.float64]]:
        x = context.test.pixels(measured_rows(len(context.test)))
        pca = pca_of(context.name, counts[-1])
        return {
            "largest units of each code": errors_by_units(model_of(info), x, counts),
            "PCA, first components": np.array([_pca_error(pca, x, count) for count in counts]),
        }

    key = ("errors by units", info.fingerprint, context.test.fingerprint)
    return kept(key, curves, doing="Decoding with fewer units …")


def _pca_error(pca: PCA, x: Array, n_components: int) -> float:
    truncated = pca.truncated(min(n_components, pca.latent_dim))
    return mean_squared_error(x, reconstruct(truncated, x))
