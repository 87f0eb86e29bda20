"""The map of holes: its layers against their definitions, and the worst hole where one was planted."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from explorer.analysis.density import fit_sampler
from explorer.analysis.hole_map import HoleMap, Subject, WorstHole, map_holes
from explorer.analysis.latent_plane import Plane, axis_plane, principal_plane
from explorer.analysis.toy_codes import toy_codes
from explorer.errors import AnalysisError
from explorer.models.classifier import Classifier
from explorer.models.layers import Dense, Layer
from explorer.models.spec import AESpec

PLANE = axis_plane(np.zeros(2, np.float32), 0, 1)


@dataclass(frozen=True)
class Rotator:
    """A model whose decoder shows the code as pixels and whose encoder gives half of it back."""

    spec = AESpec()
    latent_dim: int = 2
    sample_shape: tuple[int, ...] = (2,)

    def encode(self, x: np.ndarray) -> np.ndarray:
        return x / 2

    def decode(self, z: np.ndarray) -> np.ndarray:
        return z

    def decoder_layers(self) -> tuple[Layer, ...]:
        return ()


def mapped(codes: np.ndarray, sampler_name: str = "gaussian", plane: Plane = PLANE, resolution: int = 48) -> HoleMap:
    sampler = fit_sampler(sampler_name, codes, 0)
    *_, last = map_holes(Subject(codes), sampler, plane, 0, resolution)
    assert last.result is not None
    return last.result


def worst_of(result: HoleMap) -> WorstHole:
    assert result.worst is not None
    return result.worst


@pytest.mark.parametrize(("name", "radius"), [("ring", 0.7), ("gaussian_without_disc", 0.7), ("two_clusters", 0.8)])
def test_worst_hole_lies_in_the_planted_one(name: str, radius: float) -> None:
    result = mapped(toy_codes(name, 4000, np.random.default_rng(0)))
    worst = worst_of(result)
    assert abs(worst.point[0]) < radius
    if name != "two_clusters":
        assert abs(worst.point[1]) < radius
    np.testing.assert_allclose(worst.z, worst.point, atol=1e-6)


def test_worst_hole_is_the_largest_log_ratio_where_the_sampler_draws() -> None:
    result = mapped(toy_codes("ring", 2000, np.random.default_rng(0)))
    ratio = result.layers[0].values
    inside = result.sampler_nats >= result.contour_nats[1]
    worst = worst_of(result)
    column, row = (int(np.abs(axis - at).argmin()) for axis, at in zip((result.u, result.v), worst.point, strict=True))
    assert inside[row, column]
    assert ratio[row, column] == ratio[inside].max() == pytest.approx(worst.log_ratio_nats)


def test_log_ratio_is_the_difference_of_the_two_densities() -> None:
    codes = toy_codes("gaussian", 3000, np.random.default_rng(0))
    result = mapped(codes, "standard_normal")
    np.testing.assert_allclose(result.layers[0].values, result.sampler_nats - result.codes_nats, atol=1e-5)
    expected = -0.5 * (result.u[None] ** 2 + result.v[:, None] ** 2) - np.log(2 * np.pi)
    np.testing.assert_allclose(result.sampler_nats, expected, atol=1e-4)


def test_contours_hold_their_shares_of_the_draws() -> None:
    result = mapped(toy_codes("gaussian", 3000, np.random.default_rng(0)), "standard_normal")
    # The density of a plane's standard normal where a share s of draws lies denser: (1 - s) / 2π.
    expected = np.log([0.5, 0.2, 0.05]) - np.log(2 * np.pi)
    np.testing.assert_allclose(result.contour_nats, expected, atol=0.15)


def test_a_sampler_that_matches_has_no_hole() -> None:
    matched, planted = (mapped(toy_codes(name, 20_000, np.random.default_rng(0))) for name in ("gaussian", "ring"))
    assert worst_of(matched).log_ratio_nats < 1
    assert worst_of(planted).log_ratio_nats > 5


def test_layers_of_a_model_by_hand() -> None:
    codes = toy_codes("gaussian", 1000, np.random.default_rng(0)) * np.float32(3)
    linear = Dense(np.array([[1, 0], [0, 1], [0, 0]], np.float32), np.zeros(3, np.float32))
    classifier = Classifier((linear,), (2,), ("right", "up", "neither"))
    subject = Subject(codes, Rotator(), classifier)
    steps = list(map_holes(subject, fit_sampler("gaussian", codes, 0), PLANE, 0, 8))
    assert [step.result is None for step in steps] == [True] + [False] * (len(steps) - 1)
    result = steps[-1].result
    assert result is not None
    layers = {layer.kind.key: layer.values for layer in result.layers}
    assert list(layers) == ["log_ratio", "distance", "reencoding", "confidence"]
    z = np.stack(np.meshgrid(result.u, result.v), axis=-1).reshape(-1, 2)
    inverse = np.linalg.inv(np.cov(codes.T))
    halves = cdist(z, z / 2, "mahalanobis", VI=inverse).diagonal()
    np.testing.assert_allclose(layers["reencoding"].ravel(), halves, rtol=1e-3)
    nearest = cdist(z, codes, "mahalanobis", VI=inverse).min(axis=1)
    np.testing.assert_allclose(layers["distance"].ravel(), nearest, rtol=1e-3)
    best = np.exp(z).max(axis=1, initial=1) / (np.exp(z).sum(axis=1) + 1)
    np.testing.assert_allclose(layers["confidence"].ravel(), best, rtol=1e-4)


def test_frame_shows_codes_and_draws_with_square_cells() -> None:
    codes = toy_codes("gaussian", 2000, np.random.default_rng(0)) * np.float32(0.1) + np.float32(6)
    result = mapped(codes, "standard_normal")
    assert result.u[0] < -2
    assert result.u[-1] > 6.1
    assert np.ptp(result.u) == pytest.approx(np.ptp(result.v))


def test_a_plane_through_many_dimensions() -> None:
    codes = np.random.default_rng(0).standard_normal((800, 6)).astype(np.float32)
    plane = principal_plane(codes, codes.mean(axis=0))
    result = mapped(codes, "gaussian", plane, 12)
    assert result.layers[0].values.shape == (12, 12)
    assert worst_of(result).z.shape == (6,)


def test_no_worst_hole_where_the_plane_misses_the_sampler() -> None:
    codes = np.random.default_rng(0).standard_normal((500, 3)).astype(np.float32)
    plane = axis_plane(np.array([0, 0, 40], np.float32), 0, 1)
    assert mapped(codes, "standard_normal", plane, 12).worst is None


def test_one_dimension_has_no_map() -> None:
    codes = toy_codes("two_bumps", 100, np.random.default_rng(0))
    with pytest.raises(AnalysisError, match="one dimension has no plane to map"):
        list(map_holes(Subject(codes), fit_sampler("gaussian", codes, 0), PLANE, 0))
