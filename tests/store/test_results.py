"""Results on the disk: they come back as they were, answer one question only, and a torn one is none."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.store import Computation, ResultKey, load_result, save_result
from explorer.store.result_tree import Arrays, from_tree, to_tree

pytestmark = pytest.mark.usefixtures("own_folders")


@dataclass(frozen=True)
class Round:
    radius: float


@dataclass(frozen=True, eq=False)
class Flat:
    corners: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Drawing:
    title: str
    parts: tuple[Round | Flat, ...]
    scores: NDArray[np.float64]
    labels: NDArray[np.int64]
    hues: Mapping[str, float]
    centre: tuple[float, str] | None
    best: Round | None


DRAWING = Drawing(
    "two parts",
    (Round(2.0), Flat(np.array([[0.1, 1 / 3]], np.float32))),
    np.array([0.25, 1e-3]),
    np.array([3, 1]),
    {"a": 0.5},
    (1.0, "middle"),
    None,
)
KEY = ResultKey(Computation("drawing", Drawing), (("model", "abc"), ("n", "3")))


def test_a_result_comes_back_with_its_classes_numbers_and_precision() -> None:
    save_result(KEY, DRAWING)
    found = load_result(KEY)
    assert found is not None
    assert (found.title, found.hues, found.centre, found.best) == ("two parts", {"a": 0.5}, (1.0, "middle"), None)
    circle, square = found.parts
    assert circle == Round(2.0)
    assert isinstance(square, Flat)
    np.testing.assert_array_equal(square.corners, np.array([[0.1, 1 / 3]], np.float32))
    assert (found.scores.dtype.name, found.labels.dtype.name) == ("float64", "int64")
    np.testing.assert_allclose(found.scores, DRAWING.scores, rtol=1e-7)
    np.testing.assert_array_equal(found.labels, DRAWING.labels)


@pytest.mark.parametrize(
    "other",
    [
        replace(KEY, settings=(("model", "abd"), ("n", "3"))),
        replace(KEY, settings=(("model", "abc"), ("n", "4"))),
        replace(KEY, computation=replace(KEY.computation, version=2)),
    ],
    ids=["another model", "another setting", "another version"],
)
def test_another_question_has_no_answer(other: ResultKey[Drawing]) -> None:
    kept = save_result(KEY, DRAWING)
    assert load_result(other) is None
    kept.rename(other.path)  # the answer to one question under the name of another
    assert load_result(other) is None


@pytest.mark.parametrize("n_bytes", [0, 7, 200])
def test_a_torn_file_is_no_result(n_bytes: int) -> None:
    path = save_result(KEY, DRAWING)
    path.write_bytes(path.read_bytes()[:n_bytes])
    assert load_result(KEY) is None


def test_a_folder_in_its_place_is_no_result(library: Path) -> None:
    KEY.path.mkdir(parents=True)
    assert load_result(KEY) is None


def test_only_the_classes_of_the_wanted_type_are_built() -> None:
    arrays: Arrays = {}
    tree = to_tree(Flat(np.zeros((1, 2), np.float32)), arrays)
    with pytest.raises(KeyError):
        from_tree(tree, Round, arrays)
