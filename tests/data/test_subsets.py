"""A data set without one of its classes."""

import numpy as np
import pytest

from explorer.data import Dataset, load_dataset
from explorer.data.subsets import without_class
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
