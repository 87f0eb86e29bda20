"""Pictures of objectives: what is drawn is what was measured."""

import base64
import io

import numpy as np
import plotly.graph_objects as go
import pytest
from numpy.typing import NDArray
from PIL import Image

from explorer.analysis.contraction import CodeChanges, Directions
from explorer.analysis.denoising import RestorationErrors
from explorer.analysis.identity import KINDS, NOISE_STDS, Copies, Copying
from explorer.analysis.measure import Interval
from explorer.figures.objectives import (
    OBJECTIVE_HUE,
    PLAIN_HUE,
    code_changes_figure,
    code_figure,
    copies_figure,
    directions_figure,
    features_figure,
    firing_figure,
    kept_figure,
    response_figure,
    restoration_figure,
    spectrum_figure,
    units_figure,
)
from explorer.figures.theme import MUTED
from tests.figures.frames import frames_of

RNG = np.random.default_rng(0)
HUES = {"plain": PLAIN_HUE, "own": OBJECTIVE_HUE}


def values_of(trace: go.Scatter | go.Bar) -> list[float]:
    return [float(value) for value in trace.y]


def test_restoration_draws_the_null_and_each_model_and_marks_the_level() -> None:
    errors = RestorationErrors((0.0, 0.5), np.array([0, 0.2]), {"plain": np.array([0.1, 0.2]), "own": np.ones(2)})
    figure = restoration_figure(errors, HUES, 0.5, "noise", 250)
    assert [trace.name for trace in figure.data] == ["corrupted image", "plain", "own"]
    assert values_of(figure.data[0]) == [0, 0.2]
    assert [values_of(trace) for trace in figure.data[1:]] == [[0.1, 0.2], [1, 1]]
    assert [list(trace.x) for trace in figure.data] == [[0, 0.5]] * 3
    assert [trace.line.color for trace in figure.data] == [MUTED, PLAIN_HUE, OBJECTIVE_HUE]
    assert figure.layout.shapes[0].x0 == figure.layout.shapes[0].x1 == 0.5
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("noise", "MSE to the clean image")


def test_firing_bars_fall_and_the_wanted_rate_is_a_line() -> None:
    figure = firing_figure(np.array([0.1, 0.7, 0.3]), 0.2, "ρ = 0.2", "share", 200)
    assert values_of(figure.data[0]) == [0.7, 0.3, 0.1]
    assert figure.layout.shapes[0].y0 == 0.2
    assert figure.layout.annotations[0].text == "ρ = 0.2"
    assert not firing_figure(np.array([0.1]), None, "", "share", 200).layout.shapes


def test_code_has_a_bar_for_each_unit_in_its_order() -> None:
    assert values_of(code_figure(np.array([0, 2.0, -1]), 200).data[0]) == [0, 2, -1]


@pytest.mark.parametrize("largest", [8, 64])
def test_units_are_counted_on_a_logarithmic_axis_up_to_the_widest_code(largest: int) -> None:
    figure = units_figure((1, largest), {"plain": np.array([0.2, 0.1])}, HUES, 200)
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.xaxis.tickvals == tuple(n for n in (1, 2, 5, 10, 20, 50, 100, 200) if n <= largest)


def test_spectra_share_a_logarithmic_axis() -> None:
    figure = spectrum_figure({"plain": np.array([3, 1.0]), "own": np.array([2, 0.1])}, HUES, "value", 200)
    assert figure.layout.yaxis.type == "log"
    assert [trace.line.color for trace in figure.data] == [PLAIN_HUE, OBJECTIVE_HUE]
    assert [values_of(trace) for trace in figure.data] == [[3, 1], [2, 0.1]]
    assert list(figure.layout.yaxis.ticktext) == ["0.1", "0.2", "0.5", "1", "2"]
    assert figure.layout.yaxis.title.text == "value"


def test_a_spectrum_of_zeros_is_drawn() -> None:
    assert not spectrum_figure({"plain": np.zeros(2)}, HUES, "value", 200).layout.yaxis.tickvals


def test_directions_are_labelled_with_their_singular_values() -> None:
    found = Directions(np.array([2.5, 1, 0.5], np.float32), RNG.standard_normal((3, 16)).astype(np.float32))
    rows = [("a", np.zeros((4, 4)), found), ("b", np.ones((4, 4)), found)]
    figure = directions_figure(rows, 2, (4, 4), 300)
    assert [note.text for note in figure.layout.annotations] == ["a", "2.5", "1", "b", "2.5", "1"]


def test_features_are_one_picture() -> None:
    assert len(features_figure(RNG.standard_normal((7, 4, 4)), 3, 300).data) == 1


def pixels_of(figure: go.Figure) -> NDArray[np.int64]:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(figure.data[0].source.split(",")[1]))), np.int64)


def test_a_feature_is_orange_where_it_adds_light_and_blue_where_it_takes_it_away() -> None:
    added, taken = pixels_of(features_figure(np.array([[[1.0, -1.0]]]), 1, 300))[0, :, :3]
    assert added[0] > added[2]
    assert taken[2] > taken[0]


