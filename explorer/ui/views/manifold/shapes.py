"""The views of the manifold page on curves and sheets, and the linear autoencoder on its way to PCA."""

from collections.abc import Iterator
from typing import Any

import streamlit as st

from explorer.analysis.manifold import (
    Shape,
    Stage,
    bend,
    known_shape,
    learn,
    linear_baseline,
    principal_angles,
    shape_run,
)
from explorer.data import Dataset
from explorer.data.toys import TOYS
from explorer.figures import Figure
from explorer.figures import manifold as pictures
from explorer.lessons.keys import stages_key
from explorer.lessons.precompute import LINEAR_DIM, LINEAR_EPOCHS, linear_run
from explorer.models.fields import Choice
from explorer.models.pca import PCA
from explorer.models.written_numbers import percent
from explorer.training import RunSpec
from explorer.ui.caches import cached_dataset
from explorer.ui.explain import explain
from explorer.ui.figure import PICTURE_AND_CONTROLS, ROW_PX, STAGE_PX, low_row, show_figure
from explorer.ui.linked_widgets import choose_button, choose_in_list
from explorer.ui.query_params import bound
from explorer.ui.runs.inline_training import learned, train_button, watch
from explorer.ui.views.manifold.linear_losses import linear_losses

SMALL_PX, CAPTION_PX = 210, 36
SECONDS = {"arc": 2, "spiral": 4, "circles": 5, "s_curve": 3, "swiss_roll": 5, "digits": 2}
ANGLES_PART, LOSSES_PART = "Angles to PCA", "Ten losses"
NETS = ("64-64-64", "32-32", "8-8", "64")
ACTIVATIONS = ("leaky_relu", "tanh", "relu", "sigmoid")

OBJECTIVE = (
    r"\min_{f,\,g}\; \frac1N \sum_{n=1}^{N} \lVert x_n - g(f(x_n)) \rVert^2, \qquad z_n = f(x_n) \in \mathbb{R}^K"
)
MSE = r"\mathrm{MSE} = \frac{1}{ND} \sum_{n=1}^{N} \lVert x_n - \hat x_n \rVert^2"
ANGLES = r"\cos\theta_k = \sigma_k\!\left(Q_W^\top Q_{\mathrm{PCA}}\right)"
UNTRAINED = "Not trained yet: this is step 0, with random weights."
OBJECTIVE_WORDS = "f is the encoder, g the decoder; PCA is the best linear solution."
MSE_WORDS = "On 1,000 held-out points, in squared units of the data, whose variance is 1 per coordinate."
ANGLES_WORDS = "The singular values of the product of two orthonormal bases: of the decoder and of PCA."
WORDS = {
    "arc": "A half circle has one true coordinate, the position along it. PCA's straight line cannot follow it.",
    "spiral": "A spiral has one true coordinate too: a curve that winds can follow it, a straight line cannot.",
    "circles": (
        "Two separate circles are not one curve. With one number per point the autoencoder has to cut each circle open "
        "and jump from one to the other, so that some error remains."
    ),
    "s_curve": "A bent sheet has two true coordinates. PCA's plane cuts through it and loses the bend.",
    "swiss_roll": (
        "To unroll the sheet, the encoder has to separate points that are close in space but lie on different windings."
    ),
}


@st.cache_resource(max_entries=len(TOYS), show_spinner=False)
def shape_of(name: str) -> Shape:
    """A curve or a sheet with PCA's answer."""
    return known_shape(name)


@st.cache_resource(max_entries=32, show_spinner=False)
def untrained(run: RunSpec, _train: Dataset, _test: Dataset, _linear: PCA) -> Stage:
    """The autoencoder of a run at step 0, with random weights."""
    return next(learn(run, _train, _test, _linear))


def shapes(name: str) -> None:
    """A curve or a sheet with PCA's straight answer and the autoencoder's bent one."""
    shape = shape_of(name)
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        run, pressed, stages = _train(shape)
        st.markdown(WORDS[name])
        if len(stages) > 1:
            show_figure(pictures.learning_figure(stages, shape.linear_mse, SMALL_PX), "learning", "The falling error")
        explain(formula=[(OBJECTIVE, OBJECTIVE_WORDS), (MSE, MSE_WORDS)], code=[learn, pictures.bent_figure])
    alt = f"{name} with PCA's straight answer and the autoencoder's bent one"
    with picture:
        if pressed:
            watch(
                stages_key(run),
                learn(run, shape.dataset, shape.test, shape.linear),
                lambda stage: pictures.bent_figure(shape, [stage], STAGE_PX - 110),
                alt,
                first=pictures.bent_figure(shape, (), STAGE_PX - 110),
            )
        else:
            show_figure(pictures.bent_figure(shape, stages, STAGE_PX), f"manifold-{name}", alt)


def layers(name: str) -> None:
    """The coordinate grid after every layer of the autoencoder, at step 0 until it is trained."""
    shape = shape_of(name)
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        run, pressed, stages = _train(shape)
        st.markdown(_layer_words(shape))
        explain(code=[bend, pictures.bend_figure])
    alt = f"The grid around {name} after each layer"
    with picture:
        if pressed:
            training = learn(run, shape.dataset, shape.test, shape.linear)
            watch(stages_key(run), training, lambda stage: _bent(shape, stage), alt)
        else:
            stage = _choose_stage(stages) if stages else untrained(run, shape.dataset, shape.test, shape.linear)
            show_figure(_bent(shape, stage), f"layers-{name}", alt)
            if not stages:
                st.caption(UNTRAINED)


