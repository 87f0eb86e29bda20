"""The view of every K: PCA, autoencoders and VAEs, trained alike, over the number of dimensions."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import streamlit as st

from explorer.analysis.code_sizes import (
    HIDDEN,
    N_NEIGHBOUR_SAMPLES,
    NETWORKS,
    SEEDS,
    SIZES,
    STUDIED,
    CodeSizes,
    Judge,
    Spread,
    compare_sizes,
    cut_sse,
    size_run,
)
from explorer.analysis.measure import Progress
from explorer.figures.code_sizes import code_sizes_figure
from explorer.lessons.keys import code_sizes_key
from explorer.models.written_numbers import listed
from explorer.store import load_classifier
from explorer.ui.caches import cached_dataset
from explorer.ui.explain import explain
from explorer.ui.figure import STAGE_PX, show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_in_list
from explorer.ui.results import measured_on_demand
from explorer.ui.views.compare.context import images_at_hand

REFERENCE_S = {"mnist": 720.0, "digits": 120.0}
CUT = (
    r"\hat x_n = f\bigl(\mu \odot m_n\bigr), \qquad m_n = 1 \text{ in the } n \text{ dimensions of highest KL, else } 0"
)


def every_k(bar: Any) -> None:
    """Four panels over K, from trainings that come with the explorer or are run here. bar: the title's row."""
    with bar:
        name = choose_in_list("data", "Data set", STUDIED, width=150)
    if others := [as_text(other) for other in images_at_hand() if other not in STUDIED]:
        st.caption(not_studied(others))

    def steps() -> Iterator[Progress[Any]]:
        classifier, _ = load_classifier(name)
        return compare_sizes(Judge(cached_dataset(name), cached_dataset(name, "test"), classifier))

    label = f"Train {len(NETWORKS) * len(SIZES) * len(SEEDS)} networks"
    found = measured_on_demand(code_sizes_key(name), label, "Training at every K", steps, REFERENCE_S[name])
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


def not_studied(names: list[str]) -> str:
    """Why other data sets at hand are not offered here, and where their models are compared."""
    n_networks = len(NETWORKS) * len(SIZES) * len(SEEDS)
    return (
        f"Not for {', '.join(names)}: the {n_networks} dense networks of this view, and the classifier that judges "
        f"their draws, exist for {' and '.join(STUDIED)} only; *One K* compares models of any data set."
    )


def words(found: CodeSizes) -> str:
    """Where more dimensions stop to pay, in numbers."""
    pca, ae = (found.spread(family, lambda one: one.sse) for family in ("pca", "ae"))
    drawn = found.spread("vae", lambda one: one.frechet_distance)
    active = found.spread("vae", lambda one: one.active_units)
    widest = max(active)
    return (
        f"From K = {min(ae)} to {max(ae)} PCA's squared error per image {_change(pca)}, the AE's "
        f"{_change(ae)}{_of_pca(pca, ae)}. {_of_bound(found)} Of the widest VAE's {widest} dimensions "
        f"{_range(active[widest], 0)} are active; with only the {few_that_do(found)} of highest KL its error is at "
        f"most 10 % above that with all. The Fréchet distance of the VAEs' draws is lowest at {_lowest(drawn)}; that "
        f"of test images is {found.frechet_floor:.1f}."
    )


def _change(errors: dict[int, Spread]) -> str:
    """What the error does from the smallest K to the largest."""
    first, *_, last = errors.values()
    return f"{'falls' if last.mean < first.mean else 'rises'} from {_in(first)} to {_in(last)}"


def _of_pca(pca: dict[int, Spread], ae: dict[int, Spread]) -> str:
    """Where no training of the autoencoder reaches PCA."""
    beaten = [size for size in ae if pca[size].mean < ae[size].low]
    return f", above PCA's at K = {listed(beaten)}" if beaten else ""


def _of_bound(found: CodeSizes) -> str:
    """Where −ELBO is lowest, and whether it rises beyond by more than trainings differ."""
    bound_nats = found.spread("vae", lambda one: one.negative_elbo_nats)
    best, widest = _best(bound_nats), max(bound_nats)
    if best == widest:
        return f"The largest K has the lowest −ELBO of the VAE in nats: {_lowest(bound_nats)}."
    said = f"The VAE's −ELBO in nats is lowest at {_lowest(bound_nats)}"
    # A single training at a K bears no such claim.
    if bound_nats[widest].low > bound_nats[best].high > bound_nats[best].low:
        return f"{said}. At K = {widest} it is {_in(bound_nats[widest])}: more dimensions cost more KL than they save."
    return f"{said}. At K = {widest} it is {_in(bound_nats[widest])}."


def _best(spread: dict[int, Spread]) -> int:
    return min(spread, key=lambda size: spread[size].mean)


def _lowest(spread: dict[int, Spread]) -> str:
    """The K of the lowest mean, its number, and every other K whose trainings overlap with its own."""
    best = _best(spread)
    alike = [size for size, one in spread.items() if size != best and one.low <= spread[best].high]
    overlap = f", within the spread of trainings also at K = {listed(alike)}" if alike else ""
    return f"K = {best}, {_in(spread[best])}{overlap}"


def _in(spread: Spread) -> str:
    """The mean, and the range of the trainings where they differ."""
    return f"{spread.mean:.1f}" + ("" if spread.low == spread.high else f" [{_range(spread, 1)}]")


def _range(spread: Spread, digits: int) -> str:
    low, high = (f"{value:.{digits}f}" for value in (spread.low, spread.high))
    return low if low == high else f"{low} to {high}"


def few_that_do(found: CodeSizes) -> int:
    """The smallest n whose n costliest dimensions leave an error at most a tenth above that of all."""
    mean = found.cut_sse.mean(axis=0)
    return int(np.argmax(mean <= 1.1 * mean[-1]))


def protocol(name: str) -> str:
    """How the models were trained and measured."""
    run = size_run(name, "vae", SIZES[-1])
    widths = "-".join(map(str, HIDDEN))
    return (
        f"Every network: {widths}-K, {run.n_epochs} epochs, {len(SEEDS)} trainings at each K (seeds {SEEDS[0]} to "
        f"{SEEDS[-1]}; marks are means, bars and brackets reach from the lowest training to the highest, and PCA needs "
        f"one), measured on the test split of {name}. The AE minimises the squared error, the VAE the cross-entropy "
        "plus the KL. Draws are decoded from the prior of a VAE, and from a Gaussian fitted to the codes of PCA and an "
        f"AE. Neighbours are sought among at most {N_NEIGHBOUR_SAMPLES:,} training codes. `python -m explorer "
        "precompute` computes the figures anew."
    )
