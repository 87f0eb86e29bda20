"""Bars and rows of decoders stand in their order, with their intervals and the entropy where it is known."""

import base64
import io
from math import nan

import numpy as np
import pytest
from PIL import Image

from explorer.analysis.decoder_strength import N_DRAWS, N_PIXELS, Strength, Strengths
from explorer.analysis.measure import Interval
from explorer.figures import theme
from explorer.figures.decoder_strength import HEADS, strength_draws_figure, strengths_figure


def two(entropy_nats: float) -> Strengths:
    made = [
        Strength(name, Interval(9, 8, 10), kl, loss, np.full((N_DRAWS, N_PIXELS), level, np.uint8))
        for name, kl, loss, level in (
            ("weak", Interval(2, 1.5, 3), Interval(11, 10, 13), 0),
            ("strong", Interval(0.2, 0.1, 0.4), Interval(9.2, 9, 10), 1),
        )
    ]
    return Strengths(np.zeros(N_PIXELS, np.float32), tuple(made), entropy_nats, 5)


def test_bars_are_the_loss_and_its_kl_with_their_intervals() -> None:
    fig = strengths_figure(two(8.5), 400)
    losses, rates = fig.data
    assert (list(losses.y), list(losses.x)) == (["weak: 11.00", "strong: 9.20"], [11, 9.2])
    assert (list(rates.y), list(rates.x)) == (["weak: 2.00", "strong: 0.20"], [2, 0.2])
    # The weakest is the upper one, as among the pictures.
    assert fig.layout.yaxis.autorange == fig.layout.yaxis2.autorange == "reversed"
    assert list(rates.error_x.array) == pytest.approx([1, 0.2])
    assert list(rates.error_x.arrayminus) == pytest.approx([0.5, 0.1])
    assert (losses.marker.color, rates.marker.color) == (theme.MUTED, theme.MODEL_HUES["vae"])
    assert [shape.x0 for shape in fig.layout.shapes] == [8.5]
    assert [note.text for note in fig.layout.annotations] == [f"<b>{head}</b>" for head in HEADS]


def test_an_entropy_that_nobody_knows_is_not_drawn() -> None:
    assert not strengths_figure(two(nan), 400).layout.shapes


def test_each_decoder_has_a_row_that_begins_with_the_picture() -> None:
    fig = strength_draws_figure(two(8.5), 400)
    assert [note.text for note in fig.layout.annotations] == ["x", *["draw"] * N_DRAWS] * 2
    png = Image.open(io.BytesIO(base64.b64decode(fig.data[0].source.partition(",")[2]))).convert("L")
    levels = np.asarray(png)
    height = levels.shape[0] // 2
    assert levels[height - 4, 20] == 0
    assert levels[-4, 20] == 255
    assert levels[-4, 4] == 0
