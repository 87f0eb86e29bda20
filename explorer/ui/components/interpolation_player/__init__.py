"""Interpolations as strips of pictures with a slider along them, their plane and their distance to the data."""

from explorer.scenes.interpolation_view import Band, Chart, InterpolationView, Plane, Row, pack_interpolation
from explorer.ui.components.interpolation_player.component import interpolation_player

__all__ = ["Band", "Chart", "InterpolationView", "Plane", "Row", "interpolation_player", "pack_interpolation"]
