"""The latent animation as a Streamlit component: frames follow a slider, points move to their next place."""

from pathlib import Path

from explorer.scenes.latent_animation import LatentAnimation, pack_latent_animation
from explorer.ui.components.shared.registration import frame_within, register, stay

_animation = register(Path(__file__).parent)


def latent_animation(animation: LatentAnimation, start: int, key: str) -> int:
    """Show an animation; returns the frame on which its slider was left.

    Another `start` moves the slider there, so keep it while the animation stays.
    """
    result = _animation(key=key, data=pack_latent_animation(animation, start), on_frame_change=stay)
    return frame_within(result, len(animation.captions), start)
