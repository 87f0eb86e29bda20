"""The picture of decisions: colours of classes, paler where unsure, the right way up."""

import base64
import io

import numpy as np
from PIL import Image

from explorer.analysis.decision_map import DecisionMap
from explorer.analysis.measure import exactly
from explorer.figures.decision_map import SOLID, decision_map_figure
from explorer.figures.theme import PETROFF


def test_regions_have_the_colour_of_their_class_and_are_paler_where_unsure() -> None:
    u, v = np.array([0, 1], np.float32), np.array([2, 4], np.float32)
    of = DecisionMap(u, v, np.array([[0, 1], [1, 1]]), np.array([[1, 0.5], [0.75, 1]], np.float32), exactly(1), 0.5)
    codes = np.array([[0, 2], [1, 4]], np.float32)
    fig = decision_map_figure(of, codes, np.array([0, 1]), ("a", "b"), 300)
    image = fig.layout.images[0]
    assert (image.x, image.y, image.sizex, image.sizey, image.layer) == (0, 4, 1, 2, "below")
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(image.source.split(",")[1]))))
    assert pixels[1, 0].tolist() == [*bytes.fromhex(PETROFF[0][1:]), SOLID]  # the lower left is the first of the map
    assert pixels[0, 0].tolist() == [*bytes.fromhex(PETROFF[1][1:]), SOLID // 2]
    assert pixels[1, 1, 3] == 0
    assert [(trace.name, list(trace.x), list(trace.y)) for trace in fig.data] == [("a", [0], [2]), ("b", [1], [4])]
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("z₁", "z₂")
    assert fig.layout.yaxis.range == (2, 4)
