"""The generate page's view of PCA and a density on chosen classes: the plane, the draws, and what they decode to."""

import numpy as np
import streamlit as st

from explorer.analysis.density import Sampler, fit_sampler
from explorer.analysis.linear_generator import (
    Fit,
    GeneratedImages,
    PlaneOfClasses,
    generate,
    judge,
    plane_of_classes,
)
from explorer.data import list_sources
from explorer.data.own import own_version
from explorer.data.subsets import of_classes
from explorer.figures.images import grey, mosaic_figure
from explorer.figures.linear_generator import generator_figure
from explorer.ui.caches import cached_dataset
from explorer.ui.explain import explain
from explorer.ui.figure import ROW_PX, STAGE_PX, low_row, show_figure
from explorer.ui.linked_widgets import choose_classes, choose_in_list
from explorer.ui.results import kept
from explorer.ui.views.generate.samples import choose_density

SIDE, FIT_SEED = 5, 0
LECTURE_CLASSES = ("1", "7")
HEIGHT = STAGE_PX - ROW_PX - 23
GENERATOR = r"z \sim p(z), \qquad x = \bar x + z_1 w_1 + z_2 w_2"


def show_linear(seed: int) -> None:
    """PCA of the chosen classes, a density in its plane, and its draws decoded."""
    with low_row():
        name, chosen = _choose_classes()
        _, density_name = choose_density()
    if not chosen:
        st.info("No class is chosen; press one or more of them.", icon=":material/touch_app:")
        return
    key = ("linear generator", name, own_version(name), *chosen)
    with st.spinner("Fitting PCA to the chosen classes …"):
        plane = kept(key, lambda: _plane(name, chosen))
        density = kept((*key, density_name), lambda: fit_sampler(density_name, plane.codes, FIT_SEED))
    _show_pictures(plane, density, generate(plane, density, SIDE**2, seed), name)
    fit = kept((*key, density_name, "fit"), lambda: judge(plane, density, FIT_SEED))
    st.markdown(words(plane, fit))
    explain(
        formula=[(GENERATOR, "x̄ is the mean of the chosen classes, w₁ and w₂ their first two eigenvectors.")],
        code=[plane_of_classes, generate, judge],
    )


def _choose_classes() -> tuple[str, list[int]]:
    """The data set, and which of its classes by their numbers."""
    names = [source.name for source in list_sources() if source.available and source.kind == "images"]
    by_size = sorted(names, key=lambda one: one == "digits")
    name = choose_in_list("data", "Data set", by_size, width=170)
    classes = cached_dataset(name, "test").class_names
    start = LECTURE_CLASSES if set(LECTURE_CLASSES) <= set(classes) else classes[:2]
    return name, [classes.index(one) for one in choose_classes(classes, start)]


def _plane(name: str, chosen: list[int]) -> PlaneOfClasses:
    return plane_of_classes(*(of_classes(cached_dataset(name, split), chosen) for split in ("train", "test")))


def _show_pictures(plane: PlaneOfClasses, density: Sampler, drawn: GeneratedImages, name: str) -> None:
    left, right = st.columns([55, 45], gap="large")
    with left:
        figure = generator_figure(plane, density, drawn.z, cached_dataset(name, "test").class_names, HEIGHT)
        show_figure(figure, "linear-plane", f"Codes of the chosen classes, a density over them and {SIDE**2} draws")
    with right:
        shape = plane.pca.sample_shape
        tiles = grey(drawn.images.reshape(-1, *shape))
        numbers = [str(number) for number in range(1, len(tiles) + 1)]
        figure = mosaic_figure(tiles, numbers, SIDE, height=HEIGHT)
        show_figure(figure, "linear-draws", "What the draws decode to, from left to right in the plane")


def words(plane: PlaneOfClasses, fit: Fit) -> str:
    """What the plane keeps, and how far the draws are from held-out codes."""
    holes, accuracy = fit.hole_rate, fit.two_sample_accuracy
    return (
        f"PCA is fitted again to these images alone: two numbers keep {100 * plane.explained:.1f} % of their "
        f"variance, and a density of these numbers is already a generator. Of {fit.n_draws:,} draws "
        f"{holes.measured.percent()} lie farther from every training code than 99 % of the test codes do (a perfect "
        f"density: 1 %). Trees tell draws from test codes in {accuracy.measured.percent()} of the cases; training "
        f"codes, which stand for a perfect density, in {accuracy.null.percent()}. Brackets hold 95 % intervals. "
        f"{_between(len(np.unique(plane.labels)))}, since the decoder is linear."
    )


def _between(n_classes: int) -> str:
    """What a draw between codes decodes to."""
    if n_classes == 1:
        return "A draw between two codes decodes to a mixture of their reconstructions"
    return "A draw between two classes decodes to a mixture of both"
