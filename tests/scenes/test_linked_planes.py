"""Planes of the same samples: what travels to the browser, and which samples an outline holds."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.errors import CanvasError
from explorer.scenes.extent import square_extent
from explorer.scenes.linked_planes import LinkedPlanes, Marks, linked_planes_message
from tests.ui.components.message_reader import read_message

RNG = np.random.default_rng(0)
PLANES = LinkedPlanes(
    titles=("PCA", "t-SNE"),
    points=RNG.standard_normal((2, 40, 2)).astype(np.float32),
    labels=np.array([0, 1] * 20, np.uint8),
    rows=np.arange(0, 80, 2),
    class_names=("a", "b"),
    colors=("#3f90da", "#ffa90e"),
    images=RNG.integers(0, 255, (40, 3, 5)).astype(np.uint8),
    alt="40 samples",
)
# The half of the second plane where y is above 0.
UPPER = Marks(7, 1, (-9, 0, 9, 0, 9, 9, -9, 9))


def test_points_labels_and_pictures_travel_as_they_are() -> None:
    header, arrays = read_message(linked_planes_message(PLANES).to_bytes())
    for name in ("points", "labels", "images"):
        np.testing.assert_array_equal(arrays[name], getattr(PLANES, name))
    assert (header["titles"], header["rows"][:3]) == (["PCA", "t-SNE"], [0, 2, 4])
    np.testing.assert_allclose(header["extents"][1], square_extent(PLANES.points[1]))
    assert "images" not in read_message(linked_planes_message(replace(PLANES, images=None)).to_bytes())[1]


def test_an_outline_holds_samples_of_its_own_plane() -> None:
    held = PLANES.within(UPPER)
    assert held is not None
    np.testing.assert_array_equal(held, PLANES.points[1, :, 1] > 0)
    assert PLANES.within(Marks(7)) is None


def test_parts_of_other_lengths_are_refused() -> None:
    with pytest.raises(CanvasError, match="3 titles for 2 planes"):
        replace(PLANES, titles=("a", "b", "c"))
    with pytest.raises(CanvasError, match="39, 40 samples"):
        replace(PLANES, rows=np.arange(39))
