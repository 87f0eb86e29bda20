"""The views of the manifold page on curves and sheets, and the linear autoencoder on its way to PCA."""

from dataclasses import replace

import streamlit as st

from explorer.analysis.manifold import (
    LINEAR_RUN,
    Shape,
    Stage,
    bend,
    known_shape,
    learn,
    linear_baseline,
    principal_angles,
    shape_run,
)
from explorer.data.toys import TOYS
from explorer.figures import Figure
from explorer.figures import manifold as pictures
from explorer.models import LinearAESpec
from explorer.models.fields import Choice
from explorer.training import RunSpec
from explorer.ui.caches import cached_dataset
from explorer.ui.explain import explain
from explorer.ui.figure import show_figure
from explorer.ui.inline_training import learned, train_button, watch
from explorer.ui.query_params import bound

PICTURE_AND_CONTROLS = (0.7, 0.3)
HEIGHT_PX = 600
SMALL_PX = 210
SECONDS = {"arc": 2, "spiral": 4, "circles": 5, "s_curve": 3, "swiss_roll": 5, "digits": 2}
NETS = ("64-64-64", "32-32", "8-8", "64")
ACTIVATIONS = ("leaky_relu", "tanh", "relu", "sigmoid")
LINEAR_DATA = ("digits", "s_curve", "swiss_roll")
LINEAR_EPOCHS = {"digits": 40, "s_curve": 5, "swiss_roll": 25}
LINEAR_DIM = 2

OBJECTIVE = (
    r"\min_{f,\,g}\; \frac1N \sum_{n=1}^{N} \lVert x_n - g(f(x_n)) \rVert^2, \qquad z_n = f(x_n) \in \mathbb{R}^K"
)
MSE = r"\mathrm{MSE} = \frac{1}{ND} \sum_{n=1}^{N} \lVert x_n - \hat x_n \rVert^2"
ANGLES = r"\cos\theta_k = \sigma_k\!\left(Q_W^\top Q_{\mathrm{PCA}}\right)"
WORDS = {
    "arc": "Half a circle needs one number, the place along it; a straight line cannot bend to it.",
    "spiral": "One number is enough for a spiral, once the line may wind.",
    "circles": (
        "Two circles are no line: they close, and they are two. With one number the autoencoder must cut both and "
        "jump from one to the other, so its error stays."
    ),
    "s_curve": "A bent sheet needs two numbers; PCA's plane cuts through it and loses the bend.",
    "swiss_roll": "To unroll the sheet, neighbours in space must be told apart when they lie on different windings.",
}


@st.cache_resource(max_entries=len(TOYS), show_spinner=False)
def shape_of(name: str) -> Shape:
    """A curve or a sheet with PCA's answer."""
    return known_shape(name)


def shapes(name: str) -> None:
    """A curve or a sheet with PCA's straight answer and the autoencoder's bent one."""
    shape = shape_of(name)
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="large")
    with controls:
        run = _choose_run(shape)
        pressed = train_button(run, SECONDS[name])
        stages = learned(run)
        _errors(shape, stages)
        st.markdown(WORDS[name])
        if len(stages) > 1:
            show_figure(pictures.learning_figure(stages, shape.linear_mse, SMALL_PX), "learning", "The falling error")
        explain(
            formula=[
                (OBJECTIVE, "f is the encoder, g the decoder; PCA is the best answer among linear ones."),
                (MSE, "On 1,000 held-out points, in squared units of the data, whose variance is 1 a coordinate."),
            ],
            code=[learn, pictures.bent_figure],
        )
    alt = f"{name} with PCA's straight answer and the autoencoder's bent one"
    with picture:
        if pressed:
            watch(
                run,
                learn(run, shape.dataset, shape.test, shape.linear),
                lambda stage: pictures.bent_figure(shape, [stage], HEIGHT_PX - 110),
                alt,
                first=pictures.bent_figure(shape, (), HEIGHT_PX - 110),
            )
        else:
            show_figure(pictures.bent_figure(shape, stages, HEIGHT_PX), f"manifold-{name}", alt)


