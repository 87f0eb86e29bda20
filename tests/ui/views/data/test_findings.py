"""What the views of the data say, for data of every kind."""

import numpy as np
import pytest

from explorer.analysis.dataset_summary import Randoms
from explorer.analysis.dimensions import Distances
from explorer.analysis.measure import Interval
from explorer.data import Dataset, load_dataset
from explorer.ui.views.data.dimensions import corner_words, distance_words, samples_words
from explorer.ui.views.data.panels import _words, constant_words, finding

FEW = np.zeros((3, 2), np.float32)


@pytest.mark.parametrize(
    ("random_distance", "sentence"),
    [
        (4.0, "lies 4.0 times as far from the nearest real one as a real sample does: the data fill a thin part"),
        (1.5, "lies only 1.5 times as far"),
    ],
)
def test_the_sentence_follows_the_distances(random_distance: float, sentence: str) -> None:
    said = finding(Randoms(FEW, FEW, FEW, 1.0, 2.0, random_distance))
    assert sentence in said
    assert "2 dimensions" in said


def points(name: str) -> Dataset:
    """Two columns of a user's table."""
    return Dataset(name, "train", np.zeros((4, 2), np.float32), np.zeros(4, np.int64), ("all",))


def test_only_the_shapes_that_come_with_it_have_known_coordinates() -> None:
    assert "whose true coordinates are known" in _words(load_dataset("arc"))
    assert _words(points("mine")) == "Each dot is one sample, its values are the coordinates. Colours show the class."


@pytest.mark.parametrize(
    ("n", "said"),
    [(0, ""), (1, " 1 value is the same in every sample."), (4, " 4 values are the same in every sample.")],
)
def test_constant_values_are_counted(n: int, said: str) -> None:
    assert constant_words(n) == said


@pytest.mark.parametrize(
    ("spread", "said"),
    [(0.6, "about 1 dimension [1, 1]; a sample has 2 values."), (0.4, "about 2 dimensions [2, 2]; a sample has 2")],
)
def test_distances_of_few_values_are_set_against_their_number(spread: float, said: str) -> None:
    own = Distances(np.ones(9), Interval(spread, spread, spread))
    assert said in distance_words(own, own, 2)


def test_samples_that_fill_their_space_are_not_said_to_leave_it_empty() -> None:
    assert samples_words(1_000, 2).endswith("in 2 it takes 2.4.")
    assert samples_words(1_000, 64).endswith("What makes learning possible is that data do not fill their space.")


@pytest.mark.parametrize(("k", "said"), [(2, "21.5 %"), (10, "99.8 %"), (12, "nearly 100 %"), (100, "nearly 100 %")])
def test_never_all_of_the_draws_lie_outside_the_ball(k: int, said: str) -> None:
    # In the plane the disc leaves 1 − π / 4 of its square.
    assert f"Of the uniform draws {said} lie outside" in corner_words(k)
