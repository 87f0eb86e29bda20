"""A sample, its reconstruction and their difference: in this order, with the sign that the label states."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.figures.reconstruction import reconstruction_figure
from tests.figures.frames import frames_of

X = np.array([[1.0, 0.5, 0.0]])
X_HAT = np.array([[0.0, 0.5, 1.0]])


def pixels_of(source: str) -> NDArray[np.int64]:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source.split(",")[1]))), np.int64)


def test_input_output_and_difference_stand_in_this_order_with_the_stated_sign() -> None:
    fig = reconstruction_figure(X, X_HAT, "class 7", 200)
    assert [note.text for note in fig.layout.annotations] == ["input x, class 7", "output x̂", "x − x̂ from −1 to 1"]
    lefts = [frame.x0 for frame in frames_of(fig)]
    assert lefts == sorted(lefts)
    row = pixels_of(fig.data[0].source)[-1]
    first, second, difference = row[0:3], row[5:8], row[10:13]
    np.testing.assert_array_equal(first[:, 0], [255, 128, 0])
    np.testing.assert_array_equal(second[:, 0], [0, 128, 255])
    too_dark, equal, too_bright = difference[:, :3]
    assert too_dark[0] > too_dark[2]
    assert too_bright[2] > too_bright[0]
    assert equal.tolist() == [255, 255, 255]


def test_the_difference_keeps_one_scale_from_minus_1_to_1() -> None:
    faint, strong = (
        pixels_of(reconstruction_figure(X, X - step, "class 7", 200).data[0].source)[-1, 10, 2] for step in (0.1, 1.0)
    )
    assert faint > strong
