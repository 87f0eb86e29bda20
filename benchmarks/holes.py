"""The power of each hole number against the size of the hole, its false alarms, and what the numbers cost.

`python -m benchmarks.holes power FILE`: planted is a ball without codes, which a sampler of the whole law fills. FILE
keeps what was measured, line by line, so that nothing is measured twice; stages named after it are measured alone.
`python -m benchmarks.holes cost`: CPU seconds and memory.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import chain, product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.density import fit_sampler
from explorer.analysis.holes import (
    HOLE_QUANTITIES,
    Comparison,
    ball_measures,
    classifier_measures,
    compare,
    distance_measures,
    kernel_measures,
    measure_holes,
)
from explorer.analysis.measure import Measure

Array = NDArray[np.float64]
Stage = Callable[[Comparison], tuple[Measure, ...]]
Powers = dict[tuple["Cell", str], float]
STAGES: dict[str, Stage] = {
    "distances": distance_measures,
    "balls": ball_measures,
    "kernels": kernel_measures,
    "classifier": classifier_measures,
}
LAWS = ("gaussian", "student_t", "banana")
PLACES = ("bulk", "rim")
SIZES = (0.02, 0.05, 0.1, 0.2, 0.4)
DIMENSIONS = (2, 4, 8, 16)
N_TRAIN, N_HELD_OUT = 6_000, 500
# Runs with a planted hole and, by law, without one. Trees take longer than all other stages together.
N_RUNS = {"distances": 10, "balls": 10, "kernels": 10, "classifier": 5}
N_MATCHED_RUNS = {"distances": 100, "balls": 100, "kernels": 100, "classifier": 20}
DEGREES_OF_FREEDOM = 3
RIM = 1.8
TITLES = {metric.key: metric.title for metric in HOLE_QUANTITIES}


@dataclass(frozen=True)
class Cell:
    """A law of codes in K dimensions with a ball cut out, into which a share `size` of the law falls; 0 for none."""

    law: str
    latent_dim: int
    place: str
    size: float

    @property
    def name(self) -> str:
        """The law itself, as a sampler."""
        return self.law

    def sample(self, n: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """n draws from the whole law, (n, K)."""
        return draw(self.law, n, self.latent_dim, rng).astype(np.float32)

    def log_density(self, z: NDArray[np.floating]) -> Array:
        """Not needed for hole numbers."""
        raise NotImplementedError


def draw(law: str, n: int, latent_dim: int, rng: np.random.Generator) -> Array:
    """n draws (n, K): N(0, I), Student's t with 3 degrees of freedom, or a Gaussian bent along z₂ = z₁²."""
    z = rng.standard_normal((n, latent_dim))  # (n, K)
    if law == "student_t":
        return z / np.sqrt(rng.chisquare(DEGREES_OF_FREEDOM, (n, 1)) / DEGREES_OF_FREEDOM)  # (n, K)
    if law == "banana":
        z[:, 1] = z[:, 0] ** 2 + 0.3 * z[:, 1]
    return z


def distance_to_hole(cell: Cell, z: NDArray[np.floating]) -> Array:
    """How far z (n, K) is from the hole's centre: the origin, or a point at z₁ = 1.8 on the ridge of the law, (n,)."""
    centre = np.zeros(cell.latent_dim)  # (K,)
    if cell.place == "rim":
        centre[0] = RIM
        centre[1] = RIM**2 if cell.law == "banana" else 0
    return np.asarray(np.linalg.norm(z - centre, axis=1))


@cache
def radius(cell: Cell) -> float:
    """The radius of the hole, from 100,000 draws."""
    rng = np.random.default_rng(0)
    return float(np.quantile(distance_to_hole(cell, draw(cell.law, 100_000, cell.latent_dim, rng)), cell.size))


