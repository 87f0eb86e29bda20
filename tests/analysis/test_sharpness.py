"""Edge energy by hand, and parameters against a sum of shapes."""

import numpy as np
import pytest

from explorer.analysis.sharpness import edge_energy, kept_edges


def test_edge_energy_of_colours_is_the_sum_over_channels() -> None:
    images = np.random.default_rng(0).random((3, 4, 5, 3), np.float32)
    np.testing.assert_allclose(edge_energy(images), sum(edge_energy(images[..., c]) for c in range(3)), rtol=1e-6)


def test_edge_energy_of_a_step() -> None:
    image = np.zeros((1, 3, 4), np.float32)
    image[:, :, 2:] = 0.5
    assert edge_energy(image).tolist() == [3 * 0.25]
    assert edge_energy(image.transpose(0, 2, 1)).tolist() == [3 * 0.25]


def test_kept_edges_are_one_for_the_original_and_less_when_blurred() -> None:
    images = np.random.default_rng(0).random((5, 8, 8)).astype(np.float32)
    blurred = ((images + np.roll(images, 1, axis=2)) / 2).astype(np.float32)
    assert kept_edges(images, images) == 1
    assert 0 < kept_edges(images, blurred) < 1
    assert kept_edges(images, images * np.float32(0.5)) == pytest.approx(0.25)
    assert kept_edges(images, np.ones_like(images)) == 0
