"""A linear autoencoder with and without a sigmoid: losses epoch by epoch beside a lecture's, axes beside PCA's."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import orthogonal_procrustes

from explorer.analysis.manifold import linear_baseline, mse
from explorer.analysis.measure import Progress
from explorer.data import Dataset
from explorer.models.latent_model import LatentModel
from explorer.models.layers import Dense
from explorer.models.spec import LinearAESpec
from explorer.training import RunSpec, start, train

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
# The losses that the lecture prints for its linear autoencoder with a sigmoid.
LECTURE = (0.19154, 0.08741, 0.06887, 0.06789, 0.06727, 0.06677, 0.06626, 0.06580, 0.06535, 0.06488)
RUN = RunSpec(LinearAESpec(2), "mnist", len(LECTURE), validation_fraction=0)
OUTPUTS = {"without a sigmoid": "identity", "with a sigmoid": "sigmoid"}
N_MEASURED, N_PICTURES = 10_000, 6


@dataclass(frozen=True, eq=False)
class LinearNetwork:
    """One linear autoencoder: errors: (E,), mean squared error per pixel on training images after each epoch;
    restored: (M, D), the pictures; columns: (K, D), its decoder's columns made orthonormal; turned: the same, rotated
    to come as near to PCA's axes as a rotation can."""

    title: str
    errors: Wide
    restored: Array
    columns: Array
    turned: Array


@dataclass(frozen=True, eq=False)
class LinearLosses:
    """Both networks, and what they are held against.

    pictures: (M, D), test images; by_pca: (M, D); axes: (K, D), PCA's; pca_error, mean_error: the errors of PCA and of
    the mean image on the same training images, which no training is needed for.
    """

    networks: tuple[LinearNetwork, ...]
    pictures: Array
    by_pca: Array
    axes: Array
    pca_error: float
    mean_error: float


def compare_outputs(train_split: Dataset, test: Dataset) -> Iterator[Progress[LinearLosses]]:
    """Train both networks and measure them; raises TrainingError."""
    x, shown = train_split.pixels(slice(0, N_MEASURED)), test.pixels(slice(0, N_PICTURES))
    pca = linear_baseline(train_split, RUN.model.latent_dim)
    errors = {"pca_error": mse(x, _restored(pca, x)), "mean_error": mse(x, pca.mean)}
    found = LinearLosses((), shown, _restored(pca, shown), pca.components[: pca.latent_dim], **errors)
    for title, output in OUTPUTS.items():
        yield Progress(len(found.networks) / len(OUTPUTS), f"training {title}", found)
        run = replace(RUN, dataset=train_split.name, model=replace(LinearAESpec(2), output=output))
        found = replace(found, networks=(*found.networks, linear_network(title, run, train_split, x, found)))
    yield Progress(1.0, "done", found)


def linear_network(title: str, run: RunSpec, dataset: Dataset, x: Array, beside: LinearLosses) -> LinearNetwork:
    """Train one network; its error on x (N, D) is measured at the end of each epoch."""
    state = start(run, dataset, "cpu")
    errors = [mse(x, _restored(state.model, x)) for record in train(state) if record.is_epoch_end]
    columns = orthonormal_columns(state.model)
    turned = turned_onto(columns, beside.axes)
    return LinearNetwork(title, np.array(errors), _restored(state.model, beside.pictures), columns, turned)


def _restored(model: LatentModel, x: Array) -> Array:
    return model.decode(model.encode(x))


def orthonormal_columns(model: LatentModel) -> Array:
    """An orthonormal basis (K, D) of what the columns of a linear decoder span, before its output function."""
    layer = model.decoder_layers()[0]
    assert isinstance(layer, Dense)
    return np.asarray(np.linalg.qr(layer.weight.astype(np.float64))[0].T, np.float32)


def turned_onto(columns: Array, axes: Array) -> Array:
    """The basis (K, D) turned and mirrored within its plane to be nearest to other axes (K, D) (Schönemann 1966)."""
    rotation, _ = orthogonal_procrustes(columns.T.astype(np.float64), axes.T.astype(np.float64))
    return np.asarray(rotation.T @ columns, np.float32)
