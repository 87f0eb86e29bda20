"""A drawing's code as a Streamlit component; the browser encodes what a sheet of the same page tells it."""

from pathlib import Path

from explorer.scenes.drawn_code import DrawnCode, MadeOfDrawing, answer_of, drawn_code_message
from explorer.ui.components.shared.registration import register

_drawn_code = register(Path(__file__).parent)


def drawn_code(scene: DrawnCode, key: str, sample: MadeOfDrawing | None) -> None:
    """Show the plane of a model; sample: what the server made of the drawing, for a model that stays there."""
    answer = None if sample is None or scene.encoder is not None else answer_of(sample)
    _drawn_code(key=key, data=drawn_code_message(scene).to_bytes(answer=answer))
