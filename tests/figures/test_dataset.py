"""Pictures of data sets of every kind: images, curves and points."""

import numpy as np
import pytest

from explorer.analysis.dataset_summary import log10_ball_share, pick_by_class, random_samples, summarise
from explorer.data import Dataset, load_dataset
from explorer.data.fremont import DAY_KINDS
from explorer.figures import dataset as pictures


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
