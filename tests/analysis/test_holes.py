"""Hole numbers: each tells a planted hole from its null, and stays at its null on matched samples."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import cdist

from benchmarks import holes as holes_benchmark
from benchmarks.holes import (
    LAWS,
    N_MATCHED_RUNS,
    SIZES,
    STAGES,
    Cell,
    Stage,
    codes_outside,
    distance_to_hole,
    draw,
    measured,
    power,
    power_table,
    radius,
)
from explorer.analysis.density import fit_sampler
from explorer.analysis.holes import HOLE_QUANTITIES, HOLE_RATE, compare, distance_measures, measure_holes, share_beyond
from explorer.analysis.measure import Measure
from explorer.analysis.neighbours import distance_and_ratio
from explorer.analysis.toy_codes import PLANTED_HOLES, toy_codes
from explorer.errors import AnalysisError


def toy_pair(name: str) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    return toy_codes(name, 3000, rng), toy_codes(name, 400, rng)


def measures(name: str, seed: int) -> tuple[Measure, ...]:
    """All hole numbers of toy codes against a Gaussian that was fitted to them."""
    train, held_out = toy_pair(name)
    *_, last = measure_holes(compare(train, held_out, fit_sampler("gaussian", train, seed), seed))
    return last.result


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
    assert [len(step.result) for step in steps] == [0, 3, 7, 8, 9]
    assert {measure.metric.key for measure in steps[-1].result} == {metric.key for metric in HOLE_QUANTITIES}


def test_numbers_repeat_with_their_seed() -> None:
    assert measures("ring", 3) == measures("ring", 3)


def test_numbers_do_not_depend_on_the_codes_scale_or_place() -> None:
    train, held_out = toy_pair("two_clusters")
    moved = [(5 * codes @ np.array([[1, 2], [0, 3]]) + 40).astype(np.float32) for codes in (train, held_out)]
    rates = []
    for codes, reference in ((train, held_out), moved):
        *_, last = measure_holes(compare(codes, reference, fit_sampler("gaussian", codes, 0), 0))
        rates.append({measure.metric.key: measure.measured.value for measure in last.result})
    # Cholesky's whitening may turn the plane, which trees notice a little and distances not at all.
    for key in ("hole_rate", "ball_hole_rate", "coverage", "copying"):
        assert rates[0][key] == pytest.approx(rates[1][key], abs=0.04)


def test_a_sampler_inside_the_cloud_is_seen_by_coverage_not_by_the_hole_rate() -> None:
    rng = np.random.default_rng(0)
    train, held_out = (5 * rng.standard_normal((n, 2)).astype(np.float32) for n in (5000, 800))
    *_, last = measure_holes(compare(train, held_out, fit_sampler("standard_normal", train, 0), 0))
    found = {measure.metric.key: measure for measure in last.result}
    assert not found["hole_rate"].is_significant
    assert not found["ball_hole_rate"].is_significant
    assert found["coverage"].is_significant
    assert found["c2st"].is_significant


def test_a_kernel_too_narrow_is_seen_by_copying_alone() -> None:
    train, held_out = toy_pair("ring")
    *_, last = measure_holes(compare(train, held_out, fit_sampler("kde0.001", train, 0), 0))
    assert [measure.metric.key for measure in last.result if measure.is_significant] == ["copying"]


@pytest.mark.parametrize("name", PLANTED_HOLES)
def test_a_planted_hole_is_told_from_its_null(name: str) -> None:
    found = {measure.metric.key: measure for measure in measures(name, 0)}
    missed = [key for key in ("hole_rate", "local_hole_rate", "coverage", "c2st") if not found[key].is_significant]
    assert not missed


def test_distance_and_ratio_agree_with_all_distances() -> None:
    rng = np.random.default_rng(0)
    for latent_dim in (1, 3, 9):
        train, points = rng.standard_normal((400, latent_dim)), rng.standard_normal((60, latent_dim))
        near = cdist(points, train)
        fifth = np.sort(cdist(train, train), axis=1)[near.argmin(axis=1), 5]
        distance, ratio = distance_and_ratio(points, train, 5)
        np.testing.assert_allclose(distance, near.min(axis=1), atol=1e-5)
        np.testing.assert_allclose(ratio, near.min(axis=1) / fifth, rtol=1e-4)


def test_codes_that_repeat_have_a_ratio() -> None:
    copies = np.repeat([[0.0, 0.0], [1.0, 0.0]], 10, axis=0)
    _, ratio = distance_and_ratio(np.array([[0.0, 0.0], [0.5, 0.1]]), copies, 5)
    assert ratio[0] == 0
    assert 1 < ratio[1] < np.inf


@pytest.mark.parametrize(("law", "place"), [("gaussian", "bulk"), ("student_t", "rim"), ("banana", "rim")])
def test_a_planted_hole_takes_its_share_of_the_draws_and_holds_no_code(law: str, place: str) -> None:
    cell, rng = Cell(law, 3, place, 0.1), np.random.default_rng(1)
    inside = distance_to_hole(cell, draw(law, 20_000, 3, rng)) < radius(cell)
    assert inside.mean() == pytest.approx(0.1, abs=0.01)
    assert distance_to_hole(cell, codes_outside(cell, 2_000, rng)).min() >= 0.999 * radius(cell)


def test_the_radius_of_a_hole_in_a_gaussian_is_that_of_chi_square() -> None:
    assert radius(Cell("gaussian", 4, "bulk", 0.2)) ** 2 == pytest.approx(stats.chi2(4).ppf(0.2), rel=0.03)


def test_a_small_hole_in_the_bulk_is_seen_by_the_local_hole_rate_alone() -> None:
    found = power(Cell("student_t", 2, "bulk", 0.05), distance_measures, 4)
    assert found["local_hole_rate"] == 1
    assert found["hole_rate"] == 0


def test_power_is_measured_once_and_told_in_tenths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []

    def counted(cell: Cell, _: Stage, n_runs: int) -> dict[str, float]:
        runs.append((cell, n_runs))
        return {"hole_rate": cell.size}

    monkeypatch.setattr(holes_benchmark, "power", counted)
    powers = measured(tmp_path / "powers", ["distances"])
    assert measured(tmp_path / "powers", ["distances"]) == powers
    assert len(runs) == len({cell for cell, _ in runs}) == 132
    assert {n_runs for cell, n_runs in runs if not cell.size} == {N_MATCHED_RUNS["distances"]}
    *_, last = power_table(powers)
    assert last == "| Hole rate | 16 |" + f" {' '.join(f'{10 * size:.0f}' for size in SIZES)} |" * 6


def test_every_number_says_what_it_cannot_see() -> None:
    assert all(metric.blind_to for metric in HOLE_QUANTITIES)


@pytest.mark.slow
@pytest.mark.parametrize("law", LAWS)
def test_false_alarms_stay_near_their_level(law: str) -> None:
    cell = Cell(law, 2, "bulk", 0.0)
    rates = {key: rate for stage in STAGES.values() for key, rate in power(cell, stage, 100).items()}
    # A test at 2.5 % that is right alarms in up to 8 of 100 runs with probability 0.998.
    assert max(rates.values()) <= 0.08


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
