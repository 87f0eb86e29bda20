"""A sheet to draw on with a pen, a finger or the mouse."""

from explorer.ui.components.drawing_pad.component import drawing_pad

__all__ = ["drawing_pad"]
