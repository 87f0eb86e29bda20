"""Pictures that follow a slider while it is dragged."""

from explorer.ui.film.component import Reel, film, pack_film

__all__ = ["Reel", "film", "pack_film"]
