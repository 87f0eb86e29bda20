"""The ways to a sparse code side by side: what each leaves of a code, of the layer before it, and of the picture."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.analysis.identity import RUN, trained
from explorer.analysis.measure import Interval, Progress, mean_interval
from explorer.data import Dataset
from explorer.models.autoencoder import Autoencoder
from explorer.models.spec import AESpec
from explorer.training import RunSpec

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
WIDTH, N_KEPT = 100, 10
NETWORK = AESpec(WIDTH, (WIDTH,))


@dataclass(frozen=True, eq=False)
class SparseNetwork:
    """One way to a sparse code, measured on test images.

    hidden, code: mean sparseness of the encoder's hidden layer and of the code, 0 where all units are alike in size, 1
    where one is on alone; sse: mean squared error per image; zeros: the fraction of the code's units that are exactly
    0; negative: the fraction of the others that are below 0; example: (K,), the code of the first test image.
    """

    title: str
    hidden: Interval
    code: Interval
    sse: Interval
    zeros: float
    negative: float
    example: Array


@dataclass(frozen=True, eq=False)
class Sparsities:
    """All ways; mean_sse: the error of the mean image; null: the sparseness of a code drawn from N(0, I)."""

    networks: tuple[SparseNetwork, ...]
    mean_sse: float
    null: float
    n_test: int


def ways(dataset: Dataset) -> dict[str, RunSpec]:
    """The runs that differ only in what they ask of the code; KL compares rates and so needs a code between 0 and 1."""
    asked = {
        "nothing": NETWORK,
        "L2": replace(NETWORK, sparsity="l2", sparsity_weight=0.1),
        "L1": replace(NETWORK, sparsity="l1", sparsity_weight=0.1),
        "L1 on both layers": replace(NETWORK, sparsity="l1", sparsity_weight=0.01, sparse_layers="all"),
        "KL": replace(NETWORK, sparsity="kl", sparsity_weight=0.3, code_activation="sigmoid"),
        f"{N_KEPT} largest z": replace(NETWORK, sparsity="k_sparse", sparse_units=N_KEPT),
        f"{N_KEPT} largest |z|": replace(NETWORK, sparsity="k_sparse_abs", sparse_units=N_KEPT),
    }
    return {title: replace(RUN, model=spec, dataset=dataset.name) for title, spec in asked.items()}


def compare_ways(train_split: Dataset, test: Dataset) -> Iterator[Progress[Sparsities]]:
    """Train each of `ways` and measure it; the result grows by one network at a time."""
    runs, x, done = ways(train_split), test.pixels(), list[SparseNetwork]()
    mean_sse = float(np.square(x - train_split.pixels().mean(axis=0), dtype=np.float64).sum(axis=1).mean())
    for title, run in runs.items():
        found = Sparsities(tuple(done), mean_sse, normal_sparseness(WIDTH), len(x))
        yield Progress(len(done) / len(runs), f"training {title}", found)
        done.append(measured(title, trained(run, train_split), x))
    yield Progress(1.0, "done", replace(found, networks=tuple(done)))


def measured(title: str, model: Autoencoder, x: Array) -> SparseNetwork:
    """One network on pictures (N, D)."""
    codes = model.encode(x)
    error = np.square(x - model.decode(codes), dtype=np.float64).sum(axis=1)
    is_on = codes != 0
    return SparseNetwork(
        title,
        hidden=mean_interval(sparseness(hidden_activations(model, x))),
        code=mean_interval(sparseness(codes)),
        sse=mean_interval(error),
        zeros=float(1 - is_on.mean()),
        negative=float((codes < 0).sum() / max(is_on.sum(), 1)),
        example=codes[0],
    )


@torch.inference_mode()
def hidden_activations(model: Autoencoder, x: Array) -> Array:
    """The values (N, H) of the encoder's hidden layers, side by side, after their nonlinearities; x: (N, D)."""
    hidden: Array = model.network.encode_by_layer(torch.from_numpy(x))[0].numpy()
    return hidden


def sparseness(activations: Array) -> Wide:
    """(√K - ‖z‖₁ / ‖z‖₂) / (√K - 1) of each row of (N, K), in [0, 1] (Hoyer 2004, section 3.1); 1 for a row of zeros.

    Whoever halves a code does not change it.
    """
    wide = activations.astype(np.float64)
    sums, lengths = np.abs(wide).sum(axis=1), np.linalg.norm(wide, axis=1)
    ratio = np.divide(sums, lengths, out=np.ones_like(sums), where=lengths > 0)
    root = math.sqrt(wide.shape[1])
    return np.asarray((root - ratio) / (root - 1))


def normal_sparseness(n_units: int) -> float:
    """That of a code drawn from N(0, I), in the limit of many units: E|z| / √E z² = √(2/π)."""
    root = math.sqrt(n_units)
    return root * (1 - math.sqrt(2 / math.pi)) / (root - 1)
