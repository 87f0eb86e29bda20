"""Pictures that follow a slider while it is dragged."""

from explorer.scenes.frame_tracks import Track, pack_frame_player
from explorer.ui.components.frame_player.component import frame_player

__all__ = ["Track", "frame_player", "pack_frame_player"]
