"""Pictures of data sets of every kind: images, curves and points."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from explorer.analysis.dataset_summary import Randoms, log10_ball_share, pick_by_class, random_samples, summarise
from explorer.data import Dataset, load_dataset
from explorer.data.fremont import DAY_KINDS
from explorer.figures import dataset as pictures
from explorer.figures.theme import class_colour
from tests.figures.frames import frames_of


def days() -> Dataset:
    rng = np.random.default_rng(0)
    return Dataset("fremont", "train", rng.random((60, 24), np.float32), np.arange(60) % 2, DAY_KINDS)


KINDS = ("digits", "fremont", "arc", "s_curve")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_every_picture(kind: str) -> None:
    dataset = days() if kind == "fremont" else load_dataset(kind)
    summary = summarise(dataset)
    randoms = random_samples(dataset, summary.low, summary.high, 6, seed=0)
    for figure in (
        pictures.samples_figure(dataset, pick_by_class(dataset, 5, seed=0), 400),
        pictures.means_figure(dataset, summary, 400),
        pictures.randoms_figure(dataset, randoms, 400),
    ):
        assert figure.data
        assert figure.layout.height == 400


def test_line_of_images_is_named_with_its_class_and_count() -> None:
    digits = load_dataset("digits")
    figure = pictures.samples_figure(digits, pick_by_class(digits, 5, seed=0), 400)
    assert figure.layout.yaxis.ticktext[3] == f"<b>3</b> · {(digits.labels == 3).sum()}"
    assert len(figure.layout.yaxis.tickvals) == 10


def test_class_with_fewer_samples_has_a_shorter_line() -> None:
    images = np.ones((3, 4, 4), np.float32)
    few = Dataset("few", "train", images, np.array([0, 0, 1]), ("a", "b"))
    assert pictures.samples_figure(few, pick_by_class(few, 5, seed=0), 400).data


def test_curves_of_a_class_keep_its_colour_and_its_hours() -> None:
    dataset = days()
    figure = pictures.means_figure(dataset, summarise(dataset), 400)
    lines = {trace.name: trace for trace in figure.data}
    assert np.allclose(lines["Weekday"].y[:24], dataset.samples[dataset.labels == 0].mean(axis=0), atol=1e-5)


def test_volume_is_drawn_to_twenty_or_to_all_dimensions() -> None:
    few, all_ = pictures.volume_figure(784, False, 300).data[0], pictures.volume_figure(784, True, 300).data[0]
    assert few.x[-1] == 20
    assert few.y[2] == pytest.approx(np.pi / 6)
    assert all_.x[-1] == 784
    assert all_.y[-1] == pytest.approx(log10_ball_share([784])[0])


def test_shares_are_written_as_numbers_or_as_powers() -> None:
    assert pictures.power_of_ten(np.log10(0.0025)) == "0.0025"
    assert pictures.power_of_ten(-889.1) == "10<sup>-889</sup>"


def test_points_keep_their_axes_and_their_classes() -> None:
    points = np.array([[0.0, 5.0], [1.0, 6.0], [2.0, 7.0]], np.float32)
    fig = pictures.points_figure(points, np.array([1, 0, 1]), ("a", "b"), 300)
    assert [(trace.name, list(trace.x), list(trace.y)) for trace in fig.data] == [
        ("a", [1.0], [6.0]),
        ("b", [0.0, 2.0], [5.0, 7.0]),
    ]
    assert [trace.marker.color for trace in fig.data] == [class_colour(0), class_colour(1)]
    assert (fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == ("x₁", "x₂")


def test_rows_of_random_images_are_real_shuffled_and_random_from_the_top() -> None:
    shape = (2, 2)
    real, shuffled, uniform = (np.full((3, 4), value, np.float32) for value in (0.0, 0.5, 1.0))
    data = Dataset("few", "train", np.zeros((4, *shape), np.float32), np.zeros(4, np.int64), ("a",))
    fig = pictures.randoms_figure(data, Randoms(real, shuffled, uniform, 1.0, 2.0, 3.0), 300)
    assert list(fig.layout.yaxis.ticktext) == ["real", "shuffled", "random"]
    # Tiles of two rows of pixels, with one row between them; a pixel's middle has its number.
    assert fig.layout.yaxis.tickvals == (0.5, 3.5, 6.5)
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(fig.data[0].source.split(",")[1]))))
    assert [pixels[row, 0, 0] for row in (0, 3, 6)] == [0, 128, 255]


def test_the_mean_of_curves_has_a_band_of_one_standard_deviation() -> None:
    dataset = days()
    summary = summarise(dataset)
    fig = pictures.means_figure(dataset, summary, 400)
    band = next(trace for trace in fig.data if trace.fill == "toself")
    np.testing.assert_allclose(band.y[:24], summary.mean + np.sqrt(summary.variance))
    np.testing.assert_allclose(band.y[24:][::-1], summary.mean - np.sqrt(summary.variance))
    assert fig.layout.yaxis.title.text == "hundreds of bicycles per hour"


def test_volume_axes_are_named_and_ticks_are_whole_numbers() -> None:
    fig = pictures.volume_figure(784, True, 300)
    assert fig.layout.xaxis.title.text == "dimension d"
    assert fig.layout.yaxis.title.text == "log₁₀ of V(ball) / V(cube)"
    assert list(fig.layout.xaxis.tickvals)[:6] == [1, 2, 5, 10, 20, 50]
    assert pictures.volume_figure(784, False, 300).layout.yaxis.title.text == "V(ball) / V(cube)"


def test_class_means_come_in_their_order_before_the_mean_of_all_and_the_variance() -> None:
    samples = np.stack([np.full((2, 2), value, np.float32) for value in (0.0, 0.2, 1.0)])
    data = Dataset("few", "train", samples, np.arange(3), ("a", "b", "c"))
    fig = pictures.means_figure(data, summarise(data), 400)
    assert [note.text for note in fig.layout.annotations] == ["a", "b", "c", "mean of all", "variance"]
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(fig.data[0].source.split(",")[1]))))
    corners = [sheet[int(frame.y0 + 0.5), int(frame.x0 + 0.5), 0] for frame in frames_of(fig)]
    assert corners == [0, 51, 255, 102, 255]
