"""What a VAE draws from its prior, epoch by epoch, beside its codes and both terms of its loss."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.code_sizes import Judge
from explorer.analysis.latent_plane import principal_plane
from explorer.analysis.likelihood import rate_and_distortion_nats
from explorer.analysis.measure import Interval, Progress, mean_interval
from explorer.analysis.quality import frechet_interval, judge
from explorer.models.autoencoder import VariationalAutoencoder
from explorer.models.spec import VAESpec
from explorer.training import RunSpec, start, train

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
# The data sets whose trainings come with the explorer, the epochs after which they are looked at, and their batches.
EPOCHS = {"mnist": (0, 1, 2, 3, 4, 5), "digits": (0, 1, 2, 3, 5, 10, 20, 40, 60)}
BATCH_SIZES = {"mnist": 128, "digits": 64}
SPECS = {"mnist": VAESpec(20, (400,)), "digits": VAESpec(8, (64,))}
SIDE, N_SCORED, N_CODES, SEED = 5, 1_000, 300, 0


@dataclass(frozen=True, eq=False)
class Moment:
    """A VAE after some epochs.

    codes: (M, K), means of q(z|x) of test images; draws: (25, D) uint8, decoded draws of one set of z ~ N(0, I);
    kl_nats: (K,), means over test images; negative_elbo_nats: per test image, one draw of z; frechet: the distance of
    decoded draws from training images.
    """

    epoch: int
    codes: Array
    draws: NDArray[np.uint8]
    kl_nats: Array
    negative_elbo_nats: Interval
    frechet: Interval


@dataclass(frozen=True, eq=False)
class PriorDraws:
    """The moments of a training; labels: (M,), of the codes; frechet_floor: the distance of as many test images."""

    moments: tuple[Moment, ...]
    labels: NDArray[np.uint8]
    class_names: tuple[str, ...]
    sample_shape: tuple[int, ...]
    frechet_floor: Interval
    n_scored: int


def prior_run(dataset: str) -> RunSpec:
    """The training whose draws are looked at."""
    n_epochs = EPOCHS[dataset][-1]
    return RunSpec(SPECS[dataset], dataset, n_epochs, SEED, BATCH_SIZES[dataset], validation_fraction=0)


def watch_prior(judged_by: Judge) -> Iterator[Progress[PriorDraws]]:
    """Train, and look at the draws after each of EPOCHS; the result grows by one moment at a time."""
    run, test = prior_run(judged_by.train.name), judged_by.test
    state, due = start(run, judged_by.train, "cpu"), list(EPOCHS[run.dataset])
    assert isinstance(state.model, VariationalAutoencoder)
    x, labels = test.pixels(slice(0, N_SCORED)), test.labels[:N_CODES].astype(np.uint8)
    floor, moments = _frechet(x, judged_by), (measured(due.pop(0), state.model, judged_by),)
    found = PriorDraws(moments, labels, test.class_names, test.sample_shape, floor, len(x))
    for record in train(state):
        yield Progress(record.epoch / run.n_epochs, f"training, epoch {record.epoch:.1f}", found)
        if record.is_epoch_end and round(record.epoch) == due[0]:
            found = replace(found, moments=(*found.moments, measured(due.pop(0), state.model, judged_by)))
    yield Progress(1.0, "done", found)


def measured(epoch: int, model: VariationalAutoencoder, judged_by: Judge) -> Moment:
    """A VAE's codes, draws and numbers on test images."""
    x = judged_by.test.pixels(slice(0, N_SCORED))
    rates, distortions = rate_and_distortion_nats(model, x)
    z = np.random.default_rng(SEED).standard_normal((len(x), model.latent_dim), np.float32)
    drawn = model.decode(z)
    return Moment(
        epoch,
        model.encode(x[:N_CODES]).astype(np.float16).astype(np.float32),
        np.rint(255 * drawn[: SIDE**2]).astype(np.uint8),
        rates.mean(axis=0),
        mean_interval(rates.sum(axis=1, dtype=np.float64) + distortions),
        _frechet(drawn, judged_by),
    )


def _frechet(images: Array, judged_by: Judge) -> Interval:
    real = judged_by.train.pixels(slice(0, N_SCORED))
    ours, theirs = (judge(some, judged_by.classifier).features for some in (images, real))
    return frechet_interval(ours, theirs, np.random.default_rng(SEED))


def last_plane(found: PriorDraws) -> Array:
    """The codes of each moment in the plane of the last codes' first two principal components, (F, M, 2)."""
    codes = found.moments[-1].codes
    plane = principal_plane(codes, codes.mean(axis=0))
    return np.stack([plane.project(moment.codes) for moment in found.moments]).astype(np.float32)
