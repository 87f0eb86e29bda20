"""Interpolations as strips of pictures with a slider along them, their plane and their distance to the data."""

from explorer.ui.components.interpolation_player.component import (
    Band,
    Chart,
    InterpolationView,
    Plane,
    Row,
    interpolation_player,
    pack_interpolation,
)

__all__ = ["Band", "Chart", "InterpolationView", "Plane", "Row", "interpolation_player", "pack_interpolation"]