def codes_outside(cell: Cell, n: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """n codes from the law outside the hole, (n, K)."""
    z = draw(cell.law, 3 * n, cell.latent_dim, rng)  # (3n, K)
    return z[distance_to_hole(cell, z) >= radius(cell)][:n].astype(np.float32)


def alarms(cell: Cell, stage: Stage, seed: int) -> dict[str, bool]:
    """By key whether each number of a stage departs from its null in one run."""
    # Each law and dimension has random numbers of its own, or its runs would repeat those of the others.
    rng = np.random.default_rng((seed, LAWS.index(cell.law), cell.latent_dim))
    train, held_out = codes_outside(cell, N_TRAIN, rng), codes_outside(cell, N_HELD_OUT, rng)
    compared = compare(train, held_out, cell, int(rng.integers(2**31)))
    return {measure.metric.key: measure.is_significant for measure in stage(compared)}


def power(cell: Cell, stage: Stage, n_runs: int) -> dict[str, float]:
    """By key the share of runs in which each number of a stage departs from its null."""
    runs = [alarms(cell, stage, seed) for seed in range(n_runs)]
    return {key: float(np.mean([run[key] for run in runs])) for key in runs[0]}


def cells() -> list[Cell]:
    """Each law once without a hole, then every planted one."""
    laws = [(law, latent_dim) for latent_dim in DIMENSIONS for law in LAWS]
    matched = [Cell(law, latent_dim, PLACES[0], 0.0) for law, latent_dim in laws]
    return matched + [Cell(*one, place, size) for one in laws for place in PLACES for size in SIZES]


def measured(path: Path, stages: Sequence[str] = tuple(STAGES)) -> Powers:
    """By cell and key the power; what the file at `path` lacks of the stages is measured and appended to it."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    found: dict[tuple[Cell, str], dict[str, float]] = {
        (Cell(**row["cell"]), row["stage"]): row["power"] for row in rows
    }
    for name, cell in product(stages, cells()):
        if (cell, name) in found:
            continue
        found[cell, name] = power(cell, STAGES[name], (N_RUNS if cell.size else N_MATCHED_RUNS)[name])
        with path.open("a", encoding="utf-8") as file:
            print(json.dumps({"cell": asdict(cell), "stage": name, "power": found[cell, name]}), file=file)
    return {
        (cell, key): value for (cell, name), powers in found.items() if name in stages for key, value in powers.items()
    }


def curve(powers: Powers, key: str, law: str, latent_dim: int, place: str) -> str:
    """In how many of ten runs a number departs from its null, at each size of the hole; of five runs twice as many."""
    return " ".join(f"{10 * powers[Cell(law, latent_dim, place, size), key]:.0f}" for size in SIZES)


def power_table(powers: Powers) -> Iterator[str]:
    """A table of Markdown: for each number and dimension its power against the size of the hole."""
    columns = list(product(LAWS, PLACES))
    yield "| number | K | " + " | ".join(f"{law.replace('_', ' ')}, {place}" for law, place in columns) + " |"
    yield "|---|---|" + "---|" * len(columns)
    for key, latent_dim in product(dict.fromkeys(key for _, key in powers), DIMENSIONS):
        curves = [curve(powers, key, law, latent_dim, place) for law, place in columns]
        yield f"| {TITLES[key]} | {latent_dim} | {' | '.join(curves)} |"


def false_alarm_table(powers: Powers) -> Iterator[str]:
    """A table of Markdown: for each number the share of runs in which it alarms though nothing is planted."""
    yield "Runs per law: " + ", ".join(f"{name} {n_runs}" for name, n_runs in N_MATCHED_RUNS.items()) + "\n"
    yield f"| number | {' | '.join(f'K = {latent_dim}' for latent_dim in DIMENSIONS)} |"
    yield "|---|" + "---|" * len(DIMENSIONS)
    for key in dict.fromkeys(key for _, key in powers):
        of_dimension = [[powers[Cell(law, k, PLACES[0], 0.0), key] for law in LAWS] for k in DIMENSIONS]
        shares = [f"{np.mean(some):.3f}" for some in of_dimension]
        yield f"| {TITLES[key]} | {' | '.join(shares)} |"


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


def main(arguments: list[str]) -> None:
    """Print what is asked for as soon as it is there."""
    if arguments[:1] == ["cost"]:
        parts = [cost(2), cost(16)]
    else:
        powers = measured(Path(arguments[1]), arguments[2:] or tuple(STAGES))
        parts = [power_table(powers), false_alarm_table(powers)]
    for line in chain(*parts):
        print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
