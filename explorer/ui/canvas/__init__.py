"""The latent canvas: a plane of codes whose decoder follows the pointer in the browser."""

from explorer.ui.canvas.blob import pack
from explorer.ui.canvas.component import Grid, canvas_script, latent_canvas
from explorer.ui.canvas.scene import Background, CanvasScene, Decode, Pin, References

__all__ = ["Background", "CanvasScene", "Decode", "Grid", "Pin", "References", "canvas_script", "latent_canvas", "pack"]
