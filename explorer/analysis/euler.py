"""A flow in Euler steps: the paths of its draws, and how many steps good draws need."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.flow import Flow
from explorer.analysis.measure import Interval, Progress, share_interval
from explorer.analysis.two_sample import classifier_hits

Array = NDArray[np.float32]
N_EULER = (1, 2, 4, 8, 16, 64)
N_TESTED = 2_000


@dataclass(frozen=True)
class EulerQuality:
    """Two-sample accuracies of draws after each number of steps in `N_EULER`, and of training codes in their place.

    Shares of draws and held-out codes that trees assign to their side; 0.5 where they cannot be told apart.
    n: draws, and as many held-out codes.
    """

    accuracies: tuple[Interval, ...]
    null: Interval
    n: int


def euler_paths(flow: Flow, noise: Array, n_steps: int) -> Array:
    """z ← z + v(z, t) / n from whitened noise (M, K) at t = 0 to t = 1, all stops with the first, (n + 1, M, K)."""
    paths = [noise]
    for index in range(n_steps):
        paths.append(paths[-1] + flow.velocity(paths[-1], index / n_steps) / np.float32(n_steps))  # (M, K)
    return np.stack(paths)


def at_times(paths: Array, times: NDArray[np.float64]) -> Array:
    """Where points are at times in [0, 1] (F,) on the straight pieces between their stops (n + 1, M, K), (F, M, K)."""
    n_steps = len(paths) - 1
    before = np.minimum((times * n_steps).astype(np.int64), n_steps - 1)  # (F,)
    part = (times * n_steps - before).astype(np.float32)[:, None, None]  # (F, 1, 1)
    places: Array = (1 - part) * paths[before] + part * paths[before + 1]
    return places


def euler_quality(flow: Flow, train: Array, held_out: Array, seed: int) -> Iterator[Progress[EulerQuality]]:
    """How well trees tell draws from held-out codes (M, K), after few and many steps; train: codes (N, K).

    Each number of steps begins from the same noise. The trees are those of the two-sample accuracy of holes.
    """
    rng = np.random.default_rng(seed)
    n = min(N_TESTED, len(train), len(held_out))
    codes, others = (flow.whitening.apply(some[rng.permutation(len(some))[:n]]) for some in (held_out, train))
    noise = rng.standard_normal(codes.shape).astype(np.float32)
    null, found = share_interval(classifier_hits(codes, others, seed)), []
    for place, n_steps in enumerate(N_EULER, start=1):
        draws = euler_paths(flow, noise, n_steps)[-1].astype(np.float64)
        found.append(share_interval(classifier_hits(codes, draws, seed)))
        yield Progress(place / len(N_EULER), f"{n_steps} Euler steps", EulerQuality(tuple(found), null, n))
