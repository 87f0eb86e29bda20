"""What a model makes of one sample from outside its data set, beside what it makes of the data set's own."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.latent_plane import Plane, axis_plane, principal_plane
from explorer.analysis.neighbours import nearest
from explorer.data import Dataset
from explorer.models.latent_model import Array, LatentModel, VariationalModel

Labels = NDArray[np.int64]
Wide = NDArray[np.float64]
N_NEIGHBOURS = 5
# The distances of so many test codes stand for all of them.
N_DISTANCES = 2000


@dataclass(frozen=True, eq=False)
class OwnSamples:
    """What a model makes of its own data.

    train_codes: (N, K) with train_labels (N,); test_codes: (M, K) with test_labels (M,); sse: (M,), the squared errors
    of the test images summed over their pixels; distances: (M',), from test codes to the nearest training code.
    """

    class_names: tuple[str, ...]
    plane: Plane
    train_codes: Array
    train_labels: Labels
    test_codes: Array
    test_labels: Labels
    sse: Wide
    distances: Wide


@dataclass(frozen=True, eq=False)
class OutsideSample:
    """One sample x that a model has not seen, and what the model makes of it.

    place: (2,), its code in the plane; covariance: (2, 2), that of a VAE's posterior there, else None; x_hat: (D,);
    n_votes: how many of the five nearest training codes have the class `label`; sse: ‖x − x̂‖² summed over pixels;
    fraction_below: of the test images of that class, how many have a smaller error; distance: to the nearest training
    code; fraction_nearer: how many test codes lie nearer to their own.
    """

    place: Array
    covariance: Array | None
    x_hat: Array
    label: int
    n_votes: int
    sse: float
    fraction_below: float
    distance: float
    fraction_nearer: float


def own_samples(model: LatentModel, train: Dataset, test: Dataset) -> OwnSamples:
    """Encode both splits, and reconstruct the test split; a model of one dimension raises AnalysisError."""
    x = test.pixels()  # (M, D)
    train_codes, test_codes = model.encode(train.pixels()), model.encode(x)  # (N, K), (M, K)
    two = model.latent_dim == 2
    plane = axis_plane(np.zeros(2, np.float32), 0, 1) if two else principal_plane(train_codes, train_codes.mean(axis=0))
    some = np.random.default_rng(0).permutation(len(test_codes))[:N_DISTANCES]
    distances = nearest(test_codes[some], train_codes)[0][:, 0]  # (M',)
    errors = squared_errors(x, model.decode(test_codes))
    labels = (train.labels, test.labels)
    return OwnSamples(train.class_names, plane, train_codes, labels[0], test_codes, labels[1], errors, distances)


def outside_sample(model: LatentModel, own: OwnSamples, x: Array) -> OutsideSample:
    """Encode and reconstruct one sample x: (D,), and say how it compares with the model's own samples."""
    z, covariance = code_and_covariance(model, own.plane, x[None])  # (1, K)
    x_hat = model.decode(z)[0]  # (D,)
    distances, rows = nearest(z, own.train_codes, N_NEIGHBOURS)
    votes = np.bincount(own.train_labels[rows[0]])
    label = int(votes.argmax())
    sse, distance = float(squared_errors(x[None], x_hat[None])[0]), float(distances[0, 0])
    of_class = own.sse[own.test_labels == label]
    return OutsideSample(
        place=own.plane.project(z)[0],
        covariance=covariance,
        x_hat=x_hat,
        label=label,
        n_votes=int(votes[label]),
        sse=sse,
        fraction_below=float((of_class < sse).mean()) if len(of_class) else float("nan"),
        distance=distance,
        fraction_nearer=float((own.distances < distance).mean()),
    )


def code_and_covariance(model: LatentModel, plane: Plane, x: Array) -> tuple[Array, Array | None]:
    """The code (1, K) of a sample x (1, D), and a VAE's posterior covariance in the plane (2, 2), else None."""
    if not isinstance(model, VariationalModel):
        return model.encode(x), None
    posterior = model.posterior(x)
    return posterior.mean, (plane.axes * np.square(posterior.std[0])) @ plane.axes.T


def squared_errors(x: Array, x_hat: Array) -> Wide:
    """Squared errors summed over pixels, (N,)."""
    return np.asarray(np.square(x - x_hat, dtype=np.float64).sum(axis=1))
