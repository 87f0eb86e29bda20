"""What many models make of a drawing while the pen moves."""

from explorer.ui.components.drawn_reconstructions.component import drawn_reconstructions

__all__ = ["drawn_reconstructions"]
