"""Pictures that follow a slider while it is dragged."""

from explorer.ui.components.frame_player.component import Track, frame_player, pack_frame_player

__all__ = ["Track", "frame_player", "pack_frame_player"]
