"""Numbers that modules begin with: shares of a row, ladders to choose from, numbers of samples, waits."""

import ast
import importlib
import math
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from explorer.ui.query_params import Outline
from tests.conftest import ROOT

SHARES = re.compile(r"_AND_|\.PARTS$|\.WIDTHS$")
ROUND = {1, 1.5, 2, 2.5, 3, 4, 5, 7, 9, 10}
# Where several are chosen from, fewer than the points of a curve; the states of a protocol are no such numbers.
RUNGS, NO_LADDERS = range(3, 20), {"serving.load.ENDS"}
# What is no number of things.
OTHERWISE = re.compile(r"_PX$|HEIGHT$|WIDTH$|SEED$|LONG_S$")
# What is drawn again while somebody looks.
WAITS = re.compile(r"\.(EVERY|REFRESH|WAIT|BETWEEN_PICTURES)_S$")


@cache
def constants() -> dict[str, Any]:
    """Each constant of the surface by its module and name."""
    return {
        f"{module.removeprefix('explorer.ui.')}.{name}": getattr(importlib.import_module(module), name)
        for file in (ROOT / "explorer/ui").rglob("*.py")
        for module in [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")]
        for name in _assigned(file)
    }


def _assigned(file: Path) -> list[str]:
    """The names of a module's constants."""
    assigned = [
        node for node in ast.parse(file.read_text("utf-8")).body if isinstance(node, ast.Assign | ast.AnnAssign)
    ]
    targets = [
        target for node in assigned for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    names = [part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]
    return [name for name in names if name.isupper()]


def is_numbers(value: object) -> bool:
    return isinstance(value, tuple | np.ndarray) and all(isinstance(one, int | float | np.number) for one in value)


def is_round(number: float) -> bool:
    """Whether a number is 0, a power of two or a round number such as 2.5 or 300."""
    if number == 0 or math.log2(abs(number)).is_integer():
        return True
    return round(abs(number) / 10 ** math.floor(math.log10(abs(number))), 6) in ROUND


def is_ladder(numbers: Any) -> bool:
    """Whether numbers go up or down, all at one distance or all of them round."""
    steps = np.diff(numbers)
    is_monotonic = bool(np.all(steps > 0) or np.all(steps < 0))
    return is_monotonic and (bool(np.ptp(steps) < 1e-9) or all(map(is_round, numbers)))


def ladders() -> dict[str, Any]:
    """What is chosen from, by its constant and by its key in it."""
    choices = {
        f"{of}{key}": numbers
        for of, value in constants().items()
        for key, numbers in (value if isinstance(value, dict) else {"": value}).items()
    }
    return {
        of: numbers
        for of, numbers in choices.items()
        if is_numbers(numbers) and len(numbers) in RUNGS and of not in NO_LADDERS and not SHARES.search(of)
    }


def test_columns_share_the_whole_row() -> None:
    shares = {of: value for of, value in constants().items() if SHARES.search(of) and is_numbers(value)}
    assert len(shares) > 15
    assert {of: value for of, value in shares.items() if math.fsum(value) not in (1, 100)} == {}


def test_what_is_chosen_from_goes_up_or_down_in_round_numbers() -> None:
    assert len(ladders()) > 12
    assert {of: numbers for of, numbers in ladders().items() if not is_ladder(numbers)} == {}


def test_a_large_number_of_things_is_round() -> None:
    # Pages speak of "1,000 test images"; a sheet may be a square of pictures.
    large = {of: n for of, n in constants().items() if isinstance(n, int) and n >= 100 and not OTHERWISE.search(of)}
    assert len(large) > 30
    two_digits = {of for of, n in large.items() if n % 10 ** (len(str(n)) - 2) == 0}
    squares = {of for of, n in large.items() if math.isqrt(n) ** 2 == n or math.log2(n).is_integer()}
    assert large.keys() - two_digits - squares == set()


def test_what_somebody_looks_at_is_drawn_twice_a_second_or_more() -> None:
    waits = {of: seconds for of, seconds in constants().items() if WAITS.search(of)}
    assert len(waits) == 4
    assert {of: seconds for of, seconds in waits.items() if not 0 < seconds <= 0.5} == {}


def numbers_of(*names: str) -> dict[str, Any]:
    """The constants of these names, by module and name."""
    return {of: value for of, value in constants().items() if of.rpartition(".")[2] in names}


def test_the_farthest_place_that_a_browser_may_name_is_a_power_of_ten() -> None:
    farthest = numbers_of("FARTHEST")
    assert len(farthest) >= 5
    assert {of: far for of, far in farthest.items() if not math.log10(far).is_integer()} == {}


def test_seeds_have_three_or_four_digits() -> None:
    highest = numbers_of("HIGHEST_SEED")
    assert len(highest) >= 4
    assert {of: seed for of, seed in highest.items() if seed not in (999, 9999)} == {}


def test_an_outline_has_as_many_corners_in_linked_planes_as_elsewhere() -> None:
    (most,) = numbers_of("MOST_CORNERS").values()
    (fewest,) = numbers_of("FEWEST_CORNERS").values()
    assert (fewest, most) == (3, Outline().most_points)


SHEETS = {
    "plane.marked_samples": ("N_THUMBNAILS", "N_COLUMNS"),
    "rooms.spread": ("MOST_DRAWINGS", "N_COLUMNS"),
    "views.pca.probabilistic": ("N_DRAWS", "N_COLUMNS"),
    "views.objectives.denoising": ("N_SHOWN", "N_COLUMNS"),
}


def test_a_full_sheet_of_pictures_has_whole_rows() -> None:
    counts = {module: [constants()[f"{module}.{name}"] for name in names] for module, names in SHEETS.items()}
    assert {module: count for module, count in counts.items() if count[0] % count[1]} == {}
