"""The samples on which each 95 % interval is tried, and what is true of them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from explorer.analysis.anomaly import auc_difference, judge
from explorer.analysis.auc import auc_interval
from explorer.analysis.dimensions import distances_of_pairs, peaking
from explorer.analysis.holes import HOLE_QUANTILE, HOLE_RATE, K_NEAREST, LOCAL_HOLE_RATE, share_beyond
from explorer.analysis.identity import variance_kept
from explorer.analysis.mcmc import N_BINS, N_CHAINS, range_of_draws
from explorer.analysis.measure import (
    Interval,
    limit_interval,
    mean_interval,
    range_of,
    share_interval,
    variance_interval,
    without_negative,
)
from explorer.analysis.neighbourhoods import neighbourhoods
from explorer.analysis.neighbours import ball_counts, distance_and_ratio, radii
from explorer.analysis.quality import frechet_interval, imbalance_interval
from explorer.analysis.sharpness import kept_edges, kept_edges_gain, kept_edges_interval
from explorer.analysis.straight_interpolation import leaving_rate
from explorer.analysis.surgery import rate_surgery
from explorer.analysis.two_sample import ball_scores, classifier_hits, copying_score, kernel_test
from explorer.analysis.variation import variation_interval

Array = NDArray[np.float64]
# By title the interval of one run and the true value; None where no formula gives it: the mean over all runs.
Claims = dict[str, tuple[Interval, float | None]]
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


def kernel_claims(rng: np.random.Generator) -> Claims:
    """The range of MMD² under permutation, in which that of equals falls."""
    found = kernel_test(codes(100, rng), codes(100, rng), rng)
    return {"MMD² of equals in its permutations": (found.permuted, found.squared_mmd)}


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
    """The standard deviation of distances in the cube of 8 dimensions over their mean, from 300,000 pairs."""
    distance = np.linalg.norm(REFERENCE.random((300_000, 8)) - REFERENCE.random((300_000, 8)), axis=1)
    return float(distance.std() / distance.mean())


def ratio_claims(rng: np.random.Generator) -> Claims:
    """Ratios of sums over images, and the spread of distances; the truth from fresh images."""
    fresh, few = blurred(N_FRESH, rng), blurred(300, rng)
    gains = [kept_edges_gain(x, 0.5 * (x + restored), restored) for x, restored in (fresh, few)]
    kept = [variance_kept(x.reshape(-1, 64), restored.reshape(-1, 64), 0) for x, restored in (fresh, few)]
    return {
        "edges kept": (kept_edges_interval(*few), kept_edges(*fresh)),
        "edges gained": (gains[1], gains[0].value),
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
        "mean of 3 seeds, never below 0": (without_negative(mean_interval(rng.gamma(4, size=3))), 4.0),
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


def near_one_claims(rng: np.random.Generator) -> Claims:
    """Areas of which some samples have all pairs in order: scores far apart, and a few anomalies like inliers."""
    inliers, apart = rng.standard_normal(320), norm.ppf(0.99) * np.sqrt(10) + 3 * rng.standard_normal(36)
    alike = rng.standard_normal(36) + 8 * (rng.random(36) > 0.03)
    both = [rng.standard_normal((n, 1)) + rng.standard_normal((n, 2)) for n in (320, 36)]  # (n, 2)
    pair = [judge("", "", both[0][:, i], both[1][:, i] + 2 * norm.ppf(area)) for i, area in enumerate((0.995, 0.98))]
    return {
        "AUC near 1, apart": (auc_interval(inliers, apart), 0.99),
        "AUC near 1, a few alike": (auc_interval(inliers, alike), 1 - 0.03 / 2),
        "difference of areas near 1": (auc_difference(*pair), 0.015),
    }


def variance_claims(rng: np.random.Generator) -> Claims:
    """Variances of estimates of an ELBO: a quadratic form of Gaussian draws, and a heavier tail."""
    draws = rng.standard_normal((4_000, 2))  # (n, 2)
    return {
        "variance of a quadratic": (variance_interval(-0.5 * np.square(draws) @ np.array([1.0, 3.0]), rng), 5.0),
        "variance of a heavy tail": (variance_interval(np.exp(0.5 * draws[:, 0]), rng), np.exp(0.5) - np.exp(0.25)),
    }


@cache
def gaussian_bins(shift: float, std: float) -> Array:
    """The probability of each of 12 × 12 parts of a window under a Gaussian, and of the rest, (145,)."""
    edges = np.linspace(-4, 4, N_BINS + 1)
    across, up = (np.diff(norm.cdf(edges, by, std)) for by in (shift, 0.0))
    inside = np.outer(up, across).ravel()
    return np.append(inside, 1 - inside.sum())


def chain_claims(rng: np.random.Generator) -> Claims:
    """Total variation of chains from a posterior, of the same law and of others, and of a further set of draws."""
    p, wide, other = gaussian_bins(0.0, 1.0), gaussian_bins(0.0, 1.5), gaussian_bins(1.0, 1.0)
    laws = {"of equals": p, "of a wider law": wide, "of a shifted law": other}
    claims: Claims = {}
    for title, law in laws.items():
        claims[f"total variation {title}"] = variation_interval(rng.multinomial(N_CHAINS, law), p, rng), None
    further = np.abs(rng.multinomial(N_CHAINS, other) / N_CHAINS - p).sum() / 2
    return claims | {"range of draws, one more": (range_of_draws(other, p, rng), float(further))}


def null_claims(rng: np.random.Generator) -> Claims:
    """A range of 40 equal chances, in which a further one falls."""
    return {"range of 40 chances, one more": (range_of(rng.gamma(4, size=40)), float(rng.gamma(4)))}


@cache
def posteriors() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Means and log-variances of 10,000 posteriors in the plane, in ten clusters, (N, 2) each."""
    rng = np.random.default_rng(0)
    mean = 0.9 * rng.standard_normal((10, 2))[rng.integers(10, size=10_000)] + 0.3 * rng.standard_normal((10_000, 2))
    return mean.astype(np.float32), np.full(mean.shape, -2.0, np.float32)


