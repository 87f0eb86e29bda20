"""The same samples and what models of one K make of them, each with its error."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.outside_sample import squared_errors
from explorer.data import Dataset
from explorer.models.latent_model import Array, ConditionalModel, LatentModel

Wide = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reconstructions:
    """What one model makes of N samples: images (N, D), squared errors sse (N,), and their mean over the test split.

    Errors are summed over the pixels, in [0, 1], of an image.
    """

    title: str
    family: str
    images: Array
    sse: Wide
    test_sse: float


@dataclass(frozen=True, eq=False)
class Strip:
    """N test samples by number with their labels, images (N, D), and each model's reconstructions.

    null_sse: (N,), what the mean training image loses of each; null_test_sse: its mean over the test split.
    """

    samples: NDArray[np.int64]
    labels: NDArray[np.int64]
    images: Array
    rows: tuple[Reconstructions, ...]
    null_sse: Wide
    null_test_sse: float

    def finding(self, place: int) -> str:
        """Which model comes closest to one of the samples, and which on average, in a sentence."""
        nearest = min(self.rows, key=lambda row: row.sse[place])
        best = min(self.rows, key=lambda row: row.test_sse)
        return (
            f"Test sample {self.samples[place]} is reconstructed best by {_of(nearest)}: error "
            f"{nearest.sse[place]:.1f}, where the mean image alone has {self.null_sse[place]:.1f}. Over the whole test "
            f"split {_of(best)} is best, with {best.test_sse:.1f} per image; the mean image has "
            f"{self.null_test_sse:.1f}."
        )


def _of(row: Reconstructions) -> str:
    """A model as the subject of a sentence: PCA is a method's name, an AE is one of many."""
    return row.title if row.family in ("pca", "ppca") else f"the {row.title}"


def reconstruction_strip(
    models: Mapping[str, LatentModel], test: Dataset, mean: Array, samples: NDArray[np.int64]
) -> Strip:
    """Reconstruct a test split by every model, by title; mean: (D,), the mean training image; samples: (N,) rows."""
    x = test.pixels()  # (M, D)
    of_mean = squared_errors(x, mean[None])
    return Strip(
        samples=samples,
        labels=test.labels[samples],
        images=x[samples],
        rows=tuple(_reconstructed(title, model, x, test.labels, samples) for title, model in models.items()),
        null_sse=of_mean[samples],
        null_test_sse=float(of_mean.mean()),
    )


def one_of_each_class(labels: NDArray[np.int64], chosen: int) -> NDArray[np.int64]:
    """A sample of each class, by class: the chosen one of its own, the first of the others."""
    classes, firsts = np.unique(labels, return_index=True)
    return np.where(classes == labels[chosen], chosen, firsts)


def _reconstructed(
    title: str, model: LatentModel, x: Array, labels: NDArray[np.int64], samples: NDArray[np.int64]
) -> Reconstructions:
    if isinstance(model, ConditionalModel):
        x_hat = model.decode(model.encode(x, labels), labels)
    else:
        x_hat = model.decode(model.encode(x))
    errors = squared_errors(x, x_hat)
    return Reconstructions(title, model.spec.family, x_hat[samples], errors[samples], float(errors.mean()))
