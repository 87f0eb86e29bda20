"""Points that move between frames, with what the decoder makes of their plane and a curve that keeps the place."""

from explorer.scenes.latent_animation import Chart, Curve, LatentAnimation, Mark, pack_latent_animation
from explorer.ui.components.latent_animation.component import latent_animation

__all__ = ["Chart", "Curve", "LatentAnimation", "Mark", "latent_animation", "pack_latent_animation"]
