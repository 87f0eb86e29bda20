"""Autoencoders on small data sets, kept as plain layers while they learn, beside PCA."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import subspace_angles

from explorer.analysis.latent_plane import principal_plane
from explorer.data import Dataset, load_dataset
from explorer.data.toys import TOYS, sample_toy, standardised
from explorer.models import AESpec, LatentModel, Layer, LinearAESpec, PCASpec
from explorer.models.layers import Array, Dense, apply_layers
from explorer.models.pca import PCA, fit_pca
from explorer.training import RunSpec, one_thread, start, train

Floats = NDArray[np.float64]
N_STAGES = 40
N_CURVE = 300
SHEET_SHAPE = (48, 9)
# 128 steps an epoch; enough for each shape to come within 2 % of PCA's error where a curve or sheet can.
EPOCHS = {"arc": 8, "spiral": 30, "circles": 30, "s_curve": 14, "swiss_roll": 34}
SHAPE_RUN = RunSpec(
    AESpec(latent_dim=1, hidden=(64, 64, 64), activation="leaky_relu", output="identity"),
    "arc",
    batch_size=50,
    learning_rate=0.01,
    schedule="cosine",
    validation_fraction=0,
)
LINEAR_RUN = replace(SHAPE_RUN, model=LinearAESpec(latent_dim=2))
DAY_RUN = replace(
    SHAPE_RUN,
    model=AESpec(latent_dim=2, hidden=(128, 64), activation="leaky_relu", output="identity"),
    dataset="fremont",
    n_epochs=60,
)


@dataclass(frozen=True, eq=False)
class Stage:
    """An autoencoder after `step` of `n_steps` steps, as plain layers.

    mse: on the test split, mean over samples and values; angles_degrees: the K principal angles between what a linear
    decoder spans and PCA's first K axes, rising, or none for a nonlinear one (Björck & Golub 1973).
    """

    step: int
    n_steps: int
    epoch: float
    elapsed_s: float
    encoder: tuple[Layer, ...]
    decoder: tuple[Layer, ...]
    mse: float
    angles_degrees: Floats

    def encode(self, x: Array) -> Array:
        """x: (N, D) -> codes (N, K)."""
        return apply_layers(self.encoder, x)

    def decode(self, z: Array) -> Array:
        """z: (N, K) -> (N, D)."""
        return apply_layers(self.decoder, z)

    def reconstruct(self, x: Array) -> Array:
        """x: (N, D) -> (N, D)."""
        return self.decode(self.encode(x))


@dataclass(frozen=True, eq=False)
class Shape:
    """A curve or a sheet with PCA's answer to it.

    position: (N,), how far along the shape each test sample lies, in [0, 1]; clean: (M, D), the shape without noise: a
    curve in its order, a sheet as rows of SHEET_SHAPE; grid: (G, L, D), lines to be bent: of the plane around a curve,
    of the sheet itself.
    """

    name: str
    dataset: Dataset
    test: Dataset
    position: Floats
    clean: Array
    grid: Array
    linear: PCA
    linear_mse: float

    @property
    def latent_dim(self) -> int:
        """The number of true coordinates K: 1 for a curve, 2 for a sheet."""
        return self.linear.latent_dim


def known_shape(name: str) -> Shape:
    """A curve or a sheet by its name."""
    dataset, test = load_dataset(name), load_dataset(name, "test")
    linear = linear_baseline(dataset, TOYS[name].n_coordinates)
    x = test.pixels()
    clean = _clean(name)
    grid = _lines_of_sheet(clean) if linear.latent_dim == 2 else _lines_around(x)
    error = mse(x, linear.decode(linear.encode(x)))
    return Shape(name, dataset, test, sample_toy(name, "test").coordinates[:, 0], clean, grid, linear, error)


def _clean(name: str) -> Array:
    toy = TOYS[name]
    sides = SHEET_SHAPE if toy.n_coordinates == 2 else (N_CURVE,)
    axes = np.meshgrid(*(np.linspace(0, 1, side) for side in sides), indexing="ij")
    return standardised(toy, np.stack([axis.ravel() for axis in axes], axis=1)).astype(np.float32)


def _lines_of_sheet(clean: Array) -> Array:
    """The sheet's lines of constant height and of constant length, each with as many points."""
    sheet = clean.reshape(*SHEET_SHAPE, -1)
    along = sheet.transpose(1, 0, 2)
    places = np.linspace(0, SHEET_SHAPE[1] - 1, SHEET_SHAPE[0])
    across = [
        np.stack([np.interp(places, np.arange(SHEET_SHAPE[1]), row[:, axis]) for axis in range(row.shape[1])], axis=1)
        for row in sheet[:: SHEET_SHAPE[0] // 12]
    ]
    return np.concatenate((along, np.stack(across))).astype(np.float32)


def _lines_around(x: Array) -> Array:
    """Horizontal and vertical lines of the plane, over the range of the samples (N, 2)."""
    reach = 1.1 * np.abs(x).max(axis=0)
    places, fine = np.linspace(-1, 1, 13), np.linspace(-1, 1, 61)
    across = np.stack(np.broadcast_arrays(fine[None, :], places[:, None]), axis=-1)
    lines: Array = (np.concatenate((across, across[..., ::-1])) * reach).astype(np.float32)
    return lines


def shape_run(name: str, latent_dim: int, hidden: tuple[int, ...], activation: str) -> RunSpec:
    """How an autoencoder learns a curve (K = 1) or a sheet (K = 2)."""
    model = AESpec(latent_dim=latent_dim, hidden=hidden, activation=activation, output="identity")
    return replace(SHAPE_RUN, model=model, dataset=name, n_epochs=EPOCHS[name])


def linear_baseline(dataset: Dataset, latent_dim: int) -> PCA:
    """PCA of a train split."""
    return fit_pca(dataset.pixels(), dataset.sample_shape, PCASpec(latent_dim=latent_dim))


def mse(x: Array, x_hat: Array) -> float:
    """Squared error, mean over samples and values."""
    return float(np.square(x - x_hat, dtype=np.float64).mean())


def learn(run: RunSpec, dataset: Dataset, test: Dataset, linear: PCA) -> Iterator[Stage]:
    """Train on one core and give a stage now and then, more of them early; to stop is not to ask for the next.

    linear: PCA with as many dimensions, to which a linear autoencoder is compared. Raises TrainingError, SpecError.
    """
    state = start(run, dataset, "cpu")
    began, x_test = time.perf_counter(), test.pixels()
    yield _stage(state.model, (0, state.n_steps, 0.0, 0.0), x_test, linear)
    n_given = 1
    with one_thread():
        for record in train(state):
            due = state.n_steps * (n_given / N_STAGES) ** 2
            if record.step >= due or record.step == state.n_steps:
                n_given = int(N_STAGES * (record.step / state.n_steps) ** 0.5) + 1
                place = (record.step, state.n_steps, record.epoch, time.perf_counter() - began)
                yield _stage(state.model, place, x_test, linear)


def _stage(model: LatentModel, place: tuple[int, int, float, float], x_test: Array, linear: PCA) -> Stage:
    encoder, decoder = encoder_layers(model), model.decoder_layers()
    with np.errstate(over="ignore", invalid="ignore"):  # on the way to a divergence, which the loop then names
        error = mse(x_test, apply_layers(decoder, apply_layers(encoder, x_test)))
    is_linear = isinstance(model.spec, LinearAESpec)
    angles = principal_angles(decoder, linear) if is_linear else np.empty(0)
    return Stage(*place, encoder, decoder, error, angles)


def encoder_layers(model: LatentModel) -> tuple[Layer, ...]:
    """An autoencoder's encoder as plain layers; a linear one is found from what it makes of the unit vectors."""
    from explorer.models.autoencoder import Autoencoder, plain_layers

    if isinstance(model, Autoencoder) and isinstance(model.spec, AESpec):
        return plain_layers(model.network.encoder)
    n_values = int(np.prod(model.sample_shape))
    bias = model.encode(np.zeros((1, n_values), np.float32))[0]
    return (Dense((model.encode(np.eye(n_values, dtype=np.float32)) - bias).T, bias),)


def principal_angles(decoder: tuple[Layer, ...], linear: PCA) -> Floats:
    """Angles in degrees between the span of a linear decoder's columns and PCA's first K axes, (K,) rising."""
    (layer,) = decoder
    assert isinstance(layer, Dense)
    axes = linear.components[: linear.latent_dim]
    return np.asarray(np.rad2deg(np.sort(subspace_angles(layer.weight.astype(np.float64), axes.T.astype(np.float64)))))


@dataclass(frozen=True, eq=False)
class LayerView:
    """One layer's values in the plane of their two largest principal components (or on a line for a single value).

    grid: (G, L, 2), G lines of L points each; points: (N, 2).
    """

    title: str
    width: int
    grid: Floats
    points: Floats


def bend(stage: Stage, grid: Array, x: Array) -> tuple[LayerView, ...]:
    """A grid (G, L, D) and samples (N, D) through an autoencoder, layer by layer, from input to reconstruction."""
    n_lines, n_steps, n_values = grid.shape
    both = np.concatenate((grid.reshape(-1, n_values), x))
    views = []
    for title, values in _values_by_layer(stage, both):
        plane = _in_plane(values, values[n_lines * n_steps :])
        views.append(
            LayerView(
                title,
                values.shape[1],
                plane[: n_lines * n_steps].reshape(n_lines, n_steps, 2),
                plane[n_lines * n_steps :],
            )
        )
    return tuple(views)


def _values_by_layer(stage: Stage, x: Array) -> Iterator[tuple[str, Array]]:
    """The input, every hidden layer after its nonlinearity, the code and the reconstruction."""
    yield "x", x
    for part, name, last in ((stage.encoder, "encoder", "z"), (stage.decoder, "decoder", "x̂")):
        n_hidden = 0
        for layer, following in zip(part, (*part[1:], None), strict=True):
            x = apply_layers((layer,), x)
            if following is None:
                yield last, x
            elif not isinstance(layer, Dense):
                n_hidden += 1
                yield f"{name} {n_hidden}", x


def _in_plane(values: Array, data: Array) -> Floats:
    """Values (N, W) in two dimensions: their own, a line, or the first two principal components of `data`."""
    width = values.shape[1]
    if width == 1:
        return np.hstack((values, np.zeros_like(values))).astype(np.float64)
    if width == 2:
        return values.astype(np.float64)
    return np.asarray(principal_plane(data, data.mean(axis=0)).project(values), np.float64)
