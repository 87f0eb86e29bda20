"""Pictures of the applications: what is drawn is what was measured."""

import numpy as np

from explorer.analysis.anomaly import BOTH, ERROR, judge
from explorer.analysis.compression import Point
from explorer.analysis.denoising import RestorationErrors
from explorer.analysis.search import SearchQuality
from explorer.figures import applications as pictures
from explorer.figures.theme import ERROR as WRONG_COLOUR
from explorer.figures.theme import TEST as RIGHT_COLOUR


def test_right_and_wrong_hits_differ_in_sign_and_colour() -> None:
    labels, colours = pictures.hit_labels(["3", "5"], np.array([True, False]))
    assert labels == ["✓ 3", "✕ 5"]
    assert colours == [RIGHT_COLOUR, WRONG_COLOUR]


def test_every_picture_has_its_label_and_every_row_its_title() -> None:
    images = np.zeros((3, 8, 8))
    rows = [pictures.Row("first", images, ["a", "b", "c"], ["red", "", "blue"]), pictures.Row("second", images[:1])]
    figure = pictures.rows_figure(rows, 300, 3)
    assert [note.text for note in figure.layout.annotations] == ["<b>first</b>", "a", "b", "c", "<b>second</b>"]
    tops = [note.y for note in figure.layout.annotations]
    assert tops[0] < tops[1] == tops[2] == tops[3] < tops[4]


def test_precision_of_each_class() -> None:
    found = SearchQuality(np.array([0, 0, 2]), np.array([0.2, 0.4, 1.0]), np.array([0.1, 0.1, 0.5]), 0.1)
    codes, pixels = pictures.search_figure(found, ("0", "1", "2"), "#c2417f", 200).data
    assert list(codes.x) == ["0", "2"]
    np.testing.assert_allclose(codes.y, [0.3, 1.0])
    np.testing.assert_allclose(pixels.y, [0.1, 0.5])


def test_legend_of_roc_curves_says_the_area() -> None:
    found = [judge("AE", kind, np.arange(5.0), np.arange(5.0) + shift) for kind, shift in ((ERROR, 0), (BOTH, 9))]
    traces = pictures.roc_figure(found, {"AE": "#c2417f"}, 300).data
    assert [trace.name for trace in traces] == [
        "guessing, AUC 0.500",
        "AE by error, AUC 0.500",
        "AE by both, AUC 1.000",
    ]
    assert len({trace.line.dash for trace in traces[1:]}) == 2


def test_chosen_number_of_bits_is_marked_on_its_curve() -> None:
    points = (Point("1 bit", 1, 0.1), Point("2 bits", 2, 0.05))
    (trace,) = pictures.bytes_figure([pictures.ByteCurve("codes", points, "#c2417f", "solid", 1)], 300).data
    assert list(trace.x) == [1, 2]
    assert trace.marker.size[1] > trace.marker.size[0]


def test_noise_left_as_it_is_stands_beside_restorations() -> None:
    errors = RestorationErrors((0.0, 0.5), np.array([0.0, 0.2]), {"AE": np.array([0.01, 0.05])})
    traces = pictures.noise_figure(errors, "share of pixels", {"AE": "#c2417f"}, 300).data
    assert [trace.name for trace in traces] == ["left as it is", "AE"]
    np.testing.assert_allclose(traces[1].y, [0.01, 0.05])


def test_bars_carry_their_readings() -> None:
    figure = pictures.bars_figure([pictures.Bar("mean image", 0.07, "0.0700 (÷ 1.00)", "#8a97a0")], "MSE", 200)
    assert list(figure.data[0].x) == [0.07]
    assert list(figure.data[0].text) == ["0.0700 (÷ 1.00)"]
