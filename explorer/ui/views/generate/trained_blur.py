"""The generate page's views of blur in trained networks: over the variance σ² of the pixels, and under two losses."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import streamlit as st

from explorer.analysis.blur import Sharpness
from explorer.analysis.measure import Interval, Progress
from explorer.analysis.pixel_variance import BlurByVariance
from explorer.analysis.sharpness import kept_edges_interval
from explorer.analysis.trained_blur import (
    HIDDEN,
    LATENT_DIM,
    N_EPOCHS,
    N_MEASURED,
    STUDIED,
    Losses,
    OfLoss,
    compare_losses,
    cross_entropy_nats,
    loss_run,
    measured_over_variance,
    trained_over_variance,
    variance_run,
)
from explorer.data import Dataset
from explorer.figures.blur import sharpness_figure, two_losses_figure, variance_figure, variance_strip_figure
from explorer.lessons.keys import losses_key, trained_blur_key
from explorer.store import ResultKey
from explorer.ui.caches import cached_dataset
from explorer.ui.explain import explain
from explorer.ui.figure import ROW_PX, STAGE_PX, show_figure
from explorer.ui.linked_widgets import choose_in_list
from explorer.ui.results import measured_on_demand

T = TypeVar("T")
Computed = Iterator[Progress[Any]]
STRIP_PX, PICTURES_PX = 190, 250
SHAPES = {"mnist": (28, 28), "digits": (8, 8)}
VARIANCES_S, LOSSES_S = 180.0, 40.0
GAUSSIAN = r"-\mathrm{ELBO} = \frac{1}{2\sigma^2}\lVert x - \hat x \rVert^2 + \frac D2 \log 2\pi\sigma^2 + \mathrm{KL}"
GAUSSIAN_WORDS = (
    "σ² is held fixed. The smaller it is, the more a wrong pixel costs beside the KL, and the more dimensions pay for "
    "themselves."
)
TWO_LOSSES = (
    r"\lVert x - \hat x \rVert^2 = \sum_i (x_i - \hat x_i)^2, \qquad "
    r"-\sum_i \bigl[ x_i \log \hat x_i + (1 - x_i) \log(1 - \hat x_i) \bigr]"
)
TWO_LOSSES_WORDS = (
    "Both are least at x̂ = E[x|z]. They differ elsewhere: the slope against a logit is x̂ − x for the cross-entropy and "
    "2 (x̂ − x) x̂ (1 − x̂) for the squared error, which vanishes where x̂ is sure and wrong."
)


def over_variance() -> None:
    """One image, one draw, and how sharp images are, for a VAE trained at each σ²."""
    name = _choose_data()
    found: BlurByVariance | None = _studied(
        trained_blur_key(name), name, "Train eight VAEs", trained_over_variance, VARIANCES_S
    )
    if found is None:
        return
    alt = "An image and a draw, and what a VAE trained at each σ² makes of them"
    show_figure(variance_strip_figure(found, SHAPES[name], STRIP_PX), "variance-strip", alt)
    figure = variance_figure(found, STAGE_PX - STRIP_PX - 3 * ROW_PX)
    show_figure(figure, "variance", "Edge energy of trained VAEs against the variance of the pixels")
    st.markdown(f"{variance_words(found)} {_protocol(name)}")
    explain(formula=[(GAUSSIAN, GAUSSIAN_WORDS)], code=[measured_over_variance, variance_run])


def two_losses() -> None:
    """The same autoencoder with the squared error and with the cross-entropy."""
    name = _choose_data()
    found: Losses | None = _studied(losses_key(name), name, "Train two autoencoders", compare_losses, LOSSES_S)
    if found is None:
        return
    alt = "Test images and their reconstructions by two autoencoders that differ in their loss"
    show_figure(two_losses_figure(found, SHAPES[name], PICTURES_PX), "losses", alt)
    left, right = st.columns([0.5, 0.5], gap="medium")
    with left:
        kinds = [Sharpness(one.title, one.kept) for one in (*found.models, found.null)]
        figure = sharpness_figure(kinds, "ae", STAGE_PX - PICTURES_PX - 4 * ROW_PX)
        show_figure(figure, "sharpness", "Edge energy of both, that of test images being 1")
    with right:
        st.markdown(_table(found))
    st.markdown(f"{losses_words(found)} {_protocol(name)}")
    explain(formula=[(TWO_LOSSES, TWO_LOSSES_WORDS)], code=[cross_entropy_nats, kept_edges_interval, loss_run])


def _choose_data() -> str:
    return choose_in_list("data", "Data set", STUDIED, width=170, label_visibility="collapsed")


def _studied(
    key: ResultKey[T], name: str, label: str, study: Callable[[Dataset, Dataset], Computed], reference_s: float
) -> T | None:
    """What came along or was computed before, else the button that computes it."""

    def steps() -> Computed:
        return study(cached_dataset(name), cached_dataset(name, "test"))

    found: T | None = measured_on_demand(key, label, label, steps, reference_s)
    return found


def _protocol(name: str) -> str:
    widths = "-".join(map(str, HIDDEN))
    return (
        f"Networks {widths}-{LATENT_DIM}, {N_EPOCHS[name]} epochs of {name}, one training each, measured on at most "
        f"{N_MEASURED:,} test images; the 95 % intervals are over images and do not count how trainings differ."
    )


def variance_words(found: BlurByVariance) -> str:
    """What σ² does to trained VAEs, with the numbers of both ends."""
    sharpest = max(range(len(found.restored)), key=lambda place: found.restored[place].value)
    none = [variance for variance, n in zip(found.variances, found.n_active, strict=True) if n == 0]
    collapsed = f"from σ² = {none[0]:g} on no dimension is active and every image is the mean image" if none else (
        "at every σ² some dimension is active"
    )  # fmt: skip
    best = max(range(len(found.drawn)), key=lambda place: found.drawn[place].value)
    return (
        f"Reconstructions are sharpest at σ² = {found.variances[sharpest]:g}, {found.restored[sharpest].text(2)} of "
        f"the edge energy of test images with {found.n_active[sharpest]} active dimensions; {collapsed}, with "
        f"{found.restored[-1].text(2)}. Decoded draws of the prior are sharpest at σ² = {found.variances[best]:g}, "
        f"{found.drawn[best].text(2)}, and have {found.drawn[0].text(2)} at σ² = {found.variances[0]:g}, where the KL "
        "counts little and codes need not lie where the prior draws."
    )


def losses_words(found: Losses) -> str:
    """Which loss is sharper, and whether each wins by its own measure, image by image."""
    squared, entropy = (f"the network trained with the {one.title}" for one in found.models)
    more = found.gains
    return (
        f"Over the same {found.n_test:,} images {entropy} differs from {squared} by {more.kept.text(3)} in edge "
        f"energy, {more.sse.text(3)} in squared error and {more.cross_entropy_nats.text(2)} nats in "
        f"cross-entropy. Sharper is {_larger(more.kept, entropy, squared)}. The squared error is smaller for "
        f"{_larger(more.sse, squared, entropy)}, the cross-entropy for "
        f"{_larger(more.cross_entropy_nats, squared, entropy)}. Both blur, since both losses are least at the mean of "
        "what a code stands for."
    )


def _larger(difference: Interval, if_positive: str, if_negative: str) -> str:
    """Which of two networks is meant, by the sign of a difference whose interval leaves out 0."""
    if difference.low > 0:
        return if_positive
    return if_negative if difference.high < 0 else "neither, as the interval holds 0"


def _table(found: Losses) -> str:
    rows = "\n".join(_row(one) for one in (*found.models, found.null))
    return f"| trained with | edge energy | squared error | cross-entropy, nats |\n|---|---|---|---|\n{rows}"


def _row(one: OfLoss) -> str:
    return f"| {one.title} | {one.kept.text(2)} | {one.sse.text(2)} | {one.cross_entropy_nats.text(2)} |"
