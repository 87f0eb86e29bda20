"""A choice that another model or data set left behind gives way to the first where it is not offered."""

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from explorer.ui import linked_widgets, sample_picker
from explorer.ui.views.applications import anomaly
from explorer.ui.views.compare import context as compare
from explorer.ui.views.compare import strip
from explorer.ui.views.pca import probabilistic

Patch = pytest.MonkeyPatch
TEST: Any = SimpleNamespace(class_names=("a", "b"), labels=np.array([0, 1]), pixels=lambda: np.zeros((2, 3)))
CONTEXT: Any = SimpleNamespace(name="a model", train=(), test=TEST)


def left_after(patch: Patch, module: ModuleType, choose: Callable[[], object], key: str, left: object) -> object:
    """What a key holds once its widget was shown, where the session held `left`; None for nothing."""
    state = {} if left is None else {key: left}
    widgets: dict[str, Any] = {
        "number_input": lambda *_, **__: 0,
        "selectbox": lambda _, options, *__, **___: options[0],
        "segmented_control": lambda *_, **__: None,
        "markdown": lambda _: None,
    }
    shown = SimpleNamespace(session_state=state, **widgets)
    patch.setattr(linked_widgets, "bound", lambda *_: {})
    for where in (linked_widgets, module):
        patch.setattr(where, "st", shown)
    choose()
    return state.get(key)


@pytest.mark.parametrize(("left", "kept"), [(None, None), (4, 4), (5, 0)])
@pytest.mark.parametrize(
    ("module", "choose"),
    [
        (strip, lambda: strip._choose_sample(5)),
        (probabilistic, lambda: probabilistic._choose_sample(5)),
        (sample_picker, lambda: sample_picker.keep_within([0] * 5)),  # type: ignore[arg-type]
    ],
)
def test_a_sample_beyond_the_last_becomes_the_first(
    module: ModuleType, choose: Callable[[], object], left: int | None, kept: int | None, monkeypatch: Patch
) -> None:
    assert left_after(monkeypatch, module, choose, "sample", left) == kept


@pytest.mark.parametrize(("left", "kept"), [(None, None), ("a", "a"), ("b", "b"), ("c", "a")])
def test_a_class_that_is_not_there_becomes_the_first(left: str | None, kept: str | None, monkeypatch: Patch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(anomaly, "left_out_key", lambda *of: of)
    monkeypatch.setattr(anomaly, "measured_on_demand", lambda *of: asked.append(of))
    assert left_after(monkeypatch, anomaly, lambda: anomaly._left_out(CONTEXT), "left_out", left) == kept
    ((key, label, title, _, seconds),) = asked
    assert key == ((), TEST, 0)
    assert label == title == "Train without class a"
    assert seconds == anomaly.SMALL_REFERENCE_S


@pytest.mark.parametrize(
    ("takes_drawings", "left", "kept"),
    [
        (True, anomaly.DRAWING, anomaly.DRAWING),
        (False, anomaly.DRAWING, anomaly.LEFT_OUT),
        (False, anomaly.OTHER, anomaly.OTHER),
        (False, None, None),
    ],
)
def test_a_drawing_is_no_anomaly_where_none_can_be_made(
    takes_drawings: bool, left: str | None, kept: str | None, monkeypatch: Patch
) -> None:
    monkeypatch.setattr(anomaly, "takes_drawings", lambda _: takes_drawings)
    assert left_after(monkeypatch, anomaly, lambda: anomaly._choose_kind(CONTEXT), "foreign", left) == kept


@pytest.mark.parametrize(("left", "kept"), [(None, None), ("8", "8"), ("16", "2")])
def test_a_number_of_dimensions_without_models_becomes_the_first(
    left: str | None, kept: str | None, monkeypatch: Patch
) -> None:
    found: dict[str, Any] = {"digits": {2: ("ae-2d",), 8: ("ae-8d",)}}
    assert left_after(monkeypatch, compare, lambda: compare.choose_k(found), "same_k", left) == kept
