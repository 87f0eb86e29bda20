"""The frame player as a Streamlit component: pictures that follow a slider in the browser while it is dragged."""

import hashlib
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.errors import CanvasError

_FOLDER = Path(__file__).parent
_player = st.components.v2.component(
    "frame_player",
    html=(_FOLDER / "frame_player.html").read_text("utf-8"),
    css=(_FOLDER.parent / "shared" / "player.css").read_text("utf-8")
    + (_FOLDER / "frame_player.css").read_text("utf-8"),
    js=(_FOLDER / "frame_player.js").read_text("utf-8"),
)


@dataclass(frozen=True, eq=False)
class Track:
    """One picture of a player; levels: (F, H, W) uint8, or (1, H, W) when it stands still; palette: (256, 3) uint8."""

    caption: str
    levels: NDArray[np.uint8]
    palette: NDArray[np.uint8]


def frame_player(
    tracks: Sequence[Track], labels: Sequence[str], start: int, key: str, *, control: str, alt: str
) -> int:
    """Show tracks side by side; returns the frame on which the slider was left.

    labels: one a frame, shown below; control: what the slider turns, for screen readers; alt: what is seen.
    Another `start` means other frames, so keep it while they stay. Raises CanvasError for tracks of other lengths.
    """
    result = _player(key=key, data=pack_frame_player(tracks, labels, start, control, alt), on_frame_change=_nothing)
    return _frame_within(result.get("frame"), len(labels), start)


def pack_frame_player(tracks: Sequence[Track], labels: Sequence[str], start: int, control: str, alt: str) -> bytes:
    """Tracks as bytes: uint32 length of the header, header as JSON, then levels and palette of each track."""
    for track in tracks:
        if len(track.levels) not in (1, len(labels)):
            raise CanvasError(
                f"The frame player has {len(labels)} frames, but its track {track.caption!r} has {len(track.levels)}; "
                "a track has one picture or one for each frame."
            )
    body = b"".join(track.levels.tobytes() + track.palette.tobytes() for track in tracks)
    shapes = [
        dict(zip(("frames", "height", "width"), track.levels.shape, strict=True)) | {"caption": track.caption}
        for track in tracks
    ]
    header: dict[str, Any] = {
        "tracks": shapes,
        "labels": list(labels),
        "start": start,
        "control": control,
        "alt": alt,
    }
    header["signature"] = hashlib.sha256(json.dumps(header).encode() + body).hexdigest()[:16]
    head = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<I", len(head)) + head + body


def _frame_within(frame: object, n_frames: int, start: int) -> int:
    """What the browser says if it is one of the frames, else where the player starts."""
    if isinstance(frame, int | float) and 0 <= frame < n_frames:
        return int(frame)
    return start


def _nothing() -> None:
    """The page runs again by itself."""
