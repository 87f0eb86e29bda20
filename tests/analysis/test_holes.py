"""Hole numbers: each tells a planted hole from its null, and stays at its null on matched samples."""

import numpy as np
import pytest

from benchmarks.holes import alarm_rates, measures
from explorer.analysis.density import fit_sampler
from explorer.analysis.holes import HOLE_QUANTITIES, HOLE_RATE, compare, measure_holes, share_beyond
from explorer.analysis.toy_codes import PLANTED_HOLES, toy_codes
from explorer.errors import AnalysisError

N_SEEDS = 100
# Recall and copying are not about holes: a sampler that fills a hole as well covers all codes and copies none.
HOLE_KEYS = ("hole_rate", "ball_hole_rate", "coverage", "c2st", "squared_mmd", "density")


def toy_pair(name: str) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    return toy_codes(name, 3000, rng), toy_codes(name, 400, rng)


def test_share_beyond_is_counted_by_hand() -> None:
    # Of 199 held-out values the limit is the 198th: one lies beyond, and it beats one of 200 gaps.
    measure = share_beyond(HOLE_RATE, np.array([196.0, 197.0, 197.5, 300.0]), np.arange(199.0))
    assert measure.measured.value == 0.5
    assert measure.null.value == pytest.approx(2 / 200)


def test_progress_names_every_stage_and_gathers_all_numbers() -> None:
    train, held_out = toy_pair("ring")
    steps = list(measure_holes(compare(train, held_out, fit_sampler("gmm10", train, 0), 0)))
    fractions = [step.fraction for step in steps]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert [len(step.result) for step in steps] == [0, 2, 6, 7, 8]
    assert {measure.quantity.key for measure in steps[-1].result} == {quantity.key for quantity in HOLE_QUANTITIES}


def test_numbers_repeat_with_their_seed() -> None:
    assert measures("ring", False, 3) == measures("ring", False, 3)


def test_numbers_do_not_depend_on_the_codes_scale_or_place() -> None:
    train, held_out = toy_pair("two_clusters")
    moved = [(5 * codes @ np.array([[1, 2], [0, 3]]) + 40).astype(np.float32) for codes in (train, held_out)]
    rates = []
    for codes, reference in ((train, held_out), moved):
        *_, last = measure_holes(compare(codes, reference, fit_sampler("gaussian", codes, 0), 0))
        rates.append({measure.quantity.key: measure.measured.value for measure in last.result})
    # Cholesky's whitening may turn the plane, which trees notice a little and distances not at all.
    for key in ("hole_rate", "ball_hole_rate", "coverage", "copying"):
        assert rates[0][key] == pytest.approx(rates[1][key], abs=0.04)


def test_a_sampler_inside_the_cloud_is_seen_by_coverage_not_by_the_hole_rate() -> None:
    rng = np.random.default_rng(0)
    train, held_out = (5 * rng.standard_normal((n, 2)).astype(np.float32) for n in (5000, 800))
    *_, last = measure_holes(compare(train, held_out, fit_sampler("standard_normal", train, 0), 0))
    found = {measure.quantity.key: measure for measure in last.result}
    assert not found["hole_rate"].is_significant
    assert not found["ball_hole_rate"].is_significant
    assert found["coverage"].is_significant
    assert found["c2st"].is_significant


def test_a_kernel_too_narrow_is_seen_by_copying_alone() -> None:
    train, held_out = toy_pair("ring")
    *_, last = measure_holes(compare(train, held_out, fit_sampler("kde0.001", train, 0), 0))
    assert [measure.quantity.key for measure in last.result if measure.is_significant] == ["copying"]


@pytest.mark.parametrize("name", PLANTED_HOLES)
def test_a_planted_hole_is_told_from_its_null(name: str) -> None:
    found = {measure.quantity.key: measure for measure in measures(name, False, 0)}
    missed = [key for key in ("hole_rate", "coverage", "c2st") if not found[key].is_significant]
    assert not missed


@pytest.mark.slow
@pytest.mark.parametrize("name", PLANTED_HOLES)
def test_power_on_planted_holes_and_false_alarms_on_matched_samples(name: str) -> None:
    planted, matched = (alarm_rates(name, is_matched, N_SEEDS) for is_matched in (False, True))
    assert min(planted[key][0] for key in HOLE_KEYS) >= 0.8
    # A test at 5 % that is right alarms in up to 11 of 100 runs with probability 0.99.
    assert max(rate for rate, _, _ in matched.values()) <= 0.11


@pytest.mark.parametrize("latent_dim", [1, 64])
def test_one_and_many_dimensions_have_numbers(latent_dim: int) -> None:
    rng = np.random.default_rng(0)
    train, held_out = (rng.standard_normal((n, latent_dim)).astype(np.float32) for n in (1500, 300))
    *_, last = measure_holes(compare(train, held_out, fit_sampler("gaussian", train, 0), 0))
    assert len(last.result) == len(HOLE_QUANTITIES)
    assert all(np.isfinite(measure.measured.value) for measure in last.result)


def test_codes_that_cannot_be_compared_are_refused() -> None:
    train, held_out = toy_pair("ring")
    sampler = fit_sampler("gaussian", train, 0)
    broken = held_out.copy()
    broken[0, 0] = np.inf
    with pytest.raises(AnalysisError, match="1 of 400 codes are not finite"):
        compare(train, broken, sampler, 0)
    with pytest.raises(AnalysisError, match=r"shape \(400, 1\), but training codes \(3000, 2\)"):
        compare(train, held_out[:, :1], sampler, 0)
    with pytest.raises(AnalysisError, match="do not vary along 2 of 2"):
        compare(np.ones_like(train), held_out, sampler, 0)
    with pytest.raises(AnalysisError, match="There are 50 codes to compare"):
        list(measure_holes(compare(train, held_out[:50], sampler, 0)))
