"""A drawing's code in a model's plane, and its reconstruction, while the pen moves."""

from explorer.ui.components.drawn_code.component import drawn_code

__all__ = ["drawn_code"]
