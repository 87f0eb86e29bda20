"""Pictures that follow a slider while it is dragged."""

from explorer.ui.components.frame_player.component import Reel, film, pack_film

__all__ = ["Reel", "film", "pack_film"]
