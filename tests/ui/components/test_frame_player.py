"""A frame player's bytes, read back by an independent reader, and what it refuses."""

import json
import struct
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.errors import CanvasError
from explorer.ui.components.frame_player import Track, pack_frame_player
from explorer.ui.components.frame_player.component import _frame_within

PALETTE = np.random.default_rng(0).integers(0, 256, (256, 3), dtype=np.uint8)
STILL = np.arange(6, dtype=np.uint8).reshape(1, 2, 3)
MOVING = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
LABELS = ("a", "b", "c", "d")


def packed(*levels: NDArray[np.uint8], start: int = 0) -> bytes:
    tracks = [Track(f"track {i}", array, PALETTE) for i, array in enumerate(levels)]
    return pack_frame_player(tracks, LABELS, start, "Number of components", "A digit")


def read(blob: bytes) -> tuple[dict[str, Any], bytes]:
    (length,) = struct.unpack_from("<I", blob)
    return json.loads(blob[4 : 4 + length]), blob[4 + length :]


def test_the_header_says_what_follows() -> None:
    header, _ = read(packed(STILL, MOVING, start=2))
    assert header["tracks"] == [
        {"frames": 1, "height": 2, "width": 3, "caption": "track 0"},
        {"frames": 4, "height": 2, "width": 3, "caption": "track 1"},
    ]
    assert (header["labels"], header["start"], header["alt"]) == (list(LABELS), 2, "A digit")


def test_levels_and_palettes_follow_in_order() -> None:
    _, body = read(packed(STILL, MOVING))
    assert body == STILL.tobytes() + PALETTE.tobytes() + MOVING.tobytes() + PALETTE.tobytes()


def test_the_signature_changes_with_the_content() -> None:
    signatures = {
        read(blob)[0]["signature"] for blob in (packed(MOVING), packed(255 - MOVING), packed(MOVING, start=1))
    }
    assert len(signatures) == 3


def test_a_reel_of_another_length_is_refused() -> None:
    with pytest.raises(CanvasError, match=r"4 frames, but its track 'track 0' has 3"):
        packed(MOVING[:3])


@pytest.mark.parametrize(("sent", "frame"), [(None, 1), (3, 3), (0.0, 0), (4, 1), (-1, 1), ("2", 1)])
def test_only_a_frame_of_the_player_is_believed(sent: object, frame: int) -> None:
    assert _frame_within(sent, n_frames=4, start=1) == frame