def _layer_words(shape: Shape) -> str:
    what = "The plane's own grid" if shape.latent_dim == 1 else "The sheet's own grid"
    return (
        f"{what} and every fourth sample after each layer. Above, the encoder bends them until K = {shape.latent_dim} "
        "is enough; below, the decoder bends the code back. A layer of more than two units is shown in the plane of "
        "the samples' first two principal components. Colours show the position along the shape."
    )


def _bent(shape: Shape, stage: Stage) -> Figure:
    return pictures.bend_figure(bend(stage, shape.grid, shape.test.pixels()), shape.position, STAGE_PX - ROW_PX)


def _choose_stage(stages: tuple[Stage, ...]) -> Stage:
    """The widget of the step whose network is shown; the last one first."""
    with low_row():
        steps = Choice(tuple(str(stage.step) for stage in stages))
        shown = st.select_slider("Step", steps.options, steps.options[-1], **bound("layer_step", steps))
    return next(stage for stage in stages if str(stage.step) == shown)


def linear(bar: Any) -> None:
    """A linear autoencoder on its way to PCA, or its losses on MNIST with and without a sigmoid.

    bar: the title's row, which takes the choice of the two.
    """
    with bar:
        part = choose_button("part", "Linear autoencoder", (ANGLES_PART, LOSSES_PART), label_visibility="collapsed")
    if part == LOSSES_PART:
        linear_losses()
    else:
        _angles()


def _angles() -> None:
    """A linear autoencoder whose subspace turns into PCA's, epoch by epoch."""
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        name = choose_in_list("subject", "Data set", LINEAR_EPOCHS)
        run = linear_run(name)
        train, test = cached_dataset(name, "train"), cached_dataset(name, "test")
        pca = linear_baseline(train, LINEAR_DIM)
        pressed = train_button(stages_key(run), SECONDS[name])
        stages = learned(stages_key(run))
        shown = stages or (untrained(run, train, test, pca),)
        _angle_metrics(shown[-1])
        _explain_linear()
    with picture:
        alt = "Principal angles between the linear autoencoder's subspace and PCA's"
        if pressed:
            _watch_angles(run, learn(run, train, test, pca), alt)
        else:
            show_figure(pictures.angles_figure(shown, STAGE_PX - CAPTION_PX), "angles", alt)
            if not stages:
                st.caption(UNTRAINED)


def _angle_metrics(stage: Stage) -> None:
    columns = st.columns(LINEAR_DIM)
    for number, (column, angle) in enumerate(zip(columns, stage.angles_degrees, strict=True), start=1):
        column.metric(f"Angle {number}", f"{angle:.2f}°")


def _watch_angles(run: RunSpec, training: Iterator[Stage], alt: str) -> None:
    seen: list[Stage] = []

    def draw(stage: Stage) -> Figure:
        seen.append(stage)
        return pictures.angles_figure(seen, STAGE_PX - 110)

    watch(stages_key(run), training, draw, alt)


def _explain_linear() -> None:
    st.markdown(
        "A linear autoencoder with K = 2 starts from random axes. Gradient descent turns the plane that its decoder "
        "spans into the plane of the first two principal components; the axes inside that plane remain its own. Both "
        "angles are 0° when the planes are the same. Two planes in three dimensions always share a line, so there the "
        "first angle is 0° from the start."
    )
    st.page_link(
        "pages/pca.py",
        label="Turn the direction w yourself",
        icon=":material/linear_scale:",
        query_params={"view": "Why eigenvectors"},
    )
    explain(formula=[(ANGLES, ANGLES_WORDS)], code=[principal_angles])


def _train(shape: Shape) -> tuple[RunSpec, bool, tuple[Stage, ...]]:
    """The widgets of a shape's autoencoder, its button, and both errors; returns what was learned so far."""
    run = _choose_run(shape)
    pressed = train_button(stages_key(run), SECONDS[shape.name])
    stages = learned(stages_key(run))
    _errors(shape, stages)
    return run, pressed, stages


def _choose_run(shape: Shape) -> RunSpec:
    """The autoencoder for a shape: its hidden layers and their nonlinearity."""
    net, activation = _choose_network()
    return shape_run(shape.name, shape.latent_dim, tuple(int(width) for width in net.split("-")), activation)


def _choose_network() -> tuple[str, str]:
    """The widgets of a network: the widths of its hidden layers as text, and their nonlinearity."""
    left, right = st.columns(2)
    with left:
        net = choose_in_list("net", "Hidden layers", NETS)
    with right:
        activation = choose_in_list("act", "Nonlinearity", ACTIVATIONS)
    return net, activation


def _errors(shape: Shape, stages: tuple[Stage, ...]) -> None:
    """PCA's error and the autoencoder's, on held-out samples."""
    left, right = st.columns(2)
    left.metric(
        f"PCA, K = {shape.latent_dim}", f"{shape.linear_mse:.4f}", "test MSE", delta_color="off", delta_arrow="off"
    )
    if stages:
        beside = f"{percent(stages[-1].mse / shape.linear_mse, 1)} of PCA's"
        right.metric(
            "Autoencoder",
            f"{stages[-1].mse:.4f}",
            beside,
            delta_color="off",
            delta_arrow="off",
        )
