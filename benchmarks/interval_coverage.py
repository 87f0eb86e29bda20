"""How often each 95 % interval that is shown holds the true value: `python -m benchmarks.interval_coverage`.

On matched samples, few enough that a rough approximation would show. Titles after it choose some of the cases, and a
number the runs, as in `python -m benchmarks.interval_coverage neighbourhoods 400`.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from explorer.analysis.anomaly import auc_difference, judge
from explorer.analysis.auc import auc_interval
from explorer.analysis.dimensions import distances_of_pairs
from explorer.analysis.holes import HOLE_QUANTILE, HOLE_RATE, K_NEAREST, LOCAL_HOLE_RATE, share_beyond
from explorer.analysis.identity import variance_kept
from explorer.analysis.measure import Interval, limit_interval, mean_interval, share_interval
from explorer.analysis.neighbourhoods import neighbourhoods
from explorer.analysis.neighbours import ball_counts, distance_and_ratio, radii
from explorer.analysis.quality import frechet_interval, imbalance_interval
from explorer.analysis.sharpness import kept_edges, kept_edges_interval
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


def blurred(n: int, rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Images of noise of differing strength, and the same restored too weakly, (n, 8, 8) each."""
    images = rng.uniform(0.5, 1.5, (n, 1, 1)) * rng.standard_normal((n, 8, 8))  # (n, 8, 8)
    restored = 0.9 * images + rng.uniform(0.1, 0.5, (n, 1, 1)) * rng.standard_normal(images.shape)  # (n, 8, 8)
    return images.astype(np.float32), restored.astype(np.float32)


@cache
def spread_in_a_cube() -> float:
    """The standard deviation of distances in the cube of 8 dimensions over their mean, from a million pairs."""
    distance = np.linalg.norm(REFERENCE.random((1_000_000, 8)) - REFERENCE.random((1_000_000, 8)), axis=1)
    return float(distance.std() / distance.mean())


def ratio_claims(rng: np.random.Generator) -> Claims:
    """Ratios of sums over images, and the spread of distances; the truth from fresh images."""
    fresh, few = blurred(N_FRESH, rng), blurred(300, rng)
    kept = [variance_kept(x.reshape(-1, 64), restored.reshape(-1, 64), 0) for x, restored in (fresh, few)]
    return {
        "edges kept": (kept_edges_interval(*few), kept_edges(*fresh)),
        "variance kept": (kept[1], kept[0].value),
        "spread of distances": (distances_of_pairs(rng.random((1_400, 8), np.float32), 0).spread, spread_in_a_cube()),
    }


def neighbourhood_claims(rng: np.random.Generator) -> Claims:
    """What a plane of three dimensions keeps of neighbours and distances; the truth is the mean over runs."""
    points = rng.standard_normal((450, 3)).astype(np.float32)
    found = neighbourhoods(points).preserved(points[:, :2])
    return {
        "trustworthiness": (found.trustworthiness, None),
        "continuity": (found.continuity, None),
        "neighbours kept": (found.neighbours_kept, None),
        "rank correlation of distances": (found.distance_correlation, None),
    }


def few_claims(rng: np.random.Generator) -> Claims:
    """Means over three seeds, normal and skewed, and over the fifty bounds of 500 draws each."""
    log_weights = 2 * rng.standard_normal((50, 500))  # (50, 500)
    bounds = np.log(np.exp(log_weights).mean(axis=1))  # (50,)
    return {
        "mean of 3 seeds, normal": (mean_interval(rng.standard_normal(3)), 0.0),
        "mean of 3 seeds, skewed": (mean_interval(rng.gamma(4, size=3)), 4.0),
        "importance-weighted bound": (mean_interval(bounds), None),
    }


def paired_claims(rng: np.random.Generator) -> Claims:
    """The difference of two areas on the same pictures, and how often two equally many kinds of draws are guessed."""
    both = [rng.standard_normal((n, 1)) + 0.8 * rng.standard_normal((n, 2)) for n in (100, 50)]  # (n, 2)
    shifted = [judge("", "", both[0][:, i], both[1][:, i] + shift) for i, shift in enumerate((1.5, 1.0))]
    truth = float(norm.cdf(1.5 / np.sqrt(3.28)) - norm.cdf(1.0 / np.sqrt(3.28)))
    guessed = rng.random((2, 200)) < np.array([[0.6], [0.9]])
    return {
        "difference of two areas": (auc_difference(*shifted), truth),
        "share over two halves": (share_interval(guessed.ravel()), 0.75),
    }


CASES = {
    "distances": Case("1,000 training codes, 300 draws, 300 held out", distance_claims),
    "balls": Case("300 draws, 300 held out", ball_claims),
    "classifier": Case("500 draws, 500 held out", classifier_claims),
    "auc": Case("100 and 50 scores", auc_claims),
    "means": Case("200 values, 1,000 confidences", mean_claims),
    "ratios": Case("300 images of 8 × 8, 700 pairs", ratio_claims),
    "neighbourhoods": Case("450 points of 3 dimensions in a plane", neighbourhood_claims),
    "few": Case("3 seeds; 50 bounds of 500 weights", few_claims),
    "paired": Case("100 and 50 scores; 2 × 200 indicators", paired_claims),
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
    asked = sys.argv[1:]
    for line in table([word for word in asked if not word.isdigit()], *(int(word) for word in asked if word.isdigit())):
        print(line, flush=True)
