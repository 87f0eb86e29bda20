"""What many dimensions do, against brute force and closed forms."""

import math

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import pdist

from explorer.analysis.dataset_summary import log10_ball_share
from explorer.analysis.dimensions import (
    dimensions_for,
    distances_of_pairs,
    log10_samples_needed,
    peaking,
    radii,
    uniform_points,
)


def test_distances_of_pairs_have_the_spread_of_all_distances() -> None:
    x = uniform_points(2000, 3, 0)
    every = pdist(x[:500].astype(np.float64))
    found = distances_of_pairs(x, 1)
    assert found.spread.low < every.std() / every.mean() < found.spread.high
    assert found.relative.mean() == pytest.approx(1)
    assert len(found.relative) == 1000


def test_a_row_is_in_one_pair_only() -> None:
    # Two far groups of two: pairs are (near, near) or (near, far), and four rows make two of them.
    x = np.array([[0.0], [1.0], [100.0], [101.0]], np.float32)
    sums = {round(float(distances_of_pairs(x, seed).relative.sum()), 6) for seed in range(5)}
    assert sums == {2}


@pytest.mark.parametrize("d", [50, 784])
def test_uniform_points_are_taken_for_their_own_dimension(d: int) -> None:
    found = distances_of_pairs(uniform_points(4000, d, 0), 0)
    assert found.like_uniform_in == pytest.approx(d, rel=0.12)
    assert found.spread.low < math.sqrt(0.35 / d) < found.spread.high


@pytest.mark.parametrize(("d", "radius"), [(1, 0.1), (2, 0.2), (3, 0.3)])
def test_as_many_samples_as_said_are_near_enough_half_of_the_time(d: int, radius: float) -> None:
    n = round(10 ** float(log10_samples_needed([d], radius)[0]))
    rng = np.random.default_rng(0)
    # The distance of a uniform point of the unit ball from its middle is U^(1/d).
    nearest = (rng.random((20_000, n)) ** (1 / d)).min(axis=1)
    assert (nearest < radius).mean() == pytest.approx(0.5, abs=0.06)


def test_samples_needed_do_not_overflow_and_are_inverted() -> None:
    many = float(log10_samples_needed([784], 0.1)[0])
    assert many == pytest.approx(784 + math.log10(math.log(2)))
    assert dimensions_for(60_000, 0.5) == pytest.approx(
        np.interp(math.log10(60_000), log10_samples_needed(np.arange(1, 40), 0.5), np.arange(1, 40)), abs=0.01
    )


def test_more_features_help_only_who_knows_the_means() -> None:
    of = peaking(10, np.array([1, 10, 100, 1000]), 0)
    harmonic = np.array([sum(1 / i for i in range(1, d + 1)) for d in (1, 10, 100, 1000)])
    np.testing.assert_allclose(of.known, stats.norm.cdf(-np.sqrt(harmonic)))
    # Trunk 1979, eq. 4: Φ(-θ) with θ = Σ1/i / √((1 + 1/n) Σ1/i + d/n) for large d.
    theta = harmonic / np.sqrt(1.1 * harmonic + np.array([1, 10, 100, 1000]) / 10)
    np.testing.assert_allclose(of.learned[1:], stats.norm.cdf(-theta)[1:], atol=0.02)
    assert of.learned[-1] > of.learned[1]
    assert of.best == 10
    assert (of.low < of.learned).all()
    assert (of.learned < of.high).all()


def test_the_error_of_a_learned_classifier_is_that_of_its_draws() -> None:
    of = peaking(5, np.array([3]), 0)
    rng, mean = np.random.default_rng(1), 1 / np.sqrt([1, 2, 3])
    learned = (mean + rng.standard_normal((2000, 5, 3))).mean(axis=1)
    wrong = ((mean + rng.standard_normal((2000, 3))) * learned).sum(axis=1) < 0
    assert of.learned[0] == pytest.approx(wrong.mean(), abs=0.03)


@pytest.mark.parametrize("k", [1, 2, 20])
def test_draws_lie_as_far_out_as_their_laws_say(k: int) -> None:
    of = radii(k, 0)
    step = of.at[1] - of.at[0]
    assert len(of.at) == 120
    assert of.uniform.sum() * step == pytest.approx(1)
    assert of.normal.sum() * step == pytest.approx(1, abs=0.1)
    # Both have variance 1 in each of K dimensions.
    assert (of.uniform * of.at**2).sum() * step == pytest.approx(k, rel=0.02)
    within = (of.uniform * (of.at < of.face)).sum() * step
    assert within == pytest.approx(10 ** log10_ball_share([k])[0], abs=0.02)
    assert of.uniform[of.at > of.corner + step].sum() == 0
    assert of.face == pytest.approx(3**0.5)
    assert of.corner == pytest.approx((3 * k) ** 0.5)
