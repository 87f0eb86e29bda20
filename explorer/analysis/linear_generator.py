"""PCA, then a density of its codes: the simplest generator of images, and how far its draws are from real codes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.density import Sampler
from explorer.analysis.holes import classifier_measures, compare, distance_measures
from explorer.analysis.measure import Measure
from explorer.analysis.pca import spectrum
from explorer.data import Dataset
from explorer.models.pca import PCA, fit_pca
from explorer.models.spec import PCASpec

Array = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PlaneOfClasses:
    """PCA with K = 2 of a data set, refitted to some of its classes.

    codes: (N, 2), labels: (N,) of the train split; held_out: (M, 2) of the test split.
    """

    pca: PCA
    codes: Array
    labels: Ints
    held_out: Array

    @property
    def explained(self) -> float:
        """The fraction of these classes' variance that the plane keeps."""
        return float(spectrum(self.pca).cumulative[1])


def plane_of_classes(train: Dataset, test: Dataset) -> PlaneOfClasses:
    """Fit PCA to a train split and encode both splits; raises DatasetError for fewer than two samples."""
    pca = fit_pca(train.samples.reshape(len(train), -1), train.sample_shape, PCASpec(latent_dim=2))
    return PlaneOfClasses(pca, pca.encode(train.pixels()), train.labels, pca.encode(test.pixels()))


@dataclass(frozen=True, eq=False)
class GeneratedImages:
    """Draws z (n, 2) of a density in the plane, from left to right, and the images (n, D) that they decode to."""

    z: Array
    images: Array


def generate(plane: PlaneOfClasses, density: Sampler, n: int, seed: int) -> GeneratedImages:
    """Draw z from the density and decode x = x̄ + z₁ w₁ + z₂ w₂."""
    z = density.sample(n, np.random.default_rng(seed))
    z = z[z[:, 0].argsort(kind="stable")]
    return GeneratedImages(z, plane.pca.decode(z))


@dataclass(frozen=True)
class Fit:
    """How well draws of a density pass for held-out codes, each number beside its null value."""

    hole_rate: Measure
    two_sample_accuracy: Measure
    n_draws: int


def judge(plane: PlaneOfClasses, density: Sampler, seed: int) -> Fit:
    """Compare draws with held-out codes; raises AnalysisError for too few codes."""
    comparison = compare(plane.codes, plane.held_out, density, seed)
    hole_rate, *_ = distance_measures(comparison)
    (accuracy,) = classifier_measures(comparison)
    return Fit(hole_rate, accuracy, len(comparison.drawn))