def surgery_claims(rng: np.random.Generator) -> Claims:
    """Both parts of the rate, whose estimates have no bias."""
    found = rate_surgery(*posteriors(), rng)
    assert found.mutual_information_nats
    assert found.marginal_kl_nats
    return {"I(n; z)": (found.mutual_information_nats, None), "KL(q(z) || p(z))": (found.marginal_kl_nats, None)}


def simulated_claims(rng: np.random.Generator) -> Claims:
    """A classifier's error over sets of samples, and the share of pairs of codes whose path leaves the data."""
    seed, fixed = int(rng.integers(2**31)), np.random.default_rng(0)
    curve = peaking(20, np.array([1, 10, 100]), seed)
    learned = Interval(*(float(end[1]) for end in (curve.learned, curve.low, curve.high)))
    labels, angle = fixed.integers(2, size=1_300), fixed.uniform(0, 2 * np.pi, 1_300)
    ring = np.column_stack([np.cos(angle), np.sin(angle)]) + 0.1 * fixed.standard_normal((1_300, 2))
    codes = ring.astype(np.float32)
    leaving = leaving_rate(codes[:1_000], codes[1_000:], labels[1_000:], 9, rng)
    return {"error of classifiers": (learned, None), "paths that leave the data": (leaving.share, None)}


CASES = {
    "distances": Case("1,000 training codes, 300 draws, 300 held out", distance_claims),
    "balls": Case("300 draws, 300 held out", ball_claims),
    "classifier": Case("500 draws, 500 held out", classifier_claims),
    "kernel": Case("100 draws, 100 held out, 500 permutations", kernel_claims),
    "auc": Case("100 and 50 scores", auc_claims),
    "means": Case("200 values, 1,000 confidences", mean_claims),
    "ratios": Case("300 images of 8 × 8, 700 pairs", ratio_claims),
    "neighbourhoods": Case("450 points of 3 dimensions in a plane", neighbourhood_claims),
    "few": Case("3 seeds; 50 bounds of 500 weights", few_claims),
    "paired": Case("100 and 50 scores; 2 × 200 indicators", paired_claims),
    "near one": Case("320 and 36 scores", near_one_claims),
    "variance": Case("4,000 values", variance_claims),
    "chains": Case("400 chains in 145 parts of a plane, 200 resamples", chain_claims),
    "nulls": Case("40 values", null_claims),
    "surgery": Case("10,000 posteriors in the plane, 2,000 draws", surgery_claims),
    "simulated": Case("400 classifiers of 20 samples; 300 codes on a ring", simulated_claims),
    "quality": Case(f"500 pictures of {N_FEATURES} features, 300 classes", quality_claims),
}
