"""Planes through latent space against brute force and scikit-learn."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from explorer.analysis.latent_plane import axis_plane, principal_plane, quantile_grid, range_grid, subscript
from explorer.errors import AnalysisError


def codes(n: int = 400, latent_dim: int = 5) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    rng = np.random.default_rng(0)
    mixing = rng.standard_normal((latent_dim, latent_dim))
    return (rng.standard_normal((n, latent_dim)) @ mixing + 3).astype(np.float32)


def test_axis_plane_reads_two_dimensions_and_holds_the_others() -> None:
    held = np.array([1, 2, 3, 4, 5], np.float32)
    plane = axis_plane(held, 3, 1)
    points = plane.project(codes())
    assert np.allclose(points, codes()[:, [3, 1]], atol=1e-5)
    assert np.allclose(plane.lift(np.array([[7, 8]], np.float32)), [[1, 8, 3, 7, 5]])
    assert plane.labels == ("z₄", "z₂")


def test_the_normal_of_an_axis_plane_is_the_first_other_dimension() -> None:
    held = np.array([1, 2, 3, 4, 5], np.float32)
    plane = axis_plane(held, 1, 0)
    assert plane.normal is not None
    assert (plane.normal.label, plane.normal.at_origin) == ("z₃", 3.0)
    assert plane.normal.axis.tolist() == [0, 0, 1, 0, 0]
    assert np.allclose(plane.distances(codes()) + 3, codes()[:, 2], atol=1e-5)
    assert axis_plane(np.zeros(2, np.float32), 0, 1).normal is None


def test_the_normal_of_a_principal_plane_is_scikit_learns_third_component() -> None:
    plane, expected = principal_plane(codes(), codes().mean(axis=0)), PCA(3).fit(codes())
    assert plane.normal is not None
    assert (plane.normal.label, plane.normal.at_origin) == ("PC 3", 0.0)
    assert abs(plane.normal.axis @ expected.components_[2]) == pytest.approx(1, abs=1e-4)
    assert np.allclose(np.abs(plane.distances(codes())), np.abs(expected.transform(codes())[:, 2]), atol=1e-3)


def test_a_plane_that_is_all_of_latent_space_has_no_normal() -> None:
    plane = principal_plane(codes(latent_dim=2), np.zeros(2, np.float32))
    assert plane.normal is None
    assert plane.distances(codes(latent_dim=2)).tolist() == [0] * 400


def test_axis_plane_leaves_its_argument_alone() -> None:
    held = np.ones(3, np.float32)
    axis_plane(held, 0, 1)
    assert held.tolist() == [1, 1, 1]


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 5), (-1, 2)])
def test_axis_plane_refuses_what_spans_no_plane(first: int, second: int) -> None:
    with pytest.raises(AnalysisError, match="span no plane; choose two different ones from 1 to 5"):
        axis_plane(np.zeros(5, np.float32), first, second)


def test_principal_plane_is_scikit_learns() -> None:
    plane = principal_plane(codes(), codes().mean(axis=0))
    expected = PCA(2).fit(codes())
    assert np.allclose(np.abs(plane.axes @ expected.components_.T), np.eye(2), atol=1e-4)
    assert (plane.axes[np.arange(2), np.abs(plane.axes).argmax(axis=1)] > 0).all()
    assert np.allclose(plane.project(codes()).var(axis=0, ddof=1), expected.explained_variance_, rtol=1e-4)


def test_principal_plane_goes_through_the_point_it_holds() -> None:
    held = codes()[17]
    plane = principal_plane(codes(), held)
    assert np.allclose(plane.lift(np.zeros((1, 2), np.float32))[0], held)
    assert np.allclose(plane.project(held[None]), 0, atol=1e-5)


def test_projecting_what_was_lifted_gives_it_back() -> None:
    points = np.random.default_rng(1).standard_normal((20, 2)).astype(np.float32)
    plane = principal_plane(codes(), codes().mean(axis=0))
    assert np.allclose(plane.project(plane.lift(points)), points, atol=1e-5)


def test_a_code_of_one_dimension_has_no_principal_plane() -> None:
    with pytest.raises(AnalysisError, match="one dimension spans no plane"):
        principal_plane(codes(latent_dim=1), np.zeros(1, np.float32))


def test_grids_run_from_top_left_to_bottom_right() -> None:
    points = codes()[:, :2]
    for grid in (range_grid(points, 4), quantile_grid(points, 4)):
        square = grid.reshape(4, 4, 2)
        assert (np.diff(square[0, :, 0]) > 0).all()
        assert (np.diff(square[:, 0, 1]) < 0).all()


def test_quantile_grid_has_equally_many_codes_between_its_lines() -> None:
    points = codes(4000)[:, :2]
    columns = quantile_grid(points, 5).reshape(5, 5, 2)[0, :, 0]
    counts = np.histogram(points[:, 0], np.concatenate(([-np.inf], columns, [np.inf])))[0]
    assert counts.tolist() == [400, 800, 800, 800, 800, 400]


def test_subscript() -> None:
    assert subscript(120) == "₁₂₀"
