"""Points that glide between frames, with what the decoder makes of their plane and a curve that keeps the place."""

from explorer.ui.components.latent_animation.component import Chart, Curve, Mark, Stage, glide, pack_stage

__all__ = ["Chart", "Curve", "Mark", "Stage", "glide", "pack_stage"]
