"""The pictures of probabilistic PCA show the numbers they are given."""

import base64
import io

import numpy as np
from PIL import Image

from explorer.figures.ppca import likelihood_figure, sample_rows_figure
from explorer.figures.theme import TEST, TRAIN


def test_likelihoods_are_drawn_from_k_1_with_the_last_split_marked() -> None:
    train, test = np.array([-5.0, 1.0, 4.0, 9.0]), np.array([-6.0, 2.0, 5.0, -900.0])
    fig = likelihood_figure({"train": train, "test": test}, 2, 400)
    lines = {trace.name: trace for trace in fig.data}
    np.testing.assert_allclose(lines["test"].y, [2, 5, -900])
    np.testing.assert_allclose(lines["train"].y, [1, 4, 9])
    np.testing.assert_allclose(lines["test"].x, [1, 2, 3])
    mark = lines["test at k = 2"]
    assert (mark.x, mark.y, mark.text) == ((2,), (5.0,), ("<b>k = 2: 5.0</b>",))
    assert fig.layout.annotations[0].text == "noise alone, k = 0"
    assert fig.layout.shapes[0].y0 == -6


def test_a_fall_leaves_the_picture_but_noise_alone_and_the_best_do_not() -> None:
    curves = {"test": np.array([-6.0, 2.0, 5.0, -900.0])}
    low, high = likelihood_figure(curves, 1, 400).layout.yaxis.range
    assert -8 < low < -6
    assert 5 < high < 7


def test_one_split_alone() -> None:
    fig = likelihood_figure({"train": np.array([-5.0, 1.0])}, 1, 400)
    assert [trace.name for trace in fig.data] == ["train", "train at k = 1"]


def test_rows_of_samples_stand_below_their_names() -> None:
    rows = {"first": np.zeros((4, 5, 6)), "second": np.full((3, 5, 6), 2.0)}
    fig = sample_rows_figure(rows, 300)
    assert [note.text for note in fig.layout.annotations] == ["<b>first</b>", "<b>second</b>"]
    assert fig.layout.annotations[0].y > fig.layout.annotations[1].y
    sheets = [Image.open(io.BytesIO(base64.b64decode(trace.source.split(",")[1]))) for trace in fig.data]
    assert [sheet.size for sheet in sheets] == [(4 * 6 + 3, 5), (3 * 6 + 2, 5)]
    assert [sheet.getpixel((2, 2)) for sheet in sheets] == [(0, 0, 0, 255), (255, 255, 255, 255)]


def test_likelihoods_have_their_units_and_the_hues_of_their_splits() -> None:
    fig = likelihood_figure({"train": np.array([-5.0, 1.0, 4.0]), "test": np.array([-6.0, 2.0, 5.0])}, 1, 400)
    hues = {trace.name: trace.line.color for trace in fig.data if trace.mode == "lines"}
    assert hues == {"test": TEST, "train": TRAIN}
    assert fig.layout.yaxis.title.text == "mean log p(x) (nats per image)"
    assert fig.layout.xaxis.title.text == "number of latent dimensions k"
