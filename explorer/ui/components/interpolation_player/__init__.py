"""Walks as strips of pictures, with a slider that moves along them, their plane and their distance to the data."""

from explorer.ui.components.interpolation_player.component import Band, Chart, Plane, Row, Stage, pack_stage, walk_stage

__all__ = ["Band", "Chart", "Plane", "Row", "Stage", "pack_stage", "walk_stage"]
