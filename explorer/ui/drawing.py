"""The drawing that pages share: it stands in the link and goes along from page to page; an example until one draws."""

from dataclasses import dataclass

from explorer.data.handwriting import PREPARATIONS, Strokes, StrokesText, strokes_text
from explorer.models.latent_model import ConditionalModel
from explorer.store import Checkpoint
from explorer.ui.components.drawing_pad.component import drawing_pad
from explorer.ui.linked_widgets import choose_button
from explorer.ui.query_params import read, write_text

INK = "ink"
TEST_SAMPLE, DRAWING = "test sample", "drawing"
CLEARED = "none"
# A 3 of one stroke.
EXAMPLE = StrokesText().parse(
    "4e48533f5a3861336a2e732c7c2a862a902b9a2fa234a83bab44ad4eab58a760a068986e8f7386777d79747a7c7a867b8f7d9881a186a88cae93"
    "b39bb5a4b5adb3b6b0bfaac7a3cd9cd293d68ad880d977d96ed765d45dd055cb4ec548be"
)


@dataclass(frozen=True)
class SheetText:
    """What a link says of the sheet: strokes as text, or that it was cleared."""

    def __str__(self) -> str:
        return f"{StrokesText()}, or {CLEARED} for an empty sheet"

    def parse(self, value: object) -> Strokes:
        """The strokes, () for an empty sheet; raises ValueError for any other text."""
        return () if str(value) == CLEARED else StrokesText().parse(value)


def takes_drawings(checkpoint: Checkpoint) -> bool:
    """Whether a drawing can be a model's sample: a conditional one is given the class, which no drawing comes with."""
    return checkpoint.header.sample_shape in PREPARATIONS and not isinstance(checkpoint.model, ConditionalModel)


def follows_drawing() -> bool:
    """The widget of what is followed: whether it is the drawing in place of a test sample."""
    return choose_button("follow", "Follow", (TEST_SAMPLE, DRAWING), label_visibility="collapsed") == DRAWING


def draw_here(key: str, shape: tuple[int, ...] | None = None, *, shows_image: bool = True) -> Strokes | None:
    """A sheet with the drawing of the link, else with EXAMPLE; returns it as it is now, None for an empty sheet.

    shape: of the image that the browser makes of it for components of the page that encode it there; shows_image:
    whether it stands below the sheet.
    """
    linked: Strokes | None = read(INK, SheetText())
    strokes = EXAMPLE if linked is None else linked
    text, is_example = strokes_text(strokes), strokes is EXAMPLE
    drawing_pad(text, key, is_example=is_example, on_ink=keep_ink, shape=shape, shows_image=shows_image)
    return strokes or None


def keep_ink(ink: str) -> None:
    """Write the strokes that the browser sent into the link; what are no strokes counts as an empty sheet."""
    try:
        StrokesText().parse(ink)
    except ValueError:
        ink = CLEARED
    write_text(INK, ink)


def clear_drawing() -> None:
    """Make the sheet empty, also in the link."""
    write_text(INK, CLEARED)
