"""The latent canvas: a plane of codes whose decoder follows the pointer in the browser."""

from explorer.ui.components.latent_canvas.component import Grid, canvas_script, latent_canvas
from explorer.ui.components.latent_canvas.message import pack
from explorer.ui.components.latent_canvas.scene import Background, CanvasScene, Decode, Pin, References

__all__ = ["Background", "CanvasScene", "Decode", "Grid", "Pin", "References", "canvas_script", "latent_canvas", "pack"]
