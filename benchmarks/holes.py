"""How often each hole number alarms where a hole was planted and where none is, and what the numbers cost.

`python -m benchmarks.holes`; `python -m benchmarks.holes cost` for the cost alone.
"""

import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.density import Sampler, fit_sampler
from explorer.analysis.holes import compare, measure_holes
from explorer.analysis.measure import Measure
from explorer.analysis.toy_codes import PLANTED_HOLES, toy_codes

Array = NDArray[np.float32]
N_TRAIN, N_HELD_OUT, N_SEEDS = 6_000, 1_000, 100


@dataclass(frozen=True)
class TrueLaw:
    """A perfect sampler: fresh draws from the toy density that the codes came from."""

    name: str

    def sample(self, n: int, rng: np.random.Generator) -> Array:
        """n draws, (n, 2)."""
        return toy_codes(self.name, n, rng)

    def log_density(self, z: NDArray[np.floating]) -> NDArray[np.float64]:
        """Not needed for hole numbers."""
        raise NotImplementedError


def measures(name: str, matched: bool, seed: int) -> tuple[Measure, ...]:
    """All hole numbers of toy codes against a fitted Gaussian or, matched, against fresh draws."""
    # Another stream than that of the draws, or they would repeat the codes' own random numbers.
    rng = np.random.default_rng((seed, 1))
    train, held_out = toy_codes(name, N_TRAIN, rng), toy_codes(name, N_HELD_OUT, rng)
    sampler: Sampler = TrueLaw(name) if matched else fit_sampler("gaussian", train, seed)
    *_, last = measure_holes(compare(train, held_out, sampler, seed))
    return last.result


def alarm_rates(name: str, matched: bool, n_seeds: int) -> dict[str, tuple[float, float, float]]:
    """For each number the share of seeds in which it is_significant from its null, its mean and its null's mean."""
    runs = [measures(name, matched, seed) for seed in range(n_seeds)]
    return {
        of_one[0].quantity.key: (
            float(np.mean([measure.is_significant for measure in of_one])),
            float(np.mean([measure.measured.value for measure in of_one])),
            float(np.mean([measure.null.value for measure in of_one])),
        )
        for of_one in zip(*runs, strict=True)
    }


def table(n_seeds: int = N_SEEDS) -> Iterator[str]:
    """The lines of a table: power on planted holes, false alarms on matched samples."""
    yield f"{n_seeds} seeds, {N_TRAIN:,} training and {N_HELD_OUT:,} held-out codes; value beside null"
    for name in PLANTED_HOLES:
        planted, matched = (alarm_rates(name, is_matched, n_seeds) for is_matched in (False, True))
        yield f"\n{name:24}{'planted':>10}{'power':>8}{'matched':>12}{'null':>9}{'false alarms':>14}"
        for key, (power, value, _) in planted.items():
            false_alarms, matched_value, null = matched[key]
            yield f"  {key:22}{value:10.4f}{power:8.2f}{matched_value:12.4f}{null:9.4f}{false_alarms:14.2f}"


def cost(latent_dim: int) -> Iterator[str]:
    """CPU seconds of each stage for 60,000 training and 10,000 held-out codes, and the process's peak memory so far."""
    rng = np.random.default_rng(0)
    train, held_out = (rng.standard_normal((n, latent_dim), dtype=np.float32) for n in (60_000, 10_000))
    yield f"\n{latent_dim} dimensions, 60,000 training and 10,000 held-out codes"
    began = time.process_time()
    sampler = fit_sampler("gmm10", train, 0)
    doing, last = "fitting ten Gaussians", began
    for step in measure_holes(compare(train, held_out, sampler, 0)):
        now = time.process_time()
        yield f"  {doing:46}{now - last:8.2f} CPU s"
        doing, last = step.doing, now
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    yield f"  {'all':46}{last - began:8.2f} CPU s, peak memory {peak_gb:.2f} GB"


if __name__ == "__main__":
    only_cost = sys.argv[1:] == ["cost"]
    for lines in (*(() if only_cost else (table(),)), cost(2), cost(16)):
        for line in lines:
            print(line, flush=True)
