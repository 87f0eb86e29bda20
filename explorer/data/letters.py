"""Printed letters as samples: pictures that belong to no class of digits, prepared as the digits were."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from explorer.data.handwriting import PREPARATIONS, Ink, Preparation

# Without those that resemble a digit: B, D, I, O, Q, S and Z.
LETTERS = "ACEFGHJKLMNPRTUVWXY"
FONT_PX, PAPER_PX, MOST_TURN_DEGREES = 110, 200, 15.0
# Of Pillow's own font: the width of a stem and the height of a capital, as fractions of its size.
STEM, CAPITAL = 0.083, 0.72


def printed_letters(n: int, sample_shape: tuple[int, ...], seed: int) -> NDArray[np.float32] | None:
    """Capitals (n, D) in [0, 1], one after the other, each turned by up to 15 degrees; None where no pen fits a shape.

    Their strokes are as wide as those of a pen that draws samples of this shape.
    """
    preparation = PREPARATIONS.get(sample_shape)
    if preparation is None:
        return None
    turns = np.random.default_rng(seed).uniform(-MOST_TURN_DEGREES, MOST_TURN_DEGREES, n)
    inks = (_printed(LETTERS[place % len(LETTERS)], float(turn), preparation) for place, turn in enumerate(turns))
    return np.stack([preparation.shape(ink).ravel() for ink in inks])


def _printed(letter: str, turn_degrees: float, preparation: Preparation) -> Ink:
    """One letter on paper, 1 where there is ink, (H, W)."""
    wider = round(FONT_PX * (CAPITAL * preparation.pen - STEM) / 2)
    paper, middle = Image.new("L", (PAPER_PX, PAPER_PX)), (PAPER_PX / 2, PAPER_PX / 2)
    ImageDraw.Draw(paper).text(middle, letter, 255, _font(), anchor="mm", stroke_width=max(wider, 0))
    turned = paper.rotate(turn_degrees, Image.Resampling.BILINEAR)
    return (np.asarray(turned) > 127).astype(np.float32)


@cache
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(FONT_PX)
