"""The latent canvas: a plane of codes whose decoder follows the pointer in the browser."""

from explorer.scenes.canvas_message import pack
from explorer.scenes.canvas_scene import Background, CanvasScene, Decode, Pin, References, ThirdAxis
from explorer.ui.components.latent_canvas.component import Grid, canvas_script, latent_canvas
from explorer.ui.components.latent_canvas.view_state import ViewState

__all__ = [
    "Background",
    "CanvasScene",
    "Decode",
    "Grid",
    "Pin",
    "References",
    "ThirdAxis",
    "ViewState",
    "canvas_script",
    "latent_canvas",
    "pack",
]
