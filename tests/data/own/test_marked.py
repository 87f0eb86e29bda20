"""Marked samples as a data set of two classes that keeps the splits."""

import numpy as np
import pytest

from explorer.data import keep_draft, load_dataset
from explorer.data.own.marked import marked_draft
from explorer.data.own.parts import own_folder
from explorer.errors import DatasetError


def test_marked_samples_are_a_class_of_their_own_in_both_splits() -> None:
    train, test = load_dataset("digits"), load_dataset("digits", "test")
    is_marked = (train.labels == 3, test.labels == 3)
    keep_draft(marked_draft(train, test, is_marked, "threes"), "digits_marked")
    for given, mask in ((train, is_marked[0]), (test, is_marked[1])):
        kept = load_dataset("digits_marked", given.split)
        assert kept.class_names == ("others", "threes")
        assert np.bincount(kept.labels).tolist() == [(~mask).sum(), mask.sum()]
        threes = kept.samples[kept.labels == 1].reshape(mask.sum(), -1)
        np.testing.assert_allclose(np.sort(threes.sum(axis=1)), np.sort(given.pixels()[mask].sum(axis=1)), rtol=1e-5)


def test_a_class_without_samples_is_refused() -> None:
    train, test = load_dataset("digits"), load_dataset("digits", "test")
    for mark in (np.zeros, np.ones):
        with pytest.raises(DatasetError, match="of 1,437 training samples are marked, but both classes need some"):
            marked_draft(train, test, (mark(len(train), bool), mark(len(test), bool)), "threes")
    assert not own_folder().exists()
