"""Markov chains that draw from the true posterior of one sample, beside the encoder's q(z|x)."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.analysis.evidence import Observation, TruePosterior
from explorer.analysis.measure import Interval, range_of
from explorer.analysis.variation import total_variation, variation_interval

Array = NDArray[np.float32]
Floats = NDArray[np.float64]
N_CHAINS, N_STEPS = 400, 200
LOOKED_AT = (0, 1, 2, 5, 10, 20, 50, 100, 200)
# A random walk in two dimensions is fast with steps of this many standard deviations (Roberts et al. 1997).
STEP_STDS = 2.4 / 2**0.5
N_BINS, N_REPEATS, N_Q_DRAWS = 12, 200, 100_000


@dataclass(frozen=True, eq=False)
class Chains:
    """Metropolis chains towards p(z|x), all begun at draws of the prior.

    steps: (S,), each costs a pass through the decoder; places: (S, C, 2); distances: S total variation distances
    between p(z|x) and the chains at that step, with intervals for what so many chains have on average; encoder, floor:
    that of as many draws of q(z|x) and of p(z|x) itself, with the central 95 % of it; accepted: the fraction of
    proposals. The distance of few draws exceeds that of their law, so that all three are compared at the same number.
    """

    posterior: TruePosterior
    steps: NDArray[np.int64]
    places: Array
    distances: tuple[Interval, ...]
    encoder: Interval
    floor: Interval
    accepted: float


def run_chains(of: Observation, true: TruePosterior, seed: int = 0) -> Chains:
    """Random-walk Metropolis (Metropolis et al. 1953) on log p(x, z) of a sample; true: its p(z|x); K must be 2."""
    rng, q = np.random.default_rng(seed), of.posterior
    places, accepted = metropolis(of, STEP_STDS * float(q.std[0].mean()), rng)
    bins = Bins(true)
    p = bins.of_posterior()
    drawn = q.mean[0] + q.std[0] * rng.standard_normal((N_Q_DRAWS, 2))
    distances = tuple(variation_interval(bins.counts(bins.numbers(at)), p, rng) for at in places)
    encoder, floor = (range_of_draws(shares, p, rng) for shares in (bins.shares(bins.numbers(drawn)), p))
    return Chains(true, np.array(LOOKED_AT), places, distances, encoder, floor, accepted)


def range_of_draws(shares: Floats, p: Floats, rng: np.random.Generator) -> Interval:
    """The distance from p of N_CHAINS draws of another distribution over bins, with the central 95 % of it."""
    drawn = rng.multinomial(N_CHAINS, shares, N_REPEATS) / N_CHAINS  # (r, B)
    return range_of(np.array([total_variation(some, p) for some in drawn]))


def metropolis(of: Observation, step: float, rng: np.random.Generator) -> tuple[Array, float]:
    """Chains from draws of the prior, after each of LOOKED_AT steps (S, C, 2), and the fraction accepted."""
    z = rng.standard_normal((N_CHAINS, 2)).astype(np.float32)
    nats, kept, n_accepted = _log_joint_nats(of, z), [z], 0
    for number in range(1, N_STEPS + 1):
        proposed = (z + step * rng.standard_normal(z.shape)).astype(np.float32)
        theirs = _log_joint_nats(of, proposed)
        is_taken = np.log(rng.random(len(z))) < theirs - nats
        z, nats = np.where(is_taken[:, None], proposed, z), np.where(is_taken, theirs, nats)
        n_accepted += int(is_taken.sum())
        kept += [z] if number in LOOKED_AT else []
    return np.stack(kept), n_accepted / (N_STEPS * N_CHAINS)


@torch.inference_mode()
def _log_joint_nats(of: Observation, z: Array) -> Floats:
    nats: Floats = of.log_joint_nats(torch.from_numpy(z).to(of.x.device)).double().cpu().numpy()
    return nats


@dataclass(frozen=True, eq=False)
class Bins:
    """N_BINS × N_BINS rectangles over the window of a posterior, and one more for all that lies outside."""

    true: TruePosterior

    def numbers(self, z: Array | Floats) -> NDArray[np.int64]:
        """The bin of each place z (N, 2)."""
        column, row = (_bin(values, places) for values, places in zip(z.T, (self.true.x, self.true.y), strict=True))
        is_inside = (column >= 0) & (column < N_BINS) & (row >= 0) & (row < N_BINS)
        return np.where(is_inside, row * N_BINS + column, N_BINS**2)

    def counts(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many places lie in each bin, from their numbers (N,) -> (B,)."""
        return np.bincount(numbers, minlength=N_BINS**2 + 1)

    def shares(self, numbers: NDArray[np.int64]) -> Floats:
        """The share of places in each bin, from their numbers (N,) -> (B,)."""
        return self.counts(numbers) / len(numbers)

    def of_posterior(self) -> Floats:
        """The probability of each bin under p(z|x), (B,)."""
        across, up = np.meshgrid(self.true.x, self.true.y)
        numbers = self.numbers(np.column_stack([across.ravel(), up.ravel()]))
        weights = np.bincount(numbers, self.true.density.ravel(), N_BINS**2 + 1)
        return np.asarray(weights / weights.sum())


def _bin(values: Array | Floats, places: Floats) -> NDArray[np.int64]:
    """Which of N_BINS equal parts of an axis each value lies in; below 0 or N_BINS and more outside of it."""
    margin = (places[1] - places[0]) / 2
    low, high = places[0] - margin, places[-1] + margin
    return np.asarray(np.floor((values - low) / (high - low) * N_BINS), np.int64)
