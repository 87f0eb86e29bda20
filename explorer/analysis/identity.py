"""The identity: how much autoencoders copy of pictures like those of their training, and of shuffled pixels."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.analysis.denoising import reconstruct
from explorer.analysis.measure import N_RESAMPLES, Interval, Progress, around
from explorer.data import Dataset
from explorer.models.autoencoder import Autoencoder, decode_mean
from explorer.models.latent_model import LatentModel
from explorer.models.spec import AESpec
from explorer.training import RunSpec, start, train

Array = NDArray[np.float32]
NOISE_STDS = (0.01, 0.03, 0.1, 0.3, 1.0)
N_JACOBIANS = 50
# Of scikit-learn's digits: a code wider than a picture takes minutes to train on larger ones.
RUN = RunSpec(AESpec(2, ()), "digits", 100, batch_size=64, learning_rate=3e-3, schedule="cosine")
TEST, SHUFFLED = KINDS = ("test images", "pixels shuffled")


@dataclass(frozen=True, eq=False)
class Copying:
    """How one autoencoder treats pictures like those of its training, and others.

    kept: for each of KINDS the fraction of its variance that the reconstruction keeps, 1 for a copy, 0 for the kind's
    mean image; responses: (S,), root mean square of |r(x + d) - r(x)| over that of |d|, with the
    reconstruction r and Gaussian d of each of NOISE_STDS, 1 for a copy; slope: its limit for small d; pictures: (2, D),
    the reconstruction of one picture of each kind.
    """

    title: str
    latent_dim: int
    kept: tuple[Interval, ...]
    responses: Array
    slope: float
    pictures: Array


@dataclass(frozen=True, eq=False)
class Copies:
    """Several autoencoders of one data set; inputs: (2, D), the picture of each kind that all were shown."""

    inputs: Array
    networks: tuple[Copying, ...]
    n_test: int


def networks(dataset: Dataset) -> dict[str, RunSpec]:
    """Autoencoders without hidden layers, by title: wider and wider ones, then the widest with each penalty."""
    n_pixels = int(np.prod(dataset.sample_shape))
    wide = AESpec(n_pixels * 3 // 2, ())
    plain = {f"K = {k}": replace(wide, latent_dim=k) for k in (n_pixels // 8, n_pixels // 2, n_pixels, wide.latent_dim)}
    penalised = {
        "denoising": replace(wide, corruption="gaussian", corruption_level=0.3),
        "k-sparse": replace(wide, sparsity="k_sparse", sparse_units=10),
        "L1": replace(wide, sparsity="l1", sparsity_weight=0.1, code_activation="relu"),
        "contractive": replace(wide, contraction=0.003),
    }
    return {title: replace(RUN, model=spec, dataset=dataset.name) for title, spec in (plain | penalised).items()}


def learn_to_copy(train_split: Dataset, test: Dataset, seed: int = 0) -> Iterator[Progress[Copies]]:
    """Train each of `networks` and measure what it copies; the result grows by one network at a time."""
    runs, kinds = networks(train_split), inputs(test.pixels(), seed)
    shown, done = np.stack([kind[0] for kind in kinds.values()]), list[Copying]()
    for title, run in runs.items():
        yield Progress(len(done) / len(runs), f"training {title}", Copies(shown, tuple(done), len(test)))
        done.append(copying(title, trained(run, train_split), kinds, seed))
    yield Progress(1.0, "done", Copies(shown, tuple(done), len(test)))


def inputs(x: Array, seed: int) -> dict[str, Array]:
    """Pictures x (N, D), and the same with each pixel shuffled among the pictures: every pixel keeps its mean and its
    variance, and only the structure is lost."""
    return {TEST: x, SHUFFLED: np.random.default_rng(seed).permuted(x, axis=0)}


def trained(run: RunSpec, dataset: Dataset) -> Autoencoder:
    """The autoencoder of a run, trained on the CPU; raises TrainingError."""
    state = start(run, dataset, "cpu")
    for _ in train(state):
        pass
    assert isinstance(state.model, Autoencoder)
    return state.model


def copying(title: str, model: Autoencoder, kinds: dict[str, Array], seed: int) -> Copying:
    """Measure one autoencoder on pictures (N, D) by kind."""
    x = kinds[TEST]
    kept = tuple(variance_kept(part, reconstruct(model, part), seed) for part in kinds.values())
    pictures = np.concatenate([reconstruct(model, part[:1]) for part in kinds.values()])
    responses = np.array([noise_response(model, x, std, seed) for std in NOISE_STDS], np.float32)
    return Copying(title, model.latent_dim, kept, responses, linear_response(model, x[:N_JACOBIANS]), pictures)


def variance_kept(x: Array, restored: Array, seed: int) -> Interval:
    """1 - sum |x - x̂|^2 / sum |x - mean|^2 over pictures (N, D), with the central 95 % of its bootstrap."""
    left = np.square(x - restored, dtype=np.float64).sum(axis=1)  # (N,)
    whole = np.square(x - x.mean(axis=0), dtype=np.float64).sum(axis=1)  # (N,)
    rows = np.random.default_rng(seed).integers(len(x), size=(N_RESAMPLES, len(x)))  # (R, N)
    draws = 1 - left[rows].sum(axis=1) / whole[rows].sum(axis=1)
    return around(float(1 - left.sum() / whole.sum()), draws)


def noise_response(model: LatentModel, x: Array, std: float, seed: int) -> float:
    """How much of Gaussian noise of a standard deviation passes through encoder and decoder; 1 for the identity."""
    noise = np.random.default_rng(seed).normal(scale=std, size=x.shape).astype(np.float32)
    change = reconstruct(model, x + noise) - reconstruct(model, x)
    return float(np.sqrt(np.square(change, dtype=np.float64).sum() / np.square(noise, dtype=np.float64).sum()))


def linear_response(model: Autoencoder, x: Array) -> float:
    """The same for noise that vanishes: |dr/dx|_F / sqrt(D), root mean square over pictures (N, D)."""

    def restored(pixels: torch.Tensor) -> torch.Tensor:
        return decode_mean(model.spec, model.network, model.network.encode(pixels))

    at = torch.from_numpy(x)
    squares = [torch.autograd.functional.jacobian(restored, row[None]).square().sum().item() for row in at]
    return float(np.sqrt(np.mean(squares) / x.shape[1]))
