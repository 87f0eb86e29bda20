"""The views of the PCA page, each one picture with its controls beside it."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.pca import (
    PlanePicks,
    Spacing,
    Spectrum,
    example_cloud,
    pick_from_plane,
    project,
)
from explorer.figures import pca as pictures
from explorer.models.fields import Range
from explorer.models.pca import fit_pca, mean_and_covariance
from explorer.models.written_numbers import percent
from explorer.ui.components.direction_dial.component import direction_dial
from explorer.ui.explain import explain
from explorer.ui.figure import PICTURE_AND_CONTROLS, STAGE_PX, show_figure
from explorer.ui.linked_widgets import choose_button, choose_classes, slide_number
from explorer.ui.query_params import read, write
from explorer.ui.views.pca.context import PCAContext, codes_in_plane

COLUMNS_OF = {"10": 5, "15": 5, "24": 6, "40": 8}
A_RANGE, ENDS = "A range", "Top and bottom five"
SIGNS, AROUND_MEAN = "Signs", "Mean ± 2√λ w"
ENDS_SHOWN = 5
SPACINGS: dict[str, Spacing | None] = {"By range": "range", "By quantile": "quantile", "None": None}
CLOUD_SEED = 4
CLOUD_ANGLE = 30
START_ANGLE = 100
MEAN_HEIGHT_PX = 150
HIGHEST_ROW_PX = 330

AROUND_WORDS = (
    "Above, the mean image x̄; beside it, for each eigenvector w with its variance λ, x̄ − 2√λ w on the left of "
    "x̄ + 2√λ w, two standard deviations of the score to each side."
)
COVARIANCE = r"S = \frac{1}{N-1}\sum_{n=1}^{N} (x_n - \bar x)(x_n - \bar x)^\top"
EIGENVECTORS = r"S\,w_j = \lambda_j w_j, \qquad \lambda_1 \ge \lambda_2 \ge \dots \ge \lambda_D \ge 0"
SIGN = r"w_{j,i^*} > 0, \qquad i^* = \operatorname{argmax}_i\, \lvert w_{j,i} \rvert"
SCORES = r"(z_1, z_2) = \bigl(w_1^\top (x - \bar x),\; w_2^\top (x - \bar x)\bigr)"
PROBLEM = r"\max_w\, w^\top S\, w \ \text{with} \ w^\top w = 1"
LAGRANGE = r"\small \nabla_w [w^\top S\, w - \lambda (w^\top w - 1)] = 0"
PYTHAGORAS = r"\small \lVert x \rVert^2 = (w^\top x)^2 + \lVert x - w\,w^\top x \rVert^2"


def eigendigits(context: PCAContext) -> None:
    """Any range of principal axes as images, or the first five above the last five, beside the mean image."""
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        numbers, n_columns = _choose_components(len(context.model.mean))
        look = choose_button("look", "Shown as", (SIGNS, AROUND_MEAN))
        height_px = min(STAGE_PX, -(-len(numbers) // n_columns) * HIGHEST_ROW_PX)
        show_figure(pictures.mean_figure(context.model, MEAN_HEIGHT_PX), "pca-mean", "The mean image")
        st.markdown(f"{_beside_mean(context) if look == SIGNS else AROUND_WORDS} {_rank_note(context.spectrum)}")
    with picture:
        _show_eigenvectors(context, numbers, n_columns, height_px, look)
        explain(
            formula=[
                (COVARIANCE, "x̄ is the mean image, S the covariance of the pixels over N images."),
                (EIGENVECTORS, "w_j has length 1, and λ_j is the variance along it, in squared pixels."),
                (SIGN, "w and −w are both eigenvectors; here the entry of largest magnitude is positive."),
            ],
            code=[fit_pca, mean_and_covariance, pictures.eigendigits_figure],
        )


def _show_eigenvectors(
    context: PCAContext, numbers: NDArray[np.int64], n_columns: int, height_px: int, look: str
) -> None:
    """Principal axes as signed images, or what they do to the mean image."""
    drawn, words = (
        (pictures.eigendigits_figure, "as images, orange above zero and blue below")
        if look == SIGNS
        else (pictures.around_mean_figure, "less and plus, each added to the mean image")
    )
    figure = drawn(context.model, numbers, n_columns, height_px)
    show_figure(figure, "eigendigits", f"Eigenvectors {numbers[0]} to {numbers[-1]} {words}")


def _beside_mean(context: PCAContext) -> str:
    return (
        "Above, the mean image; beside it, eigenvectors of the pixels' covariance with their fraction of the "
        f"variance: {_signs(context)}."
    )


def _choose_components(n_pixels: int) -> tuple[NDArray[np.int64], int]:
    """The numbers of the components to show, from 1, and how many stand in a row."""
    if choose_button("show", "Show", (A_RANGE, ENDS)) == ENDS:
        ends = np.concatenate((np.arange(ENDS_SHOWN), np.arange(n_pixels - ENDS_SHOWN, n_pixels)))
        return ends + 1, ENDS_SHOWN
    counts = (count for count in COLUMNS_OF if int(count) < n_pixels)
    count = choose_button("count", "How many", counts, "15")
    highest = n_pixels - int(count) + 1
    if st.session_state.get("first", 1) > highest:
        st.session_state["first"] = highest
    first = slide_number("first", "First component", 1, highest, 1)
    return np.arange(first, first + int(count)), COLUMNS_OF[count]


def _signs(context: PCAContext) -> str:
    """How the picture shows values above and below zero."""
    if len(context.model.sample_shape) == 2:
        return "orange above zero, blue below"
    return "each colour channel is bright above zero, dark below, and grey at zero"


def _rank_note(found: Spectrum) -> str:
    n_pixels = len(found.variances)
    if found.rank == n_pixels:
        return ""
    return f"The data do not vary along the last {n_pixels - found.rank} of {n_pixels}, so any basis would do there."


def plane(context: PCAContext) -> None:
    """Test samples of chosen classes in the plane of the first two components, with images from all over it."""
    found = codes_in_plane(context)
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        chosen = choose_classes(context.class_names, context.class_names, wrap=True)
        spacing = choose_button("pick", "Images picked", SPACINGS)
        n_cells = slide_number("cells", "Images along the longer side", 4, 24, 12)
        st.markdown(plane_words(context, spacing))
    with picture:
        if found is None:
            st.info(f"There are no codes to show. {context.missing}", icon=":material/download:")
        elif not chosen:
            st.info("No class is chosen; press one or more of them.", icon=":material/touch_app:")
        else:
            _show_plane(context, *found, chosen, SPACINGS[spacing], n_cells)
        explain(
            formula=[(SCORES, "The two scores of an image: its coordinates along the first two eigenvectors.")],
            code=[pick_from_plane, pictures.plane_figure],
        )


def _show_plane(
    context: PCAContext,
    codes: NDArray[np.float32],
    labels: NDArray[np.int64],
    chosen: list[str],
    spacing: Spacing | None,
    n_cells: int,
) -> None:
    rows = np.flatnonzero(np.isin(labels, [context.class_names.index(name) for name in chosen]))
    picks = pick_from_plane(codes[rows], n_cells, spacing or "range")
    images = _picked_images(context, codes[rows], rows, picks) if spacing else np.empty((0, 1, 1), np.float32)
    show_figure(
        pictures.plane_figure(picks, images, labels[rows], context.class_names, STAGE_PX),
        "pca-plane",
        f"{len(rows):,} test images of class {', '.join(chosen)} in the plane of the first two components",
    )


def _picked_images(
    context: PCAContext, codes: NDArray[np.float32], rows: NDArray[np.int64], picks: PlanePicks
) -> NDArray[np.float32]:
    """The real images that were picked; without the data what two components make of their codes."""
    if context.test is not None:
        vectors = context.test.pixels(rows[picks.rows])
    else:
        vectors = context.model.truncated(2).decode(codes[picks.rows])
    return vectors.reshape(-1, *context.model.sample_shape)


def plane_words(context: PCAContext, spacing: str) -> str:
    """What the plane keeps, and what its cells show where it has any."""
    share = context.spectrum.cumulative[1]
    words = (
        f"Test images by their scores along the first two eigenvectors, which carry {percent(share, 1)} of the "
        "variance."
    )
    if SPACINGS[spacing] is None:
        return words
    words += " Every cell shows the image nearest to its middle, in its class's colour."
    if SPACINGS[spacing] == "quantile":
        words += " Each column and each row holds equally many."
    if context.test is None:
        words += " The images are not on this machine, so these are decoded from their first two components."
    return words


def direction() -> None:
    """Turning a direction in a cloud of points: what it keeps of the variance and what it loses always add up."""
    picture, controls = st.columns([0.78, 0.22], gap="medium")
    with picture:
        axes = [(CLOUD_ANGLE, "w₁"), (CLOUD_ANGLE + 90, "w₂")]
        cloud = example_cloud(CLOUD_SEED, angle_degrees=CLOUD_ANGLE)
        angle = direction_dial(
            cloud, axes, _start_angle(), "direction_dial", alt="A cloud of points and a line w through its middle"
        )
        if angle != START_ANGLE or "angle" in st.query_params:
            write("angle", [angle])
        explain(code=[project])
    with controls:
        st.markdown("Turn **w** by its handle, or with the arrow keys. Which direction keeps most of the variance?")
        st.latex(PROBLEM)
        st.markdown("A Lagrange multiplier λ takes care of the length of w:")
        st.latex(LAGRANGE)
        st.latex(r"\Rightarrow\; S\,w = \lambda\, w, \quad w^\top S\, w = \lambda")
        st.markdown("So w is an eigenvector, and the largest eigenvalue wins. For every point, by Pythagoras:")
        st.latex(PYTHAGORAS)
        st.markdown("The sum is fixed: the direction that keeps most variance is the one with the least error.")


def _start_angle() -> int:
    """Where w stands when its view opens; it stays while the view does."""
    if "direction_dial" not in st.session_state:
        angle = read("angle", Range(int, 0, 359))
        st.session_state["turn_start"] = START_ANGLE if angle is None else angle
    start: int = st.session_state["turn_start"]
    return start