def layers(name: str) -> None:
    """The coordinate grid after every layer of the autoencoder that was trained on the shape."""
    shape = shape_of(name)
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="large")
    with controls:
        run = _choose_run(shape)
        pressed = train_button(run, SECONDS[name])
        stages = learned(run)
        _errors(shape, stages)
        what = "The plane's own grid" if shape.latent_dim == 1 else "The sheet's own grid"
        st.markdown(
            f"{what} and the samples after every layer: above, the encoder bends them until K = {shape.latent_dim} "
            "is enough; below, the decoder bends the code back. Wider layers are seen in the plane of the samples' "
            "first two principal components. Colours say how far along the shape."
        )
        explain(code=[bend, pictures.bend_figure])
    alt = f"The grid around {name} after each layer"

    def bent(stage: Stage) -> Figure:
        return pictures.bend_figure(bend(stage, shape.grid, shape.test.pixels()), shape.position, HEIGHT_PX - 110)

    with picture:
        if pressed:
            watch(run, learn(run, shape.dataset, shape.test, shape.linear), bent, alt)
        elif stages:
            shown = st.select_slider("Step", [stage.step for stage in stages], stages[-1].step, key="layer_step")
            stage = next(stage for stage in stages if stage.step == shown)
            show_figure(bent(stage), f"layers-{name}", alt)
        else:
            st.info("Train the autoencoder, and its layers appear here.", icon=":material/play_arrow:")


def linear() -> None:
    """A linear autoencoder whose subspace turns into PCA's, epoch by epoch."""
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="large")
    with controls:
        options = Choice(LINEAR_DATA)
        name = st.selectbox("Data set", options.options, **bound("subject", options))
        run = replace(LINEAR_RUN, model=LinearAESpec(latent_dim=LINEAR_DIM), dataset=name, n_epochs=LINEAR_EPOCHS[name])
        train, test = cached_dataset(name, "train"), cached_dataset(name, "test")
        pca = linear_baseline(train, LINEAR_DIM)
        pressed = train_button(run, SECONDS[name])
        stages = learned(run)
        if stages:
            first, last = st.columns(2)
            for column, place, angle in zip(
                (first, last), ("Angle 1", "Angle 2"), stages[-1].angles_degrees, strict=True
            ):
                column.metric(place, f"{angle:.2f}°")
        st.markdown(
            "A linear autoencoder with K = 2 starts from random axes. Gradient descent turns the plane that its "
            "decoder spans into the plane of the first two principal components; the axes inside it stay its own. "
            "Both angles at 0° mean the same plane; two planes in three dimensions always share a line."
        )
        st.page_link(
            "pages/pca.py",
            label="Turn the direction w yourself",
            icon=":material/linear_scale:",
            query_params={"view": "Why eigenvectors"},
        )
        explain(
            formula=[
                (
                    ANGLES,
                    "The singular values of the product of two orthonormal bases: of the decoder and of PCA.",
                )
            ],
            code=[principal_angles],
        )
    with picture:
        alt = "Principal angles between the linear autoencoder's subspace and PCA's"
        if pressed:
            seen: list[Stage] = []

            def draw(stage: Stage) -> Figure:
                seen.append(stage)
                return pictures.angles_figure(seen, HEIGHT_PX - 110)

            watch(run, learn(run, train, test, pca), draw, alt)
        elif stages:
            show_figure(pictures.angles_figure(stages, HEIGHT_PX), "angles", alt)
        else:
            st.info("Train the linear autoencoder, and its angles to PCA appear here.", icon=":material/play_arrow:")


def _choose_run(shape: Shape) -> RunSpec:
    """The autoencoder for a shape: its hidden layers and their nonlinearity."""
    left, right = st.columns(2)
    nets, activations = Choice(NETS), Choice(ACTIVATIONS)
    net = left.selectbox("Hidden layers", nets.options, **bound("net", nets))
    activation = right.selectbox("Nonlinearity", activations.options, **bound("act", activations))
    return shape_run(shape.name, shape.latent_dim, tuple(int(width) for width in net.split("-")), activation)


def _errors(shape: Shape, stages: tuple[Stage, ...]) -> None:
    """PCA's error and the autoencoder's, on held-out samples."""
    left, right = st.columns(2)
    left.metric(
        f"PCA, K = {shape.latent_dim}", f"{shape.linear_mse:.4f}", "test MSE", delta_color="off", delta_arrow="off"
    )
    if stages:
        share = stages[-1].mse / shape.linear_mse
        right.metric(
            "Autoencoder", f"{stages[-1].mse:.4f}", f"{share:.1%} of PCA's", delta_color="off", delta_arrow="off"
        )
