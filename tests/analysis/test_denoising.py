"""Restoration against counts by hand, with models whose answer is known."""

from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.analysis.denoising import best_components, choose_best, rank, restoration_errors, restore, restored_pixels
from explorer.data import load_dataset
from explorer.data.corruptions import corrupted_pixels
from explorer.models.latent_model import LatentModel
from explorer.models.pca import fit_pca
from explorer.models.spec import PCASpec

Array = NDArray[np.float32]
LEVELS = (0.0, 0.3, 0.6)


class Identity:
    """Gives every picture back."""

    def encode(self, x: Array) -> Array:
        return x

    def decode(self, z: Array) -> Array:
        return z


class Grey(Identity):
    """Makes every picture grey."""

    def decode(self, z: Array) -> Array:
        return np.full_like(z, 0.5)


@pytest.fixture
def x() -> Array:
    return np.random.default_rng(3).random((40, 25), dtype=np.float32)


@pytest.fixture
def models() -> dict[str, LatentModel]:
    return {"identity": cast(LatentModel, Identity()), "grey": cast(LatentModel, Grey())}


@pytest.mark.parametrize("kind", ["gaussian", "masking", "salt_and_pepper"])
def test_errors_are_those_of_a_loop_over_pixels(x: Array, models: dict[str, LatentModel], kind: str) -> None:
    found = restoration_errors(models, x, kind, LEVELS, seed=1)
    for place, level in enumerate(LEVELS):
        noisy = corrupted_pixels(x, kind, level, 1)
        pairs = list(zip(x.ravel().tolist(), noisy.ravel().tolist(), strict=True))
        assert found.null[place] == pytest.approx(np.mean([(a - min(max(b, 0), 1)) ** 2 for a, b in pairs]), abs=1e-7)
        assert found.restored["identity"][place] == pytest.approx(found.null[place])
        assert found.restored["grey"][place] == pytest.approx(np.mean([(a - 0.5) ** 2 for a in x.ravel().tolist()]))
    assert found.null[0] == 0


def test_a_higher_level_only_adds_to_a_lower_one(x: Array, models: dict[str, LatentModel]) -> None:
    found = restore(models, x, "masking", LEVELS, seed=1)
    assert found.corrupted.shape == (3, 40, 25)
    hidden = found.corrupted == 0
    assert np.all(hidden[1] <= hidden[2])
    assert 0.2 < hidden[1].mean() < 0.4
    np.testing.assert_array_equal(found.restored["identity"], np.clip(found.corrupted, 0, 1))


def test_every_restoration_is_confined_as_the_corrupted_picture_is(x: Array, models: dict[str, LatentModel]) -> None:
    found = restore(models, x, "gaussian", (0.9,), seed=1)
    assert found.corrupted.min() < 0 < 1 < found.corrupted.max()
    np.testing.assert_array_equal(found.restored["identity"], np.clip(found.corrupted, 0, 1))


class Scaled(Identity):
    """Multiplies every pixel."""

    def __init__(self, factor: float) -> None:
        self.factor = np.float32(factor)

    def decode(self, z: Array) -> Array:
        return z * self.factor


def test_the_best_is_the_one_with_the_least_error_and_the_first_of_equals(x: Array) -> None:
    scaled = {factor: cast(LatentModel, Scaled(factor)) for factor in (0.0, 1.0, 0.9, 1.0001)}
    assert choose_best(scaled, x, "gaussian", 0.0, seed=0) == 1.0
    assert choose_best({"a": scaled[1.0], "b": scaled[1.0]}, x, "masking", 0.5, seed=0) == "a"
    assert choose_best(scaled, x, "masking", 0.5, seed=0) == min(
        scaled, key=lambda factor: restoration_errors({"m": scaled[factor]}, x, "masking", (0.5,), 0).restored["m"][0]
    )


def test_gaussian_noise_scales_with_its_level(x: Array, models: dict[str, LatentModel]) -> None:
    noise = restore(models, x, "gaussian", LEVELS, seed=1).corrupted - x
    np.testing.assert_allclose(noise[2], 2 * noise[1], atol=1e-6)


@pytest.mark.parametrize("level", [0.0, 0.2, 1.5])
def test_best_number_of_components_is_that_of_trying_them_all(level: float) -> None:
    digits = load_dataset("digits").pixels()
    pca, x = fit_pca(digits[:600], (8, 8), PCASpec(2)), digits[600:900]
    noisy = corrupted_pixels(x, "gaussian", level, 5)
    errors = []
    for k in range(1, 65):
        axes = pca.components[:k]
        answer = np.clip(pca.mean + (noisy - pca.mean) @ axes.T @ axes, 0, 1)
        errors.append(float(((x - answer) ** 2).mean()))
    best = best_components(pca, x, "gaussian", level, 5)
    assert errors[best - 1] <= min(errors) * 1.03
    assert (best == 64) == (level == 0)


def test_what_pca_restores_stays_among_the_greys() -> None:
    digits = load_dataset("digits").pixels()
    restored = restored_pixels(fit_pca(digits, (8, 8), PCASpec(10)), digits)
    assert restored.min() == 0
    assert restored.max() <= 1


def test_ways_are_ranked_from_the_least_error_to_the_largest() -> None:
    errors = {"worst": np.array([3.0, 5.0]), "best": np.array([1.0, 1.2]), "middle": np.array([2.0, 2.0])}
    found = rank(errors)
    assert found.titles == ("best", "middle", "worst")
    assert found.mse == pytest.approx((1.1, 2.0, 4.0))
    assert found.lead.value == pytest.approx(0.9)
