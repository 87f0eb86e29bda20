"""Holes, measured: how a named sampler's draws differ from a model's codes, each number beside its null value."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.density import Sampler
from explorer.analysis.measure import Interval, Measure, Metric, Progress, exactly, limit_interval, share_interval
from explorer.analysis.neighbours import distance_and_ratio
from explorer.analysis.two_sample import BallScores, ball_scores, classifier_hits, copying_score, kernel_test
from explorer.analysis.whitening import check_codes, fit_whitening
from explorer.errors import AnalysisError

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
K_NEAREST = 5
HOLE_QUANTILE = 0.99
N_COMPARED = 10_000

HOLE_RATE = Metric(
    "hole_rate",
    "Hole rate",
    "share of draws",
    "above",
    "draws farther from the nearest training code than 99 % of held-out codes are",
    "1 % for a perfect sampler by definition",
    "a hole narrower than the gaps between codes in the tails, as in the bulk of heavy-tailed or curved codes",
)
LOCAL_HOLE_RATE = Metric(
    "local_hole_rate",
    "Local hole rate",
    "share of draws",
    "above",
    "draws whose distance to the nearest training code, over that code's distance to its 5th nearest, exceeds that of "
    "99 % of held-out codes",
    "de Ridder, Tax & Duin 1998; 1 % for a perfect sampler by definition",
    "a hole narrower than the gaps between neighbouring codes, as most are in 8 or more dimensions",
)
BALL_HOLE_RATE = Metric(
    "ball_hole_rate",
    "Hole rate by balls (1 − precision)",
    "share of draws",
    "above",
    "draws in none of the balls that reach from each held-out code to its 5th nearest",
    "Kynkäänniemi et al. 2019",
    "a hole narrower than the balls of the held-out codes at its rim, which reach across it",
)
COVERAGE = Metric(
    "coverage",
    "Coverage",
    "share of held-out codes",
    "below",
    "held-out codes with a draw among their 5 nearest",
    "Naeem et al. 2020",
    "a hole that takes few of the draws, as long as the others cover all codes",
)
C2ST = Metric(
    "c2st",
    "Two-sample accuracy",
    "share classified correctly",
    "above",
    "draws and held-out codes of one half that trees grown on the other half assign to their side; 50 % for equals",
    "Lopez-Paz & Oquab 2017",
    "a hole that takes few of the draws, since only there the sides differ",
)
SQUARED_MMD = Metric(
    "squared_mmd",
    "MMD²",
    "squared distance of kernel means",
    "above",
    "distance between the kernel means of draws and held-out codes, against 500 permutations",
    "Gretton et al. 2012",
    "a hole that takes few of the draws; with 500 draws it finds one of 20 % in most runs, in 2 to 16 dimensions",
)
RECALL = Metric(
    "recall",
    "Recall",
    "share of held-out codes",
    "below",
    "held-out codes in any of the balls that reach from each draw to its 5th nearest",
    "Kynkäänniemi et al. 2019",
    "a hole in few dimensions: it counts codes that no draw comes near",
)
DENSITY = Metric(
    "density",
    "Density",
    "balls per draw over 5",
    "below",
    "number of balls around held-out codes that hold a draw, over 5; low far from codes, above 1 where draws crowd",
    "Naeem et al. 2020",
    "a hole that takes few of the draws, since the others outweigh it in the mean",
)
COPYING = Metric(
    "copying",
    "Copying",
    "share of pairs",
    "above",
    "pairs in which the draw is nearer to a training code than the held-out code is",
    "Meehan, Chaudhuri & Dasgupta 2020; 0.5 for a perfect sampler by definition, not measured",
    "a hole in few dimensions; from about 8 on it takes draws in a hole of the bulk for copies",
)
HOLE_QUANTITIES = (HOLE_RATE, LOCAL_HOLE_RATE, BALL_HOLE_RATE, COVERAGE, C2ST, SQUARED_MMD, RECALL, DENSITY, COPYING)


@dataclass(frozen=True, eq=False)
class Comparison:
    """What is compared, whitened by the covariance of the training codes; the last three have equally many rows.

    train: (N, K); held_out: (n, K) the reference; drawn: (n, K) from the sampler; matched: (n, K) training codes,
    which stand for a perfect sampler and give the null values.
    """

    train: Wide
    held_out: Wide
    drawn: Wide
    matched: Wide
    rng: np.random.Generator


def compare(train: Array, held_out: Array, sampler: Sampler, seed: int) -> Comparison:
    """Draw from a sampler and set the draws beside codes: train (N, K), held_out (M, K); of a VAE sampled, not means.

    Raises AnalysisError for codes that cannot be whitened or compared.
    """
    whitening = fit_whitening(train)
    if held_out.ndim != 2 or held_out.shape[1] != train.shape[1]:
        raise AnalysisError(
            f"Held-out codes have the shape {held_out.shape}, but training codes {train.shape}; use one model for both."
        )
    check_codes(held_out)
    rng = np.random.default_rng(seed)
    n = min(len(held_out), len(train), N_COMPARED)
    return Comparison(
        train=whitening.apply(train),
        held_out=whitening.apply(held_out[rng.permutation(len(held_out))[:n]]),
        drawn=whitening.apply(sampler.sample(n, rng)),
        matched=whitening.apply(train[rng.permutation(len(train))[:n]]),
        rng=rng,
    )


@dataclass(frozen=True)
class HoleNumbers:
    """All hole numbers of a model and a sampler; note: of which codes."""

    measures: tuple[Measure, ...]
    note: str


def measure_holes(comparison: Comparison) -> Iterator[Progress[tuple[Measure, ...]]]:
    """All hole numbers, stage by stage: before each stage what it does, with the measures there are so far."""
    done: tuple[Measure, ...] = ()
    for index, (doing, stage) in enumerate(STAGES):
        yield Progress(index / len(STAGES), doing, done)
        done += stage(comparison)
    yield Progress(1.0, "done", done)


def distance_measures(comparison: Comparison) -> tuple[Measure, ...]:
    """Hole rate, local hole rate and copying, from how far the nearest training code is."""
    drawn, drawn_ratio = distance_and_ratio(comparison.drawn, comparison.train, K_NEAREST)  # (n,), (n,)
    held_out, held_out_ratio = distance_and_ratio(comparison.held_out, comparison.train, K_NEAREST)  # (n,), (n,)
    return (
        share_beyond(HOLE_RATE, drawn, held_out),
        share_beyond(LOCAL_HOLE_RATE, drawn_ratio, held_out_ratio),
        Measure(COPYING, copying_score(drawn, held_out), exactly(0.5)),
    )


def share_beyond(metric: Metric, drawn: Wide, held_out: Wide) -> Measure:
    """The share of drawn values (n,) beyond 99 % of held-out ones (m,).

    Given that limit, draws are independent; the null holds what the limit, itself one of the held-out values, leaves
    open of the 1 %.
    """
    limit, null = limit_interval(held_out, HOLE_QUANTILE)
    return Measure(metric, share_interval(drawn > limit), null)


def ball_measures(comparison: Comparison) -> tuple[Measure, ...]:
    """Hole rate by balls, coverage, recall and density with 5 neighbours, beside those of training codes."""
    rng = comparison.rng
    measured = ball_scores(comparison.held_out, comparison.drawn, K_NEAREST, rng)
    null = ball_scores(comparison.held_out, comparison.matched, K_NEAREST, rng)
    return tuple(Measure(metric, pick(measured), pick(null)) for metric, pick in BALL_PICKS)


def classifier_measures(comparison: Comparison) -> tuple[Measure, ...]:
    """The two-sample accuracy of draws and, as its null, of training codes."""
    seed = int(comparison.rng.integers(2**31))
    measured, null = (
        share_interval(classifier_hits(comparison.held_out, sample, seed))
        for sample in (comparison.drawn, comparison.matched)
    )
    return (Measure(C2ST, measured, null),)


def kernel_measures(comparison: Comparison) -> tuple[Measure, ...]:
    """MMD² with the range and p of its permutations in the place of an interval."""
    test = kernel_test(comparison.held_out, comparison.drawn, comparison.rng)
    return (Measure(SQUARED_MMD, exactly(test.squared_mmd), test.permuted, test.p),)


def _hole_rate(scores: BallScores) -> Interval:
    inside = scores.precision
    return Interval(1 - inside.value, 1 - inside.high, 1 - inside.low)


BALL_PICKS: tuple[tuple[Metric, Callable[[BallScores], Interval]], ...] = (
    (BALL_HOLE_RATE, _hole_rate),
    (COVERAGE, lambda scores: scores.coverage),
    (RECALL, lambda scores: scores.recall),
    (DENSITY, lambda scores: scores.density),
)
STAGES: tuple[tuple[str, Callable[[Comparison], tuple[Measure, ...]]], ...] = (
    ("finding nearest training codes", distance_measures),
    ("counting neighbours", ball_measures),
    ("training a classifier on draws against codes", classifier_measures),
    ("permuting kernel means", kernel_measures),
)
