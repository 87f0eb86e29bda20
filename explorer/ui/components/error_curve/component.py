"""The error curve as a Streamlit component: its handle is dragged in the browser, and pictures follow at once."""

from pathlib import Path

from explorer.scenes.error_curve import ErrorScene, pack_error_scene
from explorer.ui.components.shared.registration import frame_within, register, stay

_curve = register(Path(__file__).parent)


def error_curve(scene: ErrorScene, start: int, key: str) -> int:
    """Show a scene; returns the frame on which the handle was left.

    Another `start` moves the handle there, so keep it while the scene stays.
    """
    result = _curve(key=key, data=pack_error_scene(scene, start), on_frame_change=stay)
    return frame_within(result, len(scene.captions), start)
