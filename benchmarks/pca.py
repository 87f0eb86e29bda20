"""PCA of all of MNIST's train split beside scikit-learn's, in one run: `python -m benchmarks.pca`."""

import os
import time
from collections.abc import Callable, Iterator
from statistics import median

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA as SklearnPCA  # noqa: N811 - not a constant

from explorer.data import load_dataset
from explorer.models.pca import PCA, fit_pca
from explorer.models.spec import PCASpec

N_ROUNDS = 9
N_COMPARED = 154


def sklearn_fit(x: NDArray[np.floating]) -> SklearnPCA:
    """Scikit-learn's solver for many samples of few pixels."""
    return SklearnPCA(svd_solver="covariance_eigh").fit(x)


def durations_s(fits: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Seconds of each fit, round after round, so that a busy moment hits all alike."""
    spent: dict[str, list[float]] = {name: [] for name in fits}
    for _ in range(N_ROUNDS):
        for name, fit in fits.items():
            began_s = time.perf_counter()
            fit()
            spent[name].append(time.perf_counter() - began_s)
    return spent


def departures(variances: NDArray[np.floating], axes: NDArray[np.floating], exact: SklearnPCA) -> tuple[float, float]:
    """The largest departure from the exact variances, and from the exact loadings of the first components."""
    loadings = np.abs(np.abs(axes[:N_COMPARED]) - np.abs(exact.components_[:N_COMPARED]))
    return float(np.abs(variances - exact.explained_variance_).max()), float(loadings.max())


def table() -> Iterator[str]:
    """The lines of a table: time, ratio and accuracy of ours and of scikit-learn's in float32 and float64."""
    train = load_dataset("mnist")
    pixels = train.pixels()
    exact_pixels = pixels.astype(np.float64)
    ours: Callable[[], PCA] = lambda: fit_pca(train.samples.reshape(len(train), -1), train.sample_shape, PCASpec())
    fits: dict[str, Callable[[], object]] = {
        "explorer, bytes": ours,
        "scikit-learn, float32": lambda: sklearn_fit(pixels),
        "scikit-learn, float64": lambda: sklearn_fit(exact_pixels),
    }
    spent = durations_s(fits)
    own, single, exact = ours(), sklearn_fit(pixels), sklearn_fit(exact_pixels)
    accuracy = [
        departures(own.variances, own.components, exact),
        departures(single.explained_variance_, single.components_, exact),
        (0.0, 0.0),
    ]
    yield f"{len(train):,} x {pixels.shape[1]}, {os.environ.get('OMP_NUM_THREADS', 'all')} threads, {N_ROUNDS} rounds"
    yield f"departures from scikit-learn's float64: variances (squared pixels), first {N_COMPARED} axes"
    for (name, seconds), (variance, loading) in zip(spent.items(), accuracy, strict=True):
        ratio = median(np.array(spent["explorer, bytes"]) / np.array(seconds))
        yield (
            f"{name:22} median {median(seconds):.3f} s, least {min(seconds):.3f} s, explorer's time over it "
            f"{ratio:.2f}; off by {variance:.0e}, {loading:.0e}"
        )


if __name__ == "__main__":
    for line in table():
        print(line)
