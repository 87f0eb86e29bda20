"""PCA and a density of its codes, against scikit-learn's PCA and draws that are known to be good or bad."""

import numpy as np
import pytest
from sklearn import decomposition

from explorer.analysis.density import Mixture, fit_sampler
from explorer.analysis.linear_generator import PlaneOfClasses, generate, judge, plane_of_classes
from explorer.data import load_dataset
from explorer.data.subsets import of_classes


@pytest.fixture(scope="module")
def plane() -> PlaneOfClasses:
    return plane_of_classes(*(of_classes(load_dataset("digits", split), [1, 7]) for split in ("train", "test")))


def test_pca_is_fitted_to_the_chosen_classes_alone(plane: PlaneOfClasses) -> None:
    train = of_classes(load_dataset("digits"), [1, 7])
    assert set(plane.labels.tolist()) == {1, 7}
    reference = decomposition.PCA(2, svd_solver="full").fit(train.pixels().astype(np.float64))
    np.testing.assert_allclose(plane.explained, reference.explained_variance_ratio_.sum(), rtol=1e-4)
    np.testing.assert_allclose(np.abs(plane.codes), np.abs(reference.transform(train.pixels())), atol=1e-4)
    assert len(plane.held_out) == len(of_classes(load_dataset("digits", "test"), [1, 7]))


def test_draws_stand_from_left_to_right_and_decode_to_mean_and_two_terms(plane: PlaneOfClasses) -> None:
    drawn = generate(plane, fit_sampler("gaussian", plane.codes, 0), 9, seed=3)
    assert (np.diff(drawn.z[:, 0]) >= 0).all()
    axes = plane.pca.components[:2]
    np.testing.assert_allclose(drawn.images, plane.pca.mean + drawn.z @ axes, atol=1e-5)
    again = generate(plane, fit_sampler("gaussian", plane.codes, 0), 9, seed=4)
    assert not np.array_equal(again.z, drawn.z)


def test_a_density_that_follows_the_codes_is_judged_better_than_one_that_does_not(plane: PlaneOfClasses) -> None:
    far_away = Mixture("far", np.ones(1), np.full((1, 2), 9.0), np.eye(2)[None])
    good, bad = (judge(plane, density, 0) for density in (fit_sampler("kde0.05", plane.codes, 0), far_away))
    assert good.n_draws == len(plane.held_out)
    assert (bad.hole_rate.measured.value, bad.two_sample_accuracy.measured.value) == (1, 1)
    assert good.hole_rate.measured.value < 0.2
    assert good.hole_rate.null.low <= 0.01 <= good.hole_rate.null.high
    assert good.two_sample_accuracy.measured.low < 0.5
