"""How often each 95 % interval that is shown holds the true value: `python -m benchmarks.interval_coverage`.

On matched samples, few enough that a rough approximation would show. Titles after it choose some of the cases.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from explorer.analysis.auc import auc_interval
from explorer.analysis.holes import HOLE_QUANTILE, HOLE_RATE, K_NEAREST, LOCAL_HOLE_RATE, share_beyond
from explorer.analysis.measure import Interval, limit_interval, mean_interval, share_interval
from explorer.analysis.neighbours import ball_counts, distance_and_ratio, radii
from explorer.analysis.quality import frechet_interval, imbalance_interval
from explorer.analysis.two_sample import ball_scores, classifier_hits, copying_score

Array = NDArray[np.float64]
# By title the interval of one run and the true value; None where no formula gives it: the mean over all runs.
Claims = dict[str, tuple[Interval, float | None]]
N_RUNS = 1_000
N_FRESH = 10_000
N_FEATURES, N_CLASSES = 16, 10


@dataclass(frozen=True)
class Case:
    """One kind of samples and the intervals that are made of them."""

    samples: str
    claims: Callable[[np.random.Generator], Claims]


def codes(n: int, rng: np.random.Generator) -> Array:
    """n codes from N(0, I) in the plane, (n, 2)."""
    return rng.standard_normal((n, 2))  # (n, 2)


def distance_claims(rng: np.random.Generator) -> Claims:
    """Both hole rates with their nulls, the truth from fresh draws, and copying."""
    train = codes(1_000, rng)  # (N, 2)
    drawn, held_out, fresh = (distance_and_ratio(codes(n, rng), train, K_NEAREST) for n in (300, 300, N_FRESH))
    claims: Claims = {"copying": (copying_score(drawn[0], held_out[0]), 0.5)}
    for metric, *values in zip((HOLE_RATE, LOCAL_HOLE_RATE), drawn, held_out, fresh, strict=True):
        measure = share_beyond(metric, values[0], values[1])
        truth = float(np.mean(values[2] > limit_interval(values[1], HOLE_QUANTILE)[0]))
        claims |= {metric.key: (measure.measured, truth), f"{metric.key}, null": (measure.null, truth)}
    return claims


def ball_claims(rng: np.random.Generator) -> Claims:
    """The scores by balls; the truth from fresh points in the same balls, that of coverage by Naeem et al., Lemma 2."""
    n = 300
    reference, sample, fresh = codes(n, rng), codes(n, rng), codes(N_FRESH, rng)
    scores = ball_scores(reference, sample, K_NEAREST, rng)
    _, of_draw = ball_counts(reference, radii(reference, K_NEAREST), fresh)  # (N_FRESH,)
    _, of_held_out = ball_counts(sample, radii(sample, K_NEAREST), fresh)  # (N_FRESH,)
    missed = np.prod([(n - 1 - k) / (2 * n - 1 - k) for k in range(K_NEAREST)])
    return {
        "ball_hole_rate": (scores.precision, float(np.mean(of_draw > 0))),
        "recall": (scores.recall, float(np.mean(of_held_out > 0))),
        "density": (scores.density, float(of_draw.mean() / K_NEAREST)),
        "coverage": (scores.coverage, float(1 - missed)),
    }


def classifier_claims(rng: np.random.Generator) -> Claims:
    """The two-sample accuracy of equals."""
    hits = classifier_hits(codes(500, rng), codes(500, rng), int(rng.integers(2**31)))
    return {"c2st": (share_interval(hits), 0.5)}


def auc_claims(rng: np.random.Generator) -> Claims:
    """The area under an ROC curve of scores that are one apart."""
    return {"AUC": (auc_interval(rng.standard_normal(100), rng.standard_normal(50) + 1), float(norm.cdf(0.5**0.5)))}


def mean_claims(rng: np.random.Generator) -> Claims:
    """Shares such as an accuracy, and means of skewed values such as errors and confidences."""
    share = rng.uniform(0.5, 0.98)
    return {
        "share": (share_interval(rng.random(200) < share), share),
        "mean of errors": (mean_interval(rng.exponential(size=200)), 1.0),
        "mean confidence": (mean_interval(rng.beta(10, 0.3, 1_000)), 10 / 10.3),
    }


REFERENCE = np.random.default_rng(0)
FEATURES = REFERENCE.standard_normal((500, N_FEATURES))
CLASSES = np.eye(N_CLASSES)[REFERENCE.integers(N_CLASSES, size=300)]


def quality_claims(rng: np.random.Generator) -> Claims:
    """The Fréchet distance and the class imbalance of equals, beside one and the same reference."""
    features, classes = rng.standard_normal(FEATURES.shape), np.eye(N_CLASSES)[rng.integers(N_CLASSES, size=300)]
    return {
        "frechet_distance": (frechet_interval(features, FEATURES, rng), None),
        "class_imbalance": (imbalance_interval(classes, CLASSES, rng), None),
    }


CASES = {
    "distances": Case("1,000 training codes, 300 draws, 300 held out", distance_claims),
    "balls": Case("300 draws, 300 held out", ball_claims),
    "classifier": Case("500 draws, 500 held out", classifier_claims),
    "auc": Case("100 and 50 scores", auc_claims),
    "means": Case("200 values, 1,000 confidences", mean_claims),
    "quality": Case(f"500 pictures of {N_FEATURES} features, 300 classes", quality_claims),
}


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
    for line in table(sys.argv[1:]):
        print(line, flush=True)
