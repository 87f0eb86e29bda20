"""A direction in a cloud of points, turned by hand."""

from explorer.ui.components.direction_dial.component import turn

__all__ = ["turn"]
