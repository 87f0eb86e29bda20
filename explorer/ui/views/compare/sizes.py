"""The view of every K: PCA, autoencoders and VAEs, trained alike, over the number of dimensions."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import streamlit as st

from explorer.analysis.code_sizes import (
    FAMILIES,
    HIDDEN,
    N_NEIGHBOUR_SAMPLES,
    SIZES,
    STUDIED,
    CodeSizes,
    Judge,
    SizedModel,
    compare_sizes,
    cut_sse,
    size_run,
)
from explorer.analysis.measure import Progress
from explorer.figures.code_sizes import code_sizes_figure
from explorer.lessons.keys import code_sizes_key
from explorer.models.fields import Choice
from explorer.store import load_classifier
from explorer.ui.caches import cached_dataset
from explorer.ui.explain import explain
from explorer.ui.figure import STAGE_PX, show_figure
from explorer.ui.query_params import bound
from explorer.ui.results import measured_on_demand

REFERENCE_S = 240.0
CUT = (
    r"\hat x_n = f\bigl(\mu \odot m_n\bigr), \qquad m_n = 1 \text{ in the } n \text{ dimensions of highest KL, else } 0"
)


def every_k(bar: Any) -> None:
    """Four panels over K, from trainings that come with the explorer or are run here. bar: the title's row."""
    names = Choice(STUDIED)
    with bar:
        name = st.selectbox("Data set", names.options, width=150, **bound("data", names))

    def steps() -> Iterator[Progress[Any]]:
        classifier, _ = load_classifier(name)
        return compare_sizes(Judge(cached_dataset(name), cached_dataset(name, "test"), classifier))

    label = f"Train {2 * len(SIZES)} networks"
    found = measured_on_demand(code_sizes_key(name), label, "Training at every K", steps, REFERENCE_S)
    if found is not None:
        show_figure(code_sizes_figure(found, STAGE_PX - 60), "code-sizes", "Errors, bound, draws and neighbours over K")
        st.markdown(f"{words(found)} {protocol(name)}")
        explain(
            formula=[
                (
                    CUT,
                    ("The widest VAE with its n dimensions of highest KL; all others are set to 0, the prior's mean."),
                )
            ],
            code=[cut_sse, size_run],
        )


def words(found: CodeSizes) -> str:
    """Where more dimensions stop to pay, in numbers."""
    pca, ae, vae = (found.of_family(family) for family in FAMILIES)
    drawn = min(vae, key=lambda one: one.frechet_distance)
    return (
        f"From K = {ae[0].latent_dim} to {ae[-1].latent_dim} PCA's error {_change(pca)}, the AE's {_change(ae)}. "
        f"{_of_bound(vae)} Of the widest VAE's {vae[-1].latent_dim} dimensions {vae[-1].active_units} are active; with "
        f"only the {few_that_do(found)} of highest KL its error is at most 10 % above that with all. The VAEs' draws "
        f"have their lowest Fréchet distance at K = {drawn.latent_dim}: {drawn.frechet_distance:.1f}, where test "
        f"images have {found.frechet_floor:.1f}."
    )


def _change(models: tuple[SizedModel, ...]) -> str:
    """What the error does from the smallest K to the largest."""
    first, last = models[0].sse, models[-1].sse
    return f"{'falls' if last < first else 'rises'} from {first:.1f} to {last:.1f}"


def _of_bound(vae: tuple[SizedModel, ...]) -> str:
    """Where −ELBO is lowest, and why it rises beyond where it does."""
    best = min(vae, key=lambda one: one.negative_elbo_nats or 0)
    said = f"The VAE's −ELBO is lowest at K = {best.latent_dim}, {best.negative_elbo_nats:.1f} nats"
    if best is vae[-1]:
        return f"{said}, the largest K here."
    return f"{said}: further dimensions cost more KL than they save in distortion."


def few_that_do(found: CodeSizes) -> int:
    """The smallest n whose n costliest dimensions leave an error at most a tenth above that of all."""
    return int(np.argmax(found.cut_sse <= 1.1 * found.cut_sse[-1]))


def protocol(name: str) -> str:
    """How the models were trained and measured."""
    run = size_run(name, "vae", SIZES[-1])
    widths = "-".join(map(str, HIDDEN))
    return (
        f"Every network: {widths}-K, {run.n_epochs} epochs, one training each, measured on the test split of {name}; "
        "the AE minimises the squared error, the VAE the cross-entropy plus the KL. Draws are decoded from the prior "
        "of a VAE, and from a Gaussian fitted to the codes of PCA and an AE. Neighbours are sought among at most "
        f"{N_NEIGHBOUR_SAMPLES:,} training codes. `python -m explorer precompute` computes the figures anew."
    )
