"""The frame player as a Streamlit component: pictures that follow a slider in the browser while it is dragged."""

from collections.abc import Sequence
from pathlib import Path

from explorer.scenes.frame_tracks import Track, pack_frame_player
from explorer.ui.components.shared.registration import frame_within, register, stay

_player = register(Path(__file__).parent)


def frame_player(
    tracks: Sequence[Track], labels: Sequence[str], start: int, key: str, *, control: str, alt: str
) -> int:
    """Show tracks side by side; returns the frame on which the slider was left.

    labels: one a frame, shown below; control: what the slider turns, for screen readers; alt: what is seen.
    Another `start` means other frames, so keep it while they stay. Raises CanvasError for tracks of other lengths.
    """
    result = _player(key=key, data=pack_frame_player(tracks, labels, start, control, alt), on_frame_change=stay)
    return frame_within(result, len(labels), start)
