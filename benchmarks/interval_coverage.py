"""How often each 95 % interval that is shown holds the true value: `python -m benchmarks.interval_coverage`.

On matched samples, few enough that a rough approximation would show. Titles after it choose some of the cases, and a
number the runs, as in `python -m benchmarks.interval_coverage neighbourhoods 400`.
"""

import sys
from collections.abc import Iterator

import numpy as np

from benchmarks.interval_cases import CASES, Case
from explorer.analysis.measure import Interval

N_RUNS = 1_000


def coverages(case: Case, n_runs: int, seed: int = 0) -> dict[str, float]:
    """By title the share of runs in which the interval holds the truth."""
    rng = np.random.default_rng(seed)
    runs = [case.claims(rng) for _ in range(n_runs)]
    return {title: _coverage([run[title] for run in runs]) for title in runs[0]}


def _coverage(claims: list[tuple[Interval, float | None]]) -> float:
    mean = float(np.mean([found.value for found, _ in claims]))
    truths = [mean if truth is None else truth for _, truth in claims]
    return float(np.mean([found.low <= truth <= found.high for (found, _), truth in zip(claims, truths, strict=True)]))


def table(names: list[str], n_runs: int = N_RUNS) -> Iterator[str]:
    """A table of Markdown: each interval, its samples and its coverage."""
    yield f"| interval | samples | coverage in {n_runs:,} runs |"
    yield "|---|---|---|"
    for name in names or list(CASES):
        for title, coverage in coverages(CASES[name], n_runs).items():
            yield f"| {title} | {CASES[name].samples} | {coverage:.3f} |"


if __name__ == "__main__":
    asked = sys.argv[1:]
    for line in table([word for word in asked if not word.isdigit()], *(int(word) for word in asked if word.isdigit())):
        print(line, flush=True)
