"""Intervals hold the truth as often as they say."""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import numpy as np
import pytest

from benchmarks.interval_cases import CASES, Case
from benchmarks.interval_coverage import coverages, table
from explorer.analysis.measure import Interval, share_interval, variance_interval
from tests.conftest import ROOT

CHEAP, N_CHEAP_RUNS = ("auc", "means"), 300
AT_LEAST = ("neighbourhoods", "near one")


@pytest.mark.parametrize("name", CHEAP)
def test_cheap_intervals_hold_the_truth(name: str) -> None:
    # Of 300 runs an interval of 95 % holds the truth in 91.3 to 98.3 % with probability 0.995.
    found = coverages(CASES[name], N_CHEAP_RUNS)
    assert all(0.913 <= coverage <= 0.983 for coverage in found.values()), found


def test_a_variance_has_the_divisor_n_minus_1_in_its_value_and_in_its_resamples() -> None:
    # Of two values a resample holds both of them or one twice, each in half of the cases.
    found = variance_interval(np.array([1.0, 5.0]), np.random.default_rng(0))
    assert (found.value, found.low, found.high) == (8.0, 0.0, 8.0)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_every_interval_holds_the_truth_in_93_to_97_percent_of_runs(name: str) -> None:
    # Two standard errors of 400 runs wider than the claim; those of AT_LEAST are said to hold at least 95 %.
    found = coverages(CASES[name], 400)
    most = 1.0 if name in AT_LEAST else 0.99
    assert all(0.91 <= coverage <= most for coverage in found.values()), found


def test_coverage_is_counted_against_the_known_truth_or_the_mean_of_runs() -> None:
    def claims(rng: np.random.Generator) -> dict[str, tuple[Interval, float | None]]:
        value = float(rng.integers(2))
        return {
            "known": (Interval(value, value, value), 1.0),
            "mean": (Interval(value, value - 0.5, value + 0.9), None),
        }

    found = coverages(Case("coins", claims), 400)
    tossed = np.random.default_rng(0).integers(2, size=400)
    assert found["known"] == tossed.mean()
    assert found["mean"] == (1 - tossed.mean() if tossed.mean() < 0.5 else 1.0)
    assert next(table(["auc"], 5)) == "| interval | samples | coverage in 5 runs |"


ANALYSIS = ROOT / "explorer" / "analysis"
# A value that is known, and an interval of a case turned round.
NO_CASE = {"measure.exactly", "holes._hole_rate"}


def makers(source: str) -> list[str]:
    """The functions of a module that make an interval of numbers: of resamples, quantiles or a margin."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    return [each.name for each in functions if {*_called(each)} & {"Interval", "around", "ppf"}]


def _called(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def run_by(claims: Callable[[], object]) -> set[str]:
    """The functions of `explorer.analysis` that are called, by module and name."""
    seen: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.parent == ANALYSIS:
            seen.add(f"{path.stem}.{frame.f_code.co_name}")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        claims()
    finally:
        sys.setprofile(before)
    return seen


def test_every_function_that_makes_an_interval_has_a_case() -> None:
    wanted = {f"{path.stem}.{name}" for path in ANALYSIS.glob("*.py") for name in makers(path.read_text("utf-8"))}
    rng = np.random.default_rng(0)
    measured = {name for case in CASES.values() for name in run_by(lambda case=case: case.claims(rng))}  # type: ignore[misc]
    assert wanted - measured == NO_CASE
    assert len(wanted) > 15


def test_a_function_that_makes_an_interval_is_found() -> None:
    bodies = {"f": "around(0.0, x)", "g": "stats.t.ppf(0.975, x)", "h": "x"}
    source = "\n".join(f"def {name}(x):\n    return {body}" for name, body in bodies.items())
    assert makers(source) == ["f", "g"]
    assert run_by(lambda: share_interval(np.array([True, False]))) == {"measure.share_interval"}


# Modules that only make intervals, which others show.
METHODS = {"measure", "auc", "sharpness", "variation"}
USES = re.compile(
    r"\b(\w+_interval|range_of|auc_difference|kept_edges_gain|variance_kept|kept_intervals|copying_score)\("
)


def test_each_module_that_shows_an_interval_stands_in_the_table_of_pages() -> None:
    table = (ROOT / "docs" / "holes.md").read_text("utf-8").split("### Where they stand")[1].split("## ")[0]
    named = set(re.findall(r"`([\w/]+)`", table))
    explorer = ROOT / "explorer"
    users = [path.relative_to(explorer) for path in explorer.rglob("*.py") if USES.search(path.read_text("utf-8"))]
    wanted = {place.stem if place.parts[0] == "analysis" else str(place.with_suffix("")) for place in users}
    assert {name.removeprefix("ui/") for name in wanted} - named == METHODS
