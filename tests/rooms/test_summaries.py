"""Summaries against counting by hand."""

from collections import Counter

import numpy as np
import pytest

from explorer.rooms.question import RoomQuestion
from explorer.rooms.results import Asked, results_csv
from explorer.rooms.summaries import MOST_BINS, ChoiceShares, NumberHistogram, bin_edges, spread_of

CHOOSE = RoomQuestion("c", "pca", "choose", "A, B or C?", "A.", "B.", 1, ("A", "B", "=C"))
NUMBER = RoomQuestion("n", "pca", "number", "How many?", "All.", "Few.", 154, low=1, high=784, unit="components")


def test_choices_are_counted_also_those_that_nobody_took() -> None:
    spread = spread_of(CHOOSE, [0, 1, 1, 0, 1])
    assert isinstance(spread, ChoiceShares)
    assert (spread.counts.tolist(), spread.n, spread.fractions.tolist()) == ([2, 3, 0], 5, [0.4, 0.6, 0.0])
    empty = spread_of(CHOOSE, [])
    assert isinstance(empty, ChoiceShares)
    assert (empty.n, empty.fractions.tolist()) == (0, [0, 0, 0])


def test_histogram_holds_every_number_in_the_bin_that_contains_it() -> None:
    numbers = np.random.default_rng(0).integers(1, 785, 500).astype(float).tolist()
    spread = spread_of(NUMBER, numbers)
    assert isinstance(spread, NumberHistogram)
    width = spread.edges[1] - spread.edges[0]
    by_hand = Counter(int((number - spread.edges[0]) // width) for number in numbers)
    assert spread.counts.tolist() == [by_hand[place] for place in range(len(spread.counts))]
    assert spread.n == 500
    ordered = sorted(numbers)
    # Of 500 numbers the quantile at 50 % lies halfway between the 250th and the 251st.
    assert spread.quartiles is not None
    assert spread.quartiles[1] == (ordered[249] + ordered[250]) / 2


def test_histogram_without_answers_has_no_quartiles() -> None:
    spread = spread_of(NUMBER, [])
    assert isinstance(spread, NumberHistogram)
    assert (spread.n, spread.quartiles) == (0, None)


@pytest.mark.parametrize("is_whole", [True, False])
@pytest.mark.parametrize(("low", "high"), [(0, 1), (1, 784), (0, 6), (0, 100), (-3, 40), (0, 200), (5, 1_000_000)])
def test_bins_cover_all_answers_and_are_few_and_of_a_plain_width(low: float, high: float, is_whole: bool) -> None:
    edges = bin_edges(low, high, is_whole=is_whole)
    widths = np.diff(edges)
    assert len(widths) <= MOST_BINS
    assert edges[0] <= low
    assert edges[-1] >= high
    assert edges[-1] - high <= widths[0]
    assert widths == pytest.approx(widths[0])
    assert f"{widths[0]:.0e}"[0] in "125"
    if is_whole:
        assert (edges % 1 == 0.5).all()


def test_csv_has_a_row_for_each_answer_and_nothing_of_who_gave_it() -> None:
    text = results_csv([Asked(1, CHOOSE, (0.0, 2.0)), Asked(2, NUMBER, (154.0,))])
    head, *rows = text.splitlines()
    assert head == "number,question,kind,ask,answer,answer_in_words,truth,truth_in_words"
    assert rows == [
        '1,c,choose,"A, B or C?",0,A,1,B',
        '1,c,choose,"A, B or C?",2,=C,1,B',
        "2,n,number,How many?,154,154 components,154,154 components",
    ]
