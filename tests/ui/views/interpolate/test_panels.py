"""Numbers and frames of a walk."""

import numpy as np
import pytest

from explorer.figures.theme import MUTED
from explorer.scenes.interpolation_view import InterpolationView, Row
from explorer.ui.views.interpolate import panels
from explorer.ui.views.interpolate.panels import N_FRAMES, N_FRAMES_OF_AXES, STEPS, _n_frames, _of_shell, _show, _text


@pytest.mark.parametrize("most", [N_FRAMES, N_FRAMES_OF_AXES])
@pytest.mark.parametrize("n", range(STEPS[0], STEPS[1] + 1))
def test_equally_spaced_steps_fall_on_frames_of_which_there_are_no_more_than_needed(n: int, most: int) -> None:
    frames = _n_frames(n, most)
    assert np.linspace(0, frames - 1, n) == pytest.approx(np.linspace(0, frames - 1, n).round())
    assert most - (n - 1) < frames - 1 <= most


@pytest.mark.parametrize(
    ("value", "text"), [(0.004, "0.00"), (-0.004, "0.00"), (-1.234, "−1.23"), (2, "2.00"), (-0.006, "−0.01")]
)
def test_a_small_number_has_no_sign(value: float, text: str) -> None:
    assert _text(value) == text


@pytest.mark.parametrize(
    ("middle", "of_arc", "words"),
    [(2.0, 2.5, "keeps this distance"), (1.9, 2.0, "the spherical path is not"), (1.9, 1.9, "both paths are nearer")],
)
def test_which_path_goes_nearer_to_0_than_the_draws(middle: float, of_arc: float, words: str) -> None:
    assert words in _of_shell(middle, of_arc, low=2.0)


@pytest.mark.parametrize(("left_at", "written"), [(0, []), (15, [("at", [0.25])]), (60, [("at", [1.0])])])
def test_the_link_keeps_the_share_of_the_path(
    left_at: int, written: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[object] = []
    monkeypatch.setattr(panels, "read", lambda *_: None)
    monkeypatch.setattr(panels, "kept_frame", lambda *_: left_at)
    monkeypatch.setattr(panels, "write", lambda *pair: said.append(pair))
    row = Row("codes", "", MUTED, "solid", np.zeros((61, 2, 2, 3), np.uint8), None)
    _show(InterpolationView((row,), ("0", "1"), ("",) * 61, "Position", "a walk", None, None), "a walk")
    assert said == written
