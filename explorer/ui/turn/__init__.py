"""A direction in a cloud of points, turned by hand."""

from explorer.ui.turn.component import turn

__all__ = ["turn"]
