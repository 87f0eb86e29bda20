"""The generate page's view of blur against the variance σ² of the pixels, for a linear VAE whose optimum is known."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.analysis.pixel_variance import BlurByVariance, best_linear_vae, blur_by_variance
from explorer.data import list_sources
from explorer.figures.blur import variance_figure, variance_strip_figure
from explorer.ui.caches import cached_dataset, fitted_pca
from explorer.ui.explain import explain
from explorer.ui.figure import ROW_PX, STAGE_PX, show_figure
from explorer.ui.linked_widgets import choose_in_list, choose_number
from explorer.ui.results import kept

N_MEASURED, STRIP_PX = 500, 190
GAIN = r"\hat x = \bar x + \sum_{\lambda_j > \sigma^2} \Bigl(1 - \frac{\sigma^2}{\lambda_j}\Bigr)"
GAIN += r" w_j w_j^\top (x - \bar x)"
GAIN_WORDS = (
    "The optimum for x | z ~ N(Wz + x̄, σ²I) and z ~ N(0, I): a direction whose variance λ is below σ² collapses, the "
    "others shrink (Tipping & Bishop 1999; Lucas et al. 2019)."
)


def against_variance(bar: DeltaGenerator, seed: int) -> None:
    """One image and one draw at each variance, and how sharp images are there."""
    at_hand = [one.name for one in list_sources() if one.available and one.kind == "images"]
    with bar:
        by_size = sorted(at_hand, key=lambda name: name != "mnist")
        name = choose_in_list("data", "Data set", by_size, width=170)
        test = cached_dataset(name, "test")
        row = choose_number("sample", "Test sample", 0, min(N_MEASURED, len(test)) - 1, 0, width=170)
    x = test.pixels(slice(0, N_MEASURED))
    key = ("blur by variance", test.fingerprint, row, seed)
    of = kept(key, lambda: blur_by_variance(fitted_pca(name), x, row, seed), doing="Measuring edges …")
    alt = "An image, a draw, and what each becomes as the variance of the pixels rises"
    show_figure(variance_strip_figure(of, test.sample_shape, STRIP_PX), "variance-strip", alt)
    height = STAGE_PX - STRIP_PX - 2 * ROW_PX
    show_figure(variance_figure(of, height), "variance", "Edge energy against the variance of the pixels")
    st.markdown(variance_words(of, len(x)))
    explain(formula=[(GAIN, GAIN_WORDS)], code=[best_linear_vae, blur_by_variance])


def variance_words(of: BlurByVariance, n: int) -> str:
    """What σ² does, with the numbers of its two ends and of the lectures' loss."""
    place = int(abs(of.variances - 0.1).argmin())
    here, first = of.restored[place], of.restored[0]
    return (
        "The decoder's σ² says how exact a reconstruction has to be; for a linear VAE the optimum is known for each "
        f"σ². At σ² = {of.variances[0]:.1g}, {of.n_active[0]} dimensions are active and reconstructions keep "
        f"{first.value:.2f} of the edge energy of {n:,} test images; at {of.variances[place]:.2g}, "
        f"{of.n_active[place]} and {here.text(2)}; {_at_the_end(of)} The lectures' "
        "loss ‖x − x̂‖² + KL is that of σ² = 0.5."
    )


def _at_the_end(of: BlurByVariance) -> str:
    """What is left at the largest σ²."""
    n, value, variance = of.n_active[-1], of.restored[-1].value, of.variances[-1]
    if n:
        return f"at {variance:.2g}, {n} and {value:.2f}."
    return f"at {variance:.2g}, none, although β = 1: only the mean image is drawn, with {value:.2f}."
