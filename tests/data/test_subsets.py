"""A data set without one of its classes, and some of its rows."""

import numpy as np
import pytest

from explorer.data import Dataset, load_dataset
from explorer.data.subsets import evenly, without_class
from explorer.errors import DatasetError


def test_the_class_is_gone_and_the_others_keep_their_numbers() -> None:
    digits = load_dataset("digits")
    rest = without_class(digits, 3)
    assert rest.name == "digits-without-3"
    assert sorted(set(rest.labels.tolist())) == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    assert len(rest) == len(digits) - int((digits.labels == 3).sum())
    np.testing.assert_array_equal(rest.samples, digits.samples[digits.labels != 3])
    assert rest.fingerprint != digits.fingerprint


@pytest.mark.parametrize("label", [-1, 10])
def test_class_that_there_is_not_is_refused(label: int) -> None:
    with pytest.raises(DatasetError, match="its 10 classes count from 0"):
        without_class(load_dataset("digits"), label)


def test_nothing_left_is_refused() -> None:
    alone = Dataset("ones", "train", np.zeros((3, 2, 2), np.uint8), np.zeros(3, np.int64), ("1", "2"))
    with pytest.raises(DatasetError, match="ones without class 1 has no samples left"):
        without_class(alone, 0)


def test_some_rows_lie_evenly_among_all_and_take_in_both_ends() -> None:
    assert evenly(5, 9).tolist() == [0, 1, 2, 3, 4]
    assert evenly(101, 3).tolist() == [0, 50, 100]
    assert evenly(0, 3).tolist() == []
    rows = evenly(60_000, 10_000)
    assert len(rows) == 10_000
    assert (rows[0], rows[-1]) == (0, 59_999)
    assert set(np.diff(rows)) <= {5, 6, 7}
