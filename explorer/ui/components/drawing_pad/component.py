"""Drawing as a Streamlit component: strokes of a pen, undone one by one or all at once."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from explorer.data.handwriting import MOST_CHARACTERS, PREPARATIONS
from explorer.ui.components.shared.registration import register, show_and_hear

_pad = register(Path(__file__).parent)


def drawing_pad(
    ink: str,
    key: str,
    *,
    is_example: bool,
    on_ink: Callable[[str], None],
    shape: tuple[int, ...] | None = None,
    shows_image: bool = True,
) -> None:
    """Show a sheet with strokes on it; on_ink hears of the strokes after each, '' for an empty sheet.

    ink: strokes as `StrokesText` has them, '' for none. The sheet takes them over where they are not what was drawn
    last. is_example: whether they are an example, which the first stroke replaces. shape: of the image, one in
    `PREPARATIONS`, that the browser makes of the drawing while the pen moves, and tells other components of the page.
    shows_image: whether it stands below the sheet.
    """

    def hear(said: Mapping[str, Any]) -> None:
        if isinstance(drawn := said.get("ink"), str):
            on_ink(drawn)

    data = {
        "ink": ink,
        "is_example": is_example,
        "most_characters": MOST_CHARACTERS,
        **_image(shape, shows_image=shows_image),
    }
    show_and_hear(_pad, key, ["ink"], hear, data=data)


def _image(shape: tuple[int, ...] | None, *, shows_image: bool) -> dict[str, object]:
    """What the browser needs to make the image."""
    if shape is None:
        return {"side": None, "pen": 0, "seen": ""}
    size = " × ".join(map(str, shape))
    return {
        "side": shape[0],
        "pen": PREPARATIONS[shape].pen,
        "seen": f"what the models see, {size}" if shows_image else "",
    }
