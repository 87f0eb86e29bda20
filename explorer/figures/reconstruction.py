"""One picture, what a model makes of it, and the difference of the two."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.figures.images import grey, mosaic_figure, signed

Pixels = NDArray[np.floating]


def reconstruction_figure(x: Pixels, x_hat: Pixels, what: str, height: int) -> go.Figure:
    """Input x and output x̂, (H, W) or (H, W, 3), and x − x̂: orange where the output is too dark, blue too bright.

    what: of the input, such as its class.
    """
    tiles = (grey(x[None]), grey(x_hat[None]), signed((x - x_hat)[None], 1.0))
    labels = (f"input x, {what}", "output x̂", "x − x̂ from −1 to 1")
    return mosaic_figure(np.concatenate(tiles), labels, 3, height=height, gap=2)
