"""Summaries against counting by hand."""

from collections import Counter

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from explorer.rooms.plane_cloud import PlaneCloud
from explorer.rooms.question import RoomQuestion
from explorer.rooms.results import Asked, results_csv
from explorer.rooms.summaries import (
    KERNEL,
    MOST_BINS,
    ChoiceShares,
    NumberHistogram,
    PointDensity,
    bin_edges,
    spread_of,
)

CHOOSE = RoomQuestion("c", "pca", "choose", "A, B or C?", "A.", "B.", 1, ("A", "B", "=C"))
POINT = RoomQuestion("p", "latent", "point", "Where?", "There.", "Here.", (1.0, -0.5), low=-2, high=2)
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


def test_heat_map_is_a_density_of_answers_with_rows_along_v() -> None:
    points = [(1.0, -0.5), (1.0, -0.4), (-1.0, 1.0)]
    spread = spread_of(POINT, points)
    assert isinstance(spread, PointDensity)
    cell = (spread.mesh[1] - spread.mesh[0]) ** 2
    assert spread.density.sum() * cell == pytest.approx(3, rel=0.01)
    row, column = np.unravel_index(spread.density.argmax(), spread.density.shape)
    assert (spread.mesh[column], spread.mesh[row]) == pytest.approx((1.0, -0.45), abs=0.06)
    place = (spread.mesh[60], spread.mesh[30])
    by_scipy = multivariate_normal.pdf(np.array(points) - place, cov=np.eye(2) * (KERNEL * 4) ** 2).sum()
    assert spread.density[30, 60] == pytest.approx(by_scipy)


def test_medians_of_places() -> None:
    spread = spread_of(POINT, [(0, 0), (1, 0), (2, 2)])
    assert isinstance(spread, PointDensity)
    assert spread.median_place == pytest.approx((1, 0))
    assert spread.median_distance((0, 0)) == 1
    empty = spread_of(POINT, [])
    assert isinstance(empty, PointDensity)
    assert (empty.n, float(empty.density.max())) == (0, 0)


def test_cloud_keeps_at_most_1500_codes_within_the_limits() -> None:
    codes = np.random.default_rng(0).normal(0, 3, (40_000, 2)).astype(np.float32)
    labels = (codes[:, 0] > 0).astype(np.uint8)
    cloud = PlaneCloud(codes, labels, ("a", "b"), ("#000000", "#ffffff"), ("z₁", "z₂")).within(-2, 2)
    assert 1000 < len(cloud.codes) <= 1500
    assert np.abs(cloud.codes).max() <= 2
    assert (cloud.labels == (cloud.codes[:, 0] > 0)).all()


def test_csv_has_a_row_for_each_answer_and_nothing_of_who_gave_it() -> None:
    text = results_csv([Asked(1, CHOOSE, (0.0, 2.0)), Asked(2, NUMBER, (154.0,)), Asked(3, POINT, ((0.25, -1.0),))])
    head, *rows = text.splitlines()
    assert head == "number,question,kind,ask,answer,answer_in_words,truth,truth_in_words"
    assert rows == [
        '1,c,choose,"A, B or C?",0,A,1,B',
        '1,c,choose,"A, B or C?",2,=C,1,B',
        "2,n,number,How many?,154,154 components,154,154 components",
        '3,p,point,Where?,"0.25,-1","(0.25, -1)","1,-0.5","(1, -0.5)"',
    ]
