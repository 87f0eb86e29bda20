"""The figures of blur: the images of one code in their order, bars and curves of edge energy."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.analysis.blur import OneCode, SharpModel, Sharpness
from explorer.analysis.measure import Interval
from explorer.analysis.pixel_variance import BlurByVariance
from explorer.analysis.trained_blur import Gains, Losses, OfLoss
from explorer.figures.blur import (
    one_code_figure,
    sharpness_figure,
    sharpness_over_k_figure,
    two_losses_figure,
    variance_figure,
    variance_strip_figure,
)
from explorer.figures.theme import model_hue
from explorer.ui.views.generate.blur import words
from explorer.ui.views.generate.trained_blur import losses_words

KINDS = tuple(
    Sharpness(title, Interval(value, value - 0.1, value + 0.2))
    for title, value in (
        ("reconstructions", 0.5),
        ("draws, decoded", 0.4),
        ("draws of x ~ p(x|z)", 1.6),
        ("the mean image", 0.2),
    )
)
MODELS = (
    SharpModel("PCA, K = 1", "pca", 1, Interval(0.3, 0.2, 0.4)),
    SharpModel("VAE a", "vae", 2, Interval(0.5, 0.4, 0.6)),
    SharpModel("PCA, K = 2", "pca", 2, Interval(0.35, 0.3, 0.4)),
)


def test_blur_against_variance_has_its_dimensions_on_the_right() -> None:
    kept = tuple(Interval(value, value - 0.1, value + 0.05) for value in (0.9, 0.2))
    images = np.stack([np.full(4, value, np.float32) for value in (1.0, 0.0)])
    of = BlurByVariance(np.array([0.01, 1]), np.array([3, 0]), kept, kept[::-1], images[0], images, images)
    restored, drawn, active = variance_figure(of, 300).data
    assert (list(restored.x), list(restored.y), list(drawn.y)) == ([0.01, 1], [0.9, 0.2], [0.2, 0.9])
    assert (list(active.y), active.yaxis) == ([3, 0], "y2")
    assert restored.error_y.array[0] == pytest.approx(0.05)
    assert restored.error_y.arrayminus[0] == pytest.approx(0.1)
    assert variance_figure(of, 300).layout.xaxis.title.text == "variance σ² of a pixel"
    labels = [note.text for note in variance_strip_figure(of, (2, 2), 200).layout.annotations]
    assert labels == ["x", "0.01", "1", "mean", "draw", "draw"]


def test_the_images_of_one_code_stand_from_single_ones_to_draws() -> None:
    of = OneCode(*(np.zeros(shape, np.float32) for shape in ((2, 4), 4, 4, (1, 4))))
    labels = [note.text for note in one_code_figure(of, (2, 2), 100).layout.annotations]
    assert labels == ["x1", "x2", "mean", "x̂", "draw"]
    without = replace(of, drawn=of.drawn[:0])
    assert [note.text for note in one_code_figure(without, (2, 2), 100).layout.annotations][-1] == "x̂"


def test_bars_show_the_edge_energies_of_one_model() -> None:
    fig = sharpness_figure(KINDS, "vae", 400)
    (bars,) = fig.data
    assert (bars.x, bars.y[0], bars.marker.color) == ((0.5, 0.4, 1.6, 0.2), "reconstructions: 0.50", model_hue("vae"))
    np.testing.assert_allclose(bars.error_x.array, 0.2)
    np.testing.assert_allclose(bars.error_x.arrayminus, 0.1)
    assert fig.layout.shapes[0].x0 == fig.layout.shapes[0].x1 == 1
    assert fig.layout.xaxis.range == (0, 2)
    assert "test images = 1" in fig.layout.xaxis.title.text


def test_curves_show_the_edge_energies_over_k() -> None:
    fig = sharpness_over_k_figure(MODELS, 400)
    pca, vae = fig.data
    assert (pca.x, pca.y, pca.name) == ((1, 2), (0.3, 0.35), "PCA")
    assert (vae.x, vae.y, vae.marker.color) == ((2,), (0.5,), model_hue("vae"))
    np.testing.assert_allclose(vae.error_y.array, 0.1)
    assert (pca.mode, vae.mode) == ("lines+markers", "markers")
    assert fig.layout.shapes[0].y0 == fig.layout.shapes[0].y1 == 1
    assert (fig.layout.xaxis.type, fig.layout.yaxis.title.text) == ("log", "edge energy of reconstructions")


def test_the_words_name_each_number() -> None:
    told = words(KINDS, 0.31, 1_000)
    assert "Their mean keeps 31 % of their edge energy" in told
    assert "reconstructions have 0.50 [0.40, 0.70], decoded draws 0.40, and the mean image" in told
    assert "0.20. Draws of x ~ p(x|z) have 1.60" in told
    assert "p(x|z)" not in words(KINDS[:2] + KINDS[3:], 0.31, 1_000)


def of_title(title: str) -> OfLoss:
    one = Interval(1, 0, 2)
    return OfLoss(title, one, one, one, np.zeros((2, 4), np.float32))


def test_two_losses_stand_below_the_images_with_their_names() -> None:
    of = [of_title(title) for title in ("one", "other", "mean")]
    found = Losses(np.ones((2, 4), np.float32), (of[0], of[1]), Gains(of[0].kept, of[0].sse, of[0].kept), of[2], 9)
    assert [note.text for note in two_losses_figure(found, (2, 2), 200).layout.annotations] == ["x", "one", "other"]


@pytest.mark.parametrize(
    ("kept", "sharper"),
    [((0.2, 0.1, 0.3), "the network trained with the other."), ((0.1, -0.1, 0.3), "neither, as the interval holds 0.")],
)
def test_the_sharper_loss_is_named_where_the_images_bear_it(kept: tuple[float, float, float], sharper: str) -> None:
    of = [of_title(title) for title in ("one", "other", "mean")]
    more = Gains(Interval(*kept), Interval(-2, -3, -1), Interval(0.5, 0.4, 0.6))
    told = losses_words(Losses(np.ones((2, 4), np.float32), (of[0], of[1]), more, of[2], 9))
    assert f"Sharper is {sharper}" in told
    assert (
        "smaller for the network trained with the other, the cross-entropy for the network trained with the one."
        in told
    )
    assert "−2.000 [−3.000, −1.000] in squared error" in told
