"""Sheets of pictures on a phone: what is blank below them, and letters that have their room."""

import numpy as np
import plotly.graph_objects as go
import pytest
from plotly.subplots import make_subplots

from explorer.figures.applications import Row, rows_figure
from explorer.figures.images import mosaic_figure
from explorer.figures.narrow import LEGIBLE_PX, label_px_of, label_shift_px, legible_width, n_blank_px_of
from explorer.figures.theme import FONT_SIZE

CURVE = go.Figure(go.Scatter(y=[1, 2])).update_layout(height=300)


def test_a_mosaic_says_how_much_it_leaves_blank_in_a_narrow_figure() -> None:
    wide = mosaic_figure(np.zeros((3, 8, 8, 3), np.uint8), [], 3, height=300, gap=0)
    assert wide.layout.margin.l == wide.layout.margin.r == wide.layout.margin.t == wide.layout.margin.b == 8
    assert n_blank_px_of(wide, 256) == 300 - (256 - 16) / 3 - 16
    assert n_blank_px_of(wide, 1200) == 0
    assert n_blank_px_of(CURVE, 256) == 0


def test_labels_of_a_narrow_sheet_keep_their_room_beside_the_pictures() -> None:
    rows = [Row("a title", np.zeros((12, 28, 28))), Row("another", np.zeros((12, 28, 28)))]
    sheet = rows_figure(rows, 400, 12)
    n_columns = 12 * 30 - 2
    assert label_px_of(sheet, 540) == pytest.approx(21 * 524 / 780, rel=0.01)
    assert label_px_of(sheet, 540) < label_px_of(sheet, 640) < FONT_SIZE
    assert label_px_of(sheet, 16 + 3 * n_columns) == FONT_SIZE
    assert label_px_of(CURVE, 540) == FONT_SIZE


def test_three_charts_in_a_row_are_wider_than_a_phone_and_two_are_not() -> None:
    def charts(rows: int, columns: int) -> go.Figure:
        return make_subplots(rows, columns, figure=go.Figure(layout={"height": 400}))

    assert [legible_width(charts(1, n), 515) for n in (1, 2, 3, 5)] == [515, 515, 3 * 220, 5 * 220]
    assert legible_width(charts(3, 2), 515) == 515
    assert legible_width(charts(1, 3), 1200) == 1200


def test_a_picture_below_a_plane_is_no_sheet() -> None:
    figure = mosaic_figure(np.zeros((3, 8, 8, 3), np.uint8), ["", "", ""], 3, height=300)
    figure.data[0].xaxis = "x2"
    assert (n_blank_px_of(figure, 256), label_px_of(figure, 256)) == (0, FONT_SIZE)


def test_short_labels_shrink_less_than_their_pictures() -> None:
    def sheet(*labels: str) -> go.Figure:
        return mosaic_figure(np.zeros((len(labels), 28, 28, 3), np.uint8), labels, len(labels), height=600)

    short, long = sheet("a", "b", "c", "d"), sheet(*["a title of its own"] * 4)
    shrunk = FONT_SIZE * 524 / 780
    assert label_px_of(short, 540) == pytest.approx(21 * 524 / 780, rel=0.01)
    assert label_px_of(long, 540) == pytest.approx(524 / 4 / (18 * 0.6), rel=0.05)
    for of_lines in (["two\nlines"] * 4, ["two\nlines", "b", "c", "d"]):
        assert label_px_of(sheet(*of_lines), 540) == pytest.approx(shrunk, rel=0.01)
    wide = label_px_of(sheet(*["thirty letters that are a line\nmore"] * 4), 540)
    assert wide == pytest.approx(524 / 4 / (30 * 0.6), rel=0.05)
    assert wide < 0.8 * shrunk
    assert legible_width(short, 540) == 540


def test_names_of_rows_take_their_room_from_the_pictures() -> None:
    sheet = mosaic_figure(np.zeros((4, 28, 28, 3), np.uint8), ["a", "b", "c", "d"], 4, height=600)
    alone, blank_px = label_px_of(sheet, 540), n_blank_px_of(sheet, 540)
    sheet.update_yaxes(ticktext=["<b>AE</b><br>mean image 52.9", "VAE"])
    names_px = 0.5 * FONT_SIZE * len("mean image 52.9")
    assert label_px_of(sheet, 540) == pytest.approx(alone * (524 - names_px) / 524)
    assert n_blank_px_of(sheet, 540) > blank_px + names_px / 4
    width = legible_width(sheet, 540)
    assert 540 < width < 800
    assert label_px_of(sheet, width) == pytest.approx(LEGIBLE_PX, rel=0.01)


def test_smaller_labels_come_nearer_to_their_pictures() -> None:
    sheet = mosaic_figure(np.zeros((4, 28, 28, 3), np.uint8), ["a", "b", "c", "d"], 4, height=600)
    smaller_px = FONT_SIZE - label_px_of(sheet, 540)
    assert smaller_px > 2
    assert label_shift_px(sheet, 540) == pytest.approx(smaller_px)
    assert label_shift_px(sheet, 1232) == 0
    sheet.update_annotations(text="two<br>lines")
    assert label_shift_px(sheet, 540) == pytest.approx(2.3 * (FONT_SIZE - label_px_of(sheet, 540)))
    sheet.update_annotations(yanchor="top", text="a")
    assert label_shift_px(sheet, 540) == pytest.approx(-1.8 * smaller_px)
    assert label_shift_px(CURVE, 540) == 0


def test_a_sheet_without_labels_keeps_its_width_beside_its_names() -> None:
    sheet = mosaic_figure(np.zeros((4, 28, 28, 3), np.uint8), [], 4, height=600)
    sheet.update_yaxes(ticktext=["a long name of a row of pictures"])
    assert (legible_width(sheet, 540), label_px_of(sheet, 540)) == (540, FONT_SIZE)


def test_titles_of_parts_side_by_side_do_not_touch() -> None:
    titled = make_subplots(cols=3, subplot_titles=["β = 0<br>σ: 0.12 % of the spread"] * 3).update_layout(height=300)
    titled.update_layout(margin={"l": 8, "r": 8})
    pitch_px = 524 * (titled.layout.annotations[1].x - titled.layout.annotations[0].x)
    assert label_px_of(titled, 540) == pytest.approx(pitch_px / (0.6 * len("σ: 0.12 % of the spread")))
    assert legible_width(titled, 540) == 3 * 220
    assert label_px_of(titled, 1232) == FONT_SIZE


def test_a_sheet_whose_labels_would_be_too_small_becomes_wider() -> None:
    strip = mosaic_figure(np.zeros((12, 28, 28, 3), np.uint8), ["a long label"] * 12, 12, height=130)
    width = legible_width(strip, 540)
    assert 540 < width < 780
    assert label_px_of(strip, width) == pytest.approx(LEGIBLE_PX, rel=0.05)
    assert legible_width(CURVE, 540) == 540
