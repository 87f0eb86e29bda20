"""How often each hole number alarms where a hole was planted and where none is; `python -m benchmarks.holes`."""

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
    """For each number the share of seeds in which it departs from its null, its mean and its null's mean."""
    runs = [measures(name, matched, seed) for seed in range(n_seeds)]
    return {
        of_one[0].quantity.key: (
            float(np.mean([measure.departs for measure in of_one])),
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


if __name__ == "__main__":
    for line in table():
        print(line, flush=True)
