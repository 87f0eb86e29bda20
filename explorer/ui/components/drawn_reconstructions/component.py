"""The reconstructions of a drawing as a Streamlit component; the browser encodes what a sheet of the page tells it."""

from pathlib import Path

from explorer.scenes.drawn_code import DrawnReconstructions, reconstructions_message
from explorer.ui.components.shared.registration import register

_reconstructions = register(Path(__file__).parent)


def drawn_reconstructions(scene: DrawnReconstructions, key: str) -> None:
    """Show a tile for each model."""
    _reconstructions(key=key, data=reconstructions_message(scene).to_bytes())
