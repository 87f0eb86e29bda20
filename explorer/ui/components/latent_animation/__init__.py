"""Points that move between frames, with what the decoder makes of their plane and a curve that keeps the place."""

from explorer.ui.components.latent_animation.component import (
    Chart,
    Curve,
    LatentAnimation,
    Mark,
    latent_animation,
    pack_latent_animation,
)

__all__ = ["Chart", "Curve", "LatentAnimation", "Mark", "latent_animation", "pack_latent_animation"]
