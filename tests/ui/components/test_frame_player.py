"""A frame player's bytes, read back by an independent reader, and what it refuses."""

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.errors import CanvasError
from explorer.scenes.frame_tracks import Track, pack_frame_player
from tests.ui.components.message_reader import read_message

PALETTE = np.random.default_rng(0).integers(0, 256, (256, 3), dtype=np.uint8)
STILL = np.arange(6, dtype=np.uint8).reshape(1, 2, 3)
MOVING = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
LABELS = ("a", "b", "c", "d")


def packed(*levels: NDArray[np.uint8], start: int = 0) -> bytes:
    tracks = [Track(f"track {i}", array, PALETTE) for i, array in enumerate(levels)]
    return pack_frame_player(tracks, LABELS, start, "Number of components", "A digit")


def test_the_header_names_tracks_and_frames() -> None:
    header, _ = read_message(packed(STILL, MOVING, start=2))
    assert header["captions"] == ["track 0", "track 1"]
    assert (header["labels"], header["start"], header["alt"]) == (list(LABELS), 2, "A digit")
    assert header["control"] == "Number of components"


def test_levels_and_palettes_of_each_track_travel() -> None:
    _, arrays = read_message(packed(STILL, MOVING))
    for name, expected in {"levels0": STILL, "levels1": MOVING, "palette0": PALETTE, "palette1": PALETTE}.items():
        np.testing.assert_array_equal(arrays[name], expected)


def test_the_signature_changes_with_the_content() -> None:
    blobs = (packed(MOVING), packed(255 - MOVING), packed(MOVING, start=1))
    assert len({read_message(blob)[0]["signature"] for blob in blobs}) == 3


def test_a_track_of_another_length_is_refused() -> None:
    with pytest.raises(CanvasError, match=r"4 frames, but its track 'track 0' has 3"):
        packed(MOVING[:3])
