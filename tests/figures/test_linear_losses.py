"""The pictures of the linear autoencoder show the numbers they are given."""

import numpy as np

from explorer.analysis.linear_losses import LECTURE, OUTPUTS, LinearLosses, LinearNetwork
from explorer.figures import theme
from explorer.figures.linear_losses import axes_figure, losses_figure, restored_figure


def losses() -> LinearLosses:
    basis = np.eye(2, 4, dtype=np.float32)
    networks = [
        LinearNetwork(title, np.array([0.07, value]), basis, basis, basis)
        for title, value in zip(OUTPUTS, (0.056, 0.06), strict=True)
    ]
    return LinearLosses(tuple(networks), basis, basis, basis, 0.055, 0.067)


def test_losses_stand_beside_the_lectures_and_between_the_mean_image_and_pca() -> None:
    fig = losses_figure(losses(), 400)
    lecture, linear, sigmoid = fig.data
    assert (list(lecture.x), list(lecture.y)) == (list(range(1, 11)), list(LECTURE))
    assert (linear.name, list(linear.x), list(linear.y)) == ("without a sigmoid", [1, 2], [0.07, 0.056])
    assert (linear.line.color, sigmoid.line.color) == (theme.model_hue("linear_ae"), theme.ERROR)
    assert [shape.y0 for shape in fig.layout.shapes] == [0.067, 0.055]
    assert [note.text for note in fig.layout.annotations] == ["the mean image: 0.06700", "PCA: 0.05500"]
    low, high = fig.layout.yaxis.range
    assert low < 0.055 < LECTURE[1] < high < LECTURE[0]
    assert fig.layout.yaxis.title.text == "mean squared error per pixel"


def test_axes_and_pictures_name_what_they_are_of() -> None:
    assert [note.text for note in axes_figure(losses(), (2, 2), 200).layout.annotations if note.text] == [
        "PCA", "linear", "turned", "sigmoid", "turned",
    ]  # fmt: skip
    names = [note.text for note in restored_figure(losses(), (2, 2), 200).layout.annotations]
    assert names == ["x", "PCA", "linear", "sigmoid"]
