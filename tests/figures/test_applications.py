"""Pictures of the applications: what is drawn is what was measured."""

import numpy as np
import pytest

from explorer.analysis.anomaly import BOTH, ERROR, ErrorAmongOthers, judge
from explorer.analysis.compression import Point
from explorer.analysis.denoising import RestorationErrors
from explorer.analysis.search import SearchQuality
from explorer.figures import applications as pictures
from explorer.figures.images import NARROWEST
from explorer.figures.theme import ERROR as WRONG_COLOUR
from explorer.figures.theme import FONT_SIZE, MUTED
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
    assert (codes.name, pixels.name) == ("codes", "pixels")
    assert (codes.marker.color, pixels.marker.color) == ("#c2417f", MUTED)


def test_roc_curves_run_from_false_alarms_to_what_is_found_in_the_hue_of_their_model() -> None:
    inliers, anomalies = np.array([1.0, 2, 3, 4, 5]), np.array([3.5, 4.5, 6, 7, 8])
    found = [judge("AE", ERROR, inliers, anomalies), judge("PCA", BOTH, inliers, anomalies + 9)]
    figure = pictures.roc_figure(found, {"AE": "#c2417f", "PCA": "#111111"}, 300)
    guessing, by_error, by_both = figure.data
    assert [trace.name for trace in figure.data] == [
        "guessing, AUC 0.500",
        f"AE by error, AUC {(3 + 4 + 5 + 5 + 5) / 25:.3f}",
        "PCA by both, AUC 1.000",
    ]
    np.testing.assert_array_equal(guessing.x, guessing.y)
    np.testing.assert_allclose(by_error.x, found[0].false_alarms, rtol=1e-6)
    np.testing.assert_allclose(by_error.y, found[0].found, rtol=1e-6)
    assert np.trapezoid(by_error.y, by_error.x) > 0.5
    assert (by_error.line.color, by_both.line.color) == ("#c2417f", "#111111")
    assert by_error.line.dash != by_both.line.dash
    assert "inliers" in figure.layout.xaxis.title.text
    assert "anomalies" in figure.layout.yaxis.title.text


def test_curves_of_bytes_have_bytes_across_error_up_and_the_chosen_bits_marked() -> None:
    points = (Point("1 bit", 1, 0.1), Point("2 bits", 2, 0.05))
    figure = pictures.bytes_figure([pictures.ByteCurve("codes", points, "#c2417f", "solid", 1)], 300)
    (trace,) = figure.data
    assert (list(trace.x), list(trace.y), list(trace.text)) == ([1, 2], [0.1, 0.05], ["1 bit", "2 bits"])
    assert trace.marker.size[1] > trace.marker.size[0]
    assert (trace.line.color, trace.marker.color) == ("#c2417f", "#c2417f")
    assert (figure.layout.xaxis.type, figure.layout.yaxis.type) == ("log", "log")
    assert figure.layout.xaxis.title.text == "bytes per image"
    assert figure.layout.yaxis.title.text == "test MSE"


def test_curves_of_restorations_have_hue_dash_units_and_the_level_on_show() -> None:
    restored = {
        "PCA, K = 2": np.array([0.03, 0.04]),
        "DAE": np.array([0.01, 0.05]),
        "PCA, best K": np.array([0.0, 0.02]),
    }
    errors = RestorationErrors((0.0, 0.5), np.array([0.0, 0.2]), restored)
    hues = {"PCA, K = 2": "#111111", "DAE": "#c2417f", "PCA, best K": "#111111"}
    figure = pictures.noise_figure(errors, "fraction of pixels", hues, 0.5, 300)
    assert [trace.name for trace in figure.data] == ["left as it is", *restored]
    for trace, values in zip(figure.data, (errors.null, *restored.values()), strict=True):
        np.testing.assert_array_equal(trace.x, [0.0, 0.5])
        np.testing.assert_array_equal(trace.y, values)
    assert [trace.line.color for trace in figure.data[1:]] == list(hues.values())
    assert [trace.line.dash for trace in figure.data] == ["dot", "solid", "solid", "dash"]
    assert figure.layout.xaxis.title.text == "level of noise (fraction of pixels)"
    assert figure.layout.yaxis.title.text == "MSE to the clean image"
    assert figure.layout.shapes[0].x0 == figure.layout.shapes[0].x1 == 0.5


def test_bars_carry_their_readings() -> None:
    figure = pictures.bars_figure([pictures.Bar("mean image", 0.07, "0.0700 (÷ 1.00)", "#8a97a0")], "MSE", 200)
    assert list(figure.data[0].x) == [0.07]
    assert list(figure.data[0].y) == ["mean image"]
    assert list(figure.data[0].marker.color) == ["#8a97a0"]
    assert list(figure.data[0].text) == ["0.0700 (÷ 1.00)"]
    assert (figure.data[0].textfont.size, figure.data[0].textposition) == (FONT_SIZE, "outside")
    assert figure.layout.xaxis.range[1] > 1.3 * 0.07
    assert figure.layout.xaxis.title.text == "MSE"
    assert figure.layout.yaxis.autorange == "reversed"


def test_errors_are_histograms_of_fractions_with_the_picture_and_the_threshold_as_lines() -> None:
    errors = np.concatenate([np.full(90, 10.0), np.full(10, 30.0)])
    x_hat = np.zeros(4, np.float32)
    found = [ErrorAmongOthers("AE", x_hat, 40, errors), ErrorAmongOthers("PCA", x_hat, 5, errors)]
    figure = pictures.errors_figure(found, {"AE": "#c2417f", "PCA": "#111111"}, threshold_fraction=0.5, height=300)
    assert [bars.marker.color for bars in figure.data] == ["#c2417f", "#111111"]
    for bars in figure.data:
        assert bars.y.sum() == pytest.approx(1)
        assert bars.y[np.abs(bars.x - 10).argmin()] == pytest.approx(0.9)
    assert [(line.x0, line.yref.split()[0]) for line in figure.layout.shapes] == [
        (10, "y"), (40, "y"), (10, "y2"), (5, "y2"),
    ]  # fmt: skip
    assert figure.layout.xaxis2.title.text == "squared error, summed over pixels"
    assert figure.layout.xaxis2.range[1] == pytest.approx(1.05 * 40)


@pytest.mark.parametrize(
    ("n_lines", "n_rows", "height", "n_columns", "shape", "limit"),
    [
        (2, 2, 300, 1, (8, 8), "height"),
        (2, 1, 600, 20, (8, 8), "width"),
        (1, 4, 300, 1, (96, 96), "height"),
        (1, 1, 600, 20, (96, 96), "width"),
    ],
)
def test_a_line_above_pictures_is_as_high_as_its_letters_need(
    n_lines: int, n_rows: int, height: int, n_columns: int, shape: tuple[int, int], limit: str
) -> None:
    """Also of pictures whose pixels are smaller than those of the screen."""
    line = pictures._line_in_pixels(n_lines, n_rows, height, n_columns, shape)
    zoom = pictures.LINE_PX / line
    high = n_rows * (shape[0] + pictures.GAP) * zoom + n_lines * pictures.LINE_PX
    wide = n_columns * (shape[1] + pictures.GAP) * zoom
    assert high <= height + 1e-6
    assert wide <= NARROWEST + 1e-6
    assert (high if limit == "height" else wide) == pytest.approx(height if limit == "height" else NARROWEST)


def test_a_line_above_pictures_without_room_is_finite_and_long() -> None:
    assert 1_000 < pictures._line_in_pixels(20, 1, 300, 1, (8, 8)) < float("inf")
