"""Curves and sheets: their geometry against closed forms and scikit-learn, their scale, their seeds."""

import numpy as np
import pytest
from sklearn.datasets import make_s_curve, make_swiss_roll

from explorer.data import load_dataset
from explorer.data.toys import NOISE_STD, TOYS, sample_toy, standardised


@pytest.mark.parametrize("name", TOYS)
def test_points_lie_by_the_shape_and_have_unit_variance(name: str) -> None:
    sample = sample_toy(name)
    distance = np.linalg.norm(sample.points - standardised(TOYS[name], sample.coordinates), axis=1)
    assert distance.max() < 6 * NOISE_STD
    assert sample.points.var(axis=0).mean() == pytest.approx(1, abs=0.05)
    assert np.abs(sample.points.mean(axis=0)).max() < 0.06


@pytest.mark.parametrize("name", TOYS)
def test_splits_differ_and_come_again(name: str) -> None:
    train, test = load_dataset(name), load_dataset(name, "test")
    assert np.array_equal(train.samples, load_dataset(name).samples)
    assert not np.array_equal(train.samples[: len(test)], test.samples)
    assert set(train.labels) == set(range(train.n_classes))


def test_arc_is_half_a_circle_and_circles_are_two() -> None:
    ends = np.linspace(0, 1, 50)[:, None]
    assert np.allclose(np.linalg.norm(TOYS["arc"].embed(ends), axis=1), 1)
    assert set(np.linalg.norm(TOYS["circles"].embed(ends), axis=1).round(9)) == {1.0, 0.5}


def test_sheets_are_those_of_scikit_learn_in_section() -> None:
    points, angle = make_s_curve(200, random_state=0)
    along = (angle + 1.5 * np.pi) / (3 * np.pi)
    ours = TOYS["s_curve"].embed(np.stack((along, points[:, 1] / 4), axis=1))
    assert np.allclose(ours, points)
    points, angle = make_swiss_roll(200, random_state=0)
    low, high = 1.5 * np.pi, 4.5 * np.pi
    along = (angle**2 - low**2) / (high**2 - low**2)
    assert np.allclose(TOYS["swiss_roll"].embed(np.stack((along, points[:, 1] / 21), axis=1)), points)


def test_steps_along_the_spiral_are_nearly_even() -> None:
    points = TOYS["spiral"].embed(np.linspace(0, 1, 2001)[:, None])
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    assert steps.max() / steps.min() < 1.25
