"""The PCA page's view of the variance: how the components share it, and the covariance as a sum of their products."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.analysis.covariance import RankK, covariance_of_rank, spread_pixels, variance_on
from explorer.analysis.pca import spectrum
from explorer.figures import pca as pictures
from explorer.models.written_numbers import percent
from explorer.ui.explain import explain
from explorer.ui.figure import PICTURE_AND_CONTROLS, STAGE_PX, show_figure
from explorer.ui.linked_widgets import choose_button, slide_number
from explorer.ui.results import kept
from explorer.ui.views.pca.context import PCAContext

# Test images on which the first k directions are measured.
N_MEASURED = 1000
START_RANK, MOST_RANK, SEED = 5, 100, 0
RANK_PX, TERMS_PX = 350, 190
EXPLAINED = r"\frac{\lambda_1 + \dots + \lambda_k}{\lambda_1 + \dots + \lambda_D}"
SUM = r"S = \sum_{j=1}^{D} \lambda_j\, w_j w_j^\top, \qquad w_i^\top w_j = 0 \ \text{ for } i \ne j"
LEFT = (
    r"S_k = \sum_{j \le k} \lambda_j\, w_j w_j^\top, \qquad \operatorname{tr} S_k = \sum_{j \le k} \lambda_j, \qquad "
    r"\lVert S - S_k \rVert_F^2 = \sum_{j > k} \lambda_j^2"
)
LEFT_WORDS = "No other matrix of rank k comes nearer to S in the Frobenius norm (Eckart & Young 1936)."


def variance(context: PCAContext) -> None:
    """One of the parts, with its controls beside it."""
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        part = choose_button("part", "Variance", PARTS, label_visibility="collapsed")
    PARTS[part](context, picture, controls)


def _spectrum(context: PCAContext, picture: DeltaGenerator, controls: DeltaGenerator) -> None:
    """The scree plot, and the variance explained by the first k components."""
    found = context.spectrum
    ks = {share: found.components_for(share) for share in pictures.MARKED_SHARES}
    with picture:
        alt = "Explained variance: " + ", ".join(f"{percent(share)} with the first {k}" for share, k in ks.items())
        show_figure(pictures.spectrum_figure(found, STAGE_PX), "pca-variance", alt)
        explain(
            formula=[(EXPLAINED, "The fraction of the variance that the first k of D components explain.")],
            code=[spectrum, pictures.spectrum_figure],
        )
    with controls:
        for share, k in ks.items():
            st.metric(f"{percent(share)} of the variance", f"k = {k}")
        st.markdown(
            f"An image has {_values(context)}, but {ks[0.95]} numbers keep 95 % of the variance. All of it is "
            f"{found.total:.2f}, summed over pixels in [0, 1], measured on the train split; a component's part of it "
            "is its eigenvalue."
        )


def _values(context: PCAContext) -> str:
    """How many numbers an image is, by what they are."""
    shape = context.model.sample_shape
    n_values = len(context.model.mean)
    return f"{n_values:,} pixels" if len(shape) == 2 else f"{n_values:,} values, {shape[2]} for each pixel"


def _covariance(context: PCAContext, picture: DeltaGenerator, controls: DeltaGenerator) -> None:
    """S, its first k terms and what they leave; below, the first terms one by one."""
    with controls:
        most = min(MOST_RANK, len(context.model.mean))
        k = slide_number("rank", "Terms k", 1, most, START_RANK)
        pixels = spread_pixels(context.model.sample_shape)
        of = covariance_of_rank(context.model, k, pixels)
        st.markdown(covariance_words(context, of, len(pixels)))
    with picture:
        alt = f"The covariance of {len(pixels)} pixels, its first {k} terms and what is left"
        show_figure(pictures.rank_figure(of, RANK_PX), "pca-covariance", alt)
        share = context.spectrum.share
        alt = f"The first {len(of.terms)} terms of the covariance, one by one"
        show_figure(pictures.outer_products_figure(of, share, TERMS_PX), "pca-outer-products", alt)
        explain(
            formula=[
                (SUM, "A term is a matrix of rank 1: the pattern w_j against itself, times the variance λ_j along it."),
                (LEFT, LEFT_WORDS),
            ],
            code=[covariance_of_rank, variance_on],
        )


def covariance_words(context: PCAContext, of: RankK, n_shown: int) -> str:
    """What an entry is, and what k terms keep on train and on test, beside k directions drawn at random."""
    n_pixels = len(context.model.mean)
    few = f" The picture shows {n_shown} of the {n_pixels} pixels, spread evenly." if n_shown < n_pixels else ""
    terms = "The first term keeps" if of.k == 1 else f"The first {of.k} terms keep"
    at_random = "a direction drawn at random keeps" if of.k == 1 else f"{of.k} directions drawn at random keep"
    return (
        "Row i, column j: the covariance of pixels i and j, orange above zero, blue below. Pixels are numbered line "
        f"after line of the image, hence the blocks.{few} {terms} {percent(of.trace_kept, 1)} of the total variance on "
        f"train{_on_test(context, of.k)}; {at_random} {percent(of.k / n_pixels, 1)} on average. "
        f"{percent(of.norm_left, 1)} of ‖S‖² is left, the least that any matrix of rank {of.k} leaves."
    )


def _on_test(context: PCAContext, k: int) -> str:
    if context.test is None:
        return ""
    x = context.test.pixels(slice(0, N_MEASURED))
    key = ("variance on test", context.test.fingerprint, k)
    found = kept(key, lambda: variance_on(context.model, k, x, SEED))
    return f" and {found.percent()} on the first {len(x):,} test images"


PARTS = {"Spectrum": _spectrum, "Covariance": _covariance}
