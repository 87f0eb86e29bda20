"""A direction in a cloud of points, turned by hand."""

from explorer.ui.components.direction_dial.component import direction_dial

__all__ = ["direction_dial"]
