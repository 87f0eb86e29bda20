"""Noise has the statistics that its name promises, and is the same for the same seed."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from explorer.data.corruptions import binarised, corrupted, corrupted_pixels

GREY = np.linspace(0.1, 0.9, 400, dtype=np.float32)[None].repeat(500, axis=0)
N = GREY.size
KINDS = ("gaussian", "masking", "salt_and_pepper")


def within(share: float, expected: float, n: int) -> bool:
    """Whether a share is that of n independent trials, at four standard errors."""
    return bool(abs(share - expected) < 4 * (expected * (1 - expected) / n) ** 0.5)


@pytest.mark.parametrize("level", [0.1, 0.5, 2.0])
def test_gaussian_noise_has_the_standard_deviation_and_is_not_clipped(level: float) -> None:
    noise = corrupted_pixels(GREY, "gaussian", level, 0) - GREY
    assert noise.mean() == pytest.approx(0, abs=4 * level / N**0.5)
    assert noise.std() == pytest.approx(level, rel=0.01)
    assert noise.min() < -3 * level
    assert noise.max() > 3 * level


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_masking_blackens_that_share_and_leaves_the_rest(level: float) -> None:
    noisy = corrupted_pixels(GREY, "masking", level, 0)
    hit = noisy == 0
    assert within(hit.mean(), level, N)
    np.testing.assert_array_equal(noisy[~hit], GREY[~hit])


@pytest.mark.parametrize("level", [0.1, 0.5, 0.9])
def test_salt_and_pepper_are_half_and_half(level: float) -> None:
    noisy = corrupted_pixels(GREY, "salt_and_pepper", level, 0)
    salt, pepper = noisy == 1, noisy == 0
    assert within(salt.mean(), level / 2, N)
    assert within(pepper.mean(), level / 2, N)
    untouched = ~(salt | pepper)
    np.testing.assert_array_equal(noisy[untouched], GREY[untouched])


def pixel_correlation(hit: NDArray[np.bool_]) -> float:
    return float(np.corrcoef(hit[:, 0], hit[:, 1])[0, 1])


def test_pixels_are_hit_independently() -> None:
    hit = corrupted_pixels(np.ones((20_000, 2), np.float32), "masking", 0.3, 0) == 0
    assert abs(pixel_correlation(hit)) < 0.03


@pytest.mark.parametrize("kind", KINDS)
def test_equal_seeds_hit_alike_and_the_clean_samples_stay(kind: str) -> None:
    clean = GREY.copy()
    first, again, other = (corrupted_pixels(clean, kind, 0.3, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    np.testing.assert_array_equal(clean, GREY)
    assert first.dtype == np.float32


@pytest.mark.parametrize("kind", KINDS)
def test_noise_is_fresh_at_each_call_of_one_generator(kind: str) -> None:
    generator, x = torch.Generator().manual_seed(0), torch.from_numpy(GREY)
    assert not torch.equal(corrupted(x, kind, 0.3, generator), corrupted(x, kind, 0.3, generator))


def test_no_corruption_draws_nothing() -> None:
    generator, x = torch.Generator().manual_seed(0), torch.from_numpy(GREY)
    before = generator.get_state()
    assert corrupted(x, "none", 0.3, generator) is x
    torch.testing.assert_close(generator.get_state(), before)


@pytest.mark.parametrize("kind", ["masking", "salt_and_pepper"])
def test_a_level_of_zero_hits_nothing(kind: str) -> None:
    np.testing.assert_array_equal(corrupted_pixels(GREY, kind, 0.0, 0), GREY)


def test_binarised_pixels_are_white_as_often_as_they_are_bright() -> None:
    drawn = binarised(torch.from_numpy(GREY), torch.Generator().manual_seed(0)).numpy()
    assert set(np.unique(drawn)) == {0, 1}
    errors = (drawn.mean(axis=0) - GREY[0]) / np.sqrt(GREY[0] * (1 - GREY[0]) / len(GREY))
    assert np.abs(errors).max() < 5
    assert abs(float(errors.mean())) < 4 / len(errors) ** 0.5


def test_black_and_white_stay_what_they_are() -> None:
    edges = torch.tensor([[0.0, 1.0]]).repeat(1000, 1)
    assert torch.equal(binarised(edges, torch.Generator().manual_seed(0)), edges)
