"""The strip as a figure: each picture above its own error, rows in the hue of their model, the chosen column framed."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from explorer.analysis.strip import Reconstructions, Strip
from explorer.figures.strip import strip_figure
from explorer.figures.theme import model_hue

SIDE = 10


@pytest.fixture
def strip() -> Strip:
    images = np.stack([np.full(SIDE * SIDE, level, np.float32) for level in (0.2, 0.4, 0.6)])
    row = Reconstructions("AE <b>", "ae", images / np.float32(2), np.array([1.0, 2.0, 3.0]), 2.5)
    return Strip(np.array([4, 8, 9]), np.array([0, 1, 2]), images, (row,), np.array([7.0, 8.0, 9.0]), 8.25)


@pytest.mark.parametrize("shape", [(SIDE, SIDE), (SIDE // 2, 2 * SIDE), (2 * SIDE, SIDE // 2)])
def test_each_picture_stands_above_its_error(strip: Strip, shape: tuple[int, int]) -> None:
    fig = strip_figure(strip, shape, 1)
    sheet = np.array(Image.open(io.BytesIO(base64.b64decode(fig.data[0].source.split(",")[1]))))
    for note, target, value in zip(fig.layout.annotations, range(6), (7, 8, 9, 1, 2, 3), strict=True):
        x, y = fig.data[1].x[target], fig.data[1].y[target]
        level = (0.2, 0.4, 0.6)[target % 3] / (1 if target < 3 else 2)
        assert sheet[int(y), int(x), 0] == pytest.approx(255 * level, abs=1)
        assert note.text == f"{value:.1f}"
        assert note.x == pytest.approx(x - 0.5)
        assert note.y > y
        if target < 3:
            assert sheet[int(note.y) + 1, int(x), 3] == 0  # the error stands on clear ground


def test_a_press_tells_the_column_and_the_chosen_one_is_framed(strip: Strip) -> None:
    fig = strip_figure(strip, (SIDE, SIDE), 1)
    np.testing.assert_array_equal(fig.data[1].customdata, [0, 1, 2, 0, 1, 2])
    assert fig.data[1].text[1] == "test sample 8"
    (frame,) = fig.layout.shapes
    assert frame.x0 < fig.data[1].x[1] < frame.x1
    assert not frame.x0 < fig.data[1].x[2] < frame.x1
    assert frame.y0 == -0.5
    assert frame.y1 > max(fig.data[1].y)


def test_rows_have_the_name_the_hue_and_the_mean_error_of_their_model(strip: Strip) -> None:
    fig = strip_figure(strip, (SIDE, SIDE), 0)
    original, row = fig.layout.yaxis.ticktext
    assert fig.layout.yaxis.tickvals == pytest.approx(fig.data[1].y[[0, 3]], abs=1)
    assert original == "original<br>mean image 8.2"
    assert model_hue("ae") in row
    assert "AE &lt;b&gt;" in row
    assert row.endswith("test 2.5")
