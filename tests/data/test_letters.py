"""Printed letters: as large, as dark and as centred as digits, one after the other, the same for a seed."""

import numpy as np
import pytest

from explorer.data import load_dataset
from explorer.data.letters import LETTERS, printed_letters


def test_letters_are_prepared_as_the_digits_are() -> None:
    letters = printed_letters(38, (28, 28), 0)
    assert letters is not None
    assert letters.shape == (38, 784)
    assert (letters.min(), letters.max()) == (0, 1)
    images = letters.reshape(-1, 28, 28)
    down, across = (images.sum(axis=axis) @ np.arange(28) / images.sum(axis=(1, 2)) for axis in (2, 1))
    np.testing.assert_allclose((down, across), 14, atol=0.51)
    # A box of 20 × 20: its longer side has 20 pixels.
    sides = [max(np.ptp(np.flatnonzero(image.any(axis=axis))) + 1 for axis in (0, 1)) for image in images]
    assert set(sides) == {20}


def test_letters_of_small_digits_are_about_as_dark_as_these() -> None:
    letters = printed_letters(len(LETTERS), (8, 8), 0)
    assert letters is not None
    assert letters.mean() == pytest.approx(load_dataset("digits").pixels().mean(), rel=0.2)


def test_letters_follow_one_another_and_differ_by_their_turn() -> None:
    letters = printed_letters(2 * len(LETTERS), (28, 28), 3)
    assert letters is not None
    again = printed_letters(2 * len(LETTERS), (28, 28), 3)
    np.testing.assert_array_equal(letters, again)
    first, second = np.split(letters, 2)
    for place in range(len(LETTERS)):
        # The same letter turned otherwise is nearer than the letters of the other round are in the mean.
        distances = np.square(first[place] - second).sum(axis=1)
        assert 0 < distances[place] < distances.mean()


def test_no_pen_draws_colour() -> None:
    assert printed_letters(3, (32, 32, 3), 0) is None