def test_a_row_of_directions_begins_with_its_picture_in_grey_and_goes_on_by_falling_value() -> None:
    found = Directions(np.array([2.5, 1], np.float32), np.array([[1, -1], [-1, 1]], np.float32))
    figure = directions_figure([("plain", np.array([[0.0, 1.0]]), found)], 2, (1, 2), 300)
    last = pixels_of(figure)[-1]
    starts = [int(frame.x0 + 0.5) for frame in frames_of(figure)]
    assert [last[start, :3].tolist() for start in starts[:1]] == [[0, 0, 0]]
    assert last[starts[0] + 1, :3].tolist() == [255, 255, 255]
    signs = [int(np.sign(last[start, 0] - last[start, 2])) for start in starts[1:]]
    assert signs == [1, -1]
    assert [note.text for note in figure.layout.annotations] == ["plain", "2.5", "1"]


def test_errors_by_units_and_codes_have_their_axes_and_hues() -> None:
    figure = units_figure((1, 8), {"plain": np.array([0.2, 0.1])}, HUES, 200)
    assert (list(figure.data[0].x), values_of(figure.data[0])) == ([1, 8], [0.2, 0.1])
    assert figure.data[0].line.color == PLAIN_HUE
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("units kept of each code", "test MSE")
    code = code_figure(np.array([0, 2.0, -1]), 200)
    assert list(code.data[0].x) == [1, 2, 3]
    assert (code.layout.xaxis.title.text, code.layout.yaxis.title.text) == ("unit of the code", "activation z")


def copies() -> Copies:
    def network(title: str, kept: tuple[float, float], passed: float) -> Copying:
        intervals = tuple(Interval(value, value - 0.02, value + 0.01) for value in kept)
        pictures = np.full((2, 16), passed, np.float32)
        return Copying(title, 3, intervals, np.full(len(NOISE_STDS), passed, np.float32), passed / 2, pictures)

    inputs = np.stack([np.zeros(16), np.ones(16)]).astype(np.float32)
    return Copies(inputs, (network("narrow", (0.7, 0.2), 0.25), network("wide", (0.9, 0.8), 0.75)), 5)


def test_what_is_kept_has_a_bar_for_each_kind_with_its_interval() -> None:
    fig = kept_figure(copies(), 200)
    assert [bar.name for bar in fig.data] == list(KINDS)
    assert [list(bar.y) for bar in fig.data] == [[0.7, 0.9], [0.2, 0.8]]
    assert list(fig.data[0].x) == ["narrow", "wide"]
    assert list(fig.data[1].error_y.arrayminus) == pytest.approx([0.02, 0.02])
    assert list(fig.data[1].error_y.array) == pytest.approx([0.01, 0.01])
    assert fig.layout.yaxis.title.text == "variance kept"


def test_responses_are_against_the_noise_with_their_limit_dotted() -> None:
    fig = response_figure(copies(), ["wide"], {"wide": PLAIN_HUE}, 200)
    assert [line.name for line in fig.data] == ["wide"]
    assert list(fig.data[0].x) == list(NOISE_STDS)
    assert list(fig.data[0].y) == [0.75] * len(NOISE_STDS)
    assert [shape.y0 for shape in fig.layout.shapes] == [0.375]
    assert fig.layout.xaxis.type == "log"
    assert fig.layout.xaxis.title.text == "standard deviation of δ"


def test_copies_stand_below_their_networks_the_shuffled_picture_in_the_second_row() -> None:
    fig = copies_figure(copies(), (4, 4), 200)
    assert [label.text for label in fig.layout.annotations] == ["x", "narrow", "wide", "", "", ""]
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(fig.data[0].source.split(",")[1]))).convert("L"))
    inputs, narrow, wide = (picture[:, round(label.x)] for label in fig.layout.annotations[:3])
    assert set(narrow.tolist()) == {0, 64}  # 0: the transparent gaps
    assert set(wide.tolist()) == {0, 191}
    assert inputs.argmax() > len(inputs) / 2


def test_codes_that_move_stand_under_their_bound() -> None:
    moved = np.array([[0.1, 0.3], [0.2, 0.6]])
    plain = CodeChanges(np.array([0.1, 1.0]), moved, 2 * moved, np.array([4.0, 6.0]))
    own = CodeChanges(plain.lengths, moved / 2, moved, np.array([1.0, 3.0]))
    figure = code_changes_figure({"plain": plain, "own": own}, HUES, 400)
    assert [trace.name for trace in figure.data] == [
        f"{model}: {line}" for model in ("plain", "own") for line in ("‖J‖ ‖δ‖", "leading δ", "random δ")
    ]
    assert [trace.line.dash for trace in figure.data[:3]] == ["dash", "solid", "solid"]
    np.testing.assert_allclose([values_of(trace) for trace in figure.data[:3]], [[0.5, 5], [0.4, 0.8], [0.2, 0.4]])
    np.testing.assert_allclose([values_of(trace) for trace in figure.data[3:]], [[0.2, 2], [0.2, 0.4], [0.1, 0.2]])
    assert [trace.line.color for trace in figure.data] == [PLAIN_HUE] * 3 + [OBJECTIVE_HUE] * 3
    assert (figure.layout.xaxis.type, figure.layout.yaxis.type) == ("log", "log")
    assert figure.layout.yaxis.title.text == "‖f(x + δ) − f(x)‖ / spread of z"
