"""The frame player's tracks: pictures side by side that one slider moves through."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import CanvasError
from explorer.scenes.message import make_message


@dataclass(frozen=True, eq=False)
class Track:
    """One picture of a player; levels: (F, H, W) uint8 or colours (F, H, W, 3), F = 1 when it stands still.

    palette: (256, 3) uint8, None of colours.
    """

    caption: str
    levels: NDArray[np.uint8]
    palette: NDArray[np.uint8] | None


def pack_frame_player(tracks: Sequence[Track], labels: Sequence[str], start: int, control: str, alt: str) -> bytes:
    """Tracks as a message: `levels0` (F, H, W) and `palette0` (256, 3) of the first, and so on; colours have none."""
    for track in tracks:
        if len(track.levels) not in (1, len(labels)):
            raise CanvasError(
                f"The frame player has {len(labels)} frames, but its track {track.caption!r} has {len(track.levels)}; "
                "a track has one picture or one for each frame."
            )
    facts = {"captions": [track.caption for track in tracks], "labels": list(labels)}
    return make_message(facts | {"start": start, "control": control, "alt": alt}, track_arrays(tracks)).to_bytes()


def track_arrays(tracks: Sequence[Track]) -> dict[str, NDArray[Any]]:
    """Levels and, where they are no colours, the palette of each track by its place, from 0."""
    levels: dict[str, NDArray[Any]] = {f"levels{i}": track.levels for i, track in enumerate(tracks)}
    palettes = {f"palette{i}": track.palette for i, track in enumerate(tracks) if track.palette is not None}
    return levels | palettes
