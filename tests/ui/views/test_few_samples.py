"""Where a data set or a model is small, views offer and count no more than there is."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from explorer.errors import AnalysisError
from explorer.models.spec import AESpec
from explorer.ui.views.applications import anomaly
from explorer.ui.views.generate.two_sides import first_of_pictures
from explorer.ui.views.holes import panels as holes
from explorer.ui.views.interpolate import panels as interpolate
from explorer.ui.views.objectives import sparse


class Enough(Exception):  # noqa: N818 - no error
    """What comes later is not asked for."""


@pytest.mark.parametrize(("n_test", "first", "second"), [(1, 0, 0), (5, 2, 4), (18, 2, 17), (19, 2, 18), (99, 2, 18)])
def test_a_path_between_test_samples_begins_and_ends_at_one_of_them(
    n_test: int, first: int, second: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, tuple[int, ...]] = {}

    def choose_number(key: str, _: str, *limits_and_start: int, **__: object) -> int:
        asked[key] = limits_and_start
        return limits_and_start[-1]

    def checkpoint_of(n: int) -> Any:
        return SimpleNamespace(codes=SimpleNamespace(test=np.zeros((n, 2))), header=SimpleNamespace(sample_shape=(3,)))

    monkeypatch.setattr(holes, "choose_number", choose_number)
    monkeypatch.setattr(holes, "checkpoint_of", checkpoint_of)
    monkeypatch.setattr(holes, "st", SimpleNamespace(container=lambda **_: nullcontext()))
    sides: Any = [SimpleNamespace(info=n_test + more) for more in (3, 0)]
    holes.show_walk(sides)
    assert asked == {"from": (0, n_test - 1, first), "to": (0, n_test - 1, second)}


@pytest.mark.parametrize(
    ("latent_dim", "counts"), [(1, (1,)), (6, (1, 2, 3, 5, 6)), (7, (1, 2, 3, 5, 7)), (8, (1, 2, 3, 5, 7, 8))]
)
def test_units_are_kept_in_steps_up_to_all_of_them(
    latent_dim: int, counts: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, ...]] = []

    def error_curves(_info: object, _context: object, counts: tuple[int, ...]) -> None:
        asked.append(counts)
        raise Enough

    monkeypatch.setattr(sparse, "spec_of", lambda _: AESpec(latent_dim=latent_dim))
    monkeypatch.setattr(sparse, "_error_curves", error_curves)
    context: Any = None
    with pytest.raises(Enough):
        sparse._show_errors(context, context)
    assert asked == [counts]


@pytest.mark.parametrize(("n_classes", "starts"), [(10, [8, 3]), (9, [8, 3]), (4, [3, 2]), (2, [1, 0])])
def test_the_class_that_is_added_and_the_one_that_is_taken_away_differ_where_there_are_two(
    n_classes: int, starts: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def choose_in_list(_key: str, _label: str, options: tuple[str, ...], start: str, **_: object) -> str:
        asked.append(options.index(start))
        return start

    def choose_steps() -> None:
        raise Enough

    monkeypatch.setattr(interpolate, "st", SimpleNamespace(session_state={}))
    monkeypatch.setattr(interpolate, "low_row", nullcontext)
    monkeypatch.setattr(interpolate, "choose_in_list", choose_in_list)
    monkeypatch.setattr(interpolate, "choose_sample", lambda *_: None)
    monkeypatch.setattr(interpolate, "_choose_steps", choose_steps)
    model: Any = SimpleNamespace(class_names=tuple("abcdefghij"[:n_classes]))
    with pytest.raises(Enough):
        interpolate.attributes(model)
    assert asked == starts


@pytest.mark.parametrize(("left", "kept"), [(None, None), ("b", "b"), ("k", None)])
def test_a_class_of_another_model_is_let_go(
    left: str | None, kept: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = {} if left is None else {"plus": left}
    monkeypatch.setattr(interpolate, "st", SimpleNamespace(session_state=state))
    monkeypatch.setattr(interpolate, "choose_in_list", lambda _key, _label, _options, start, **_: start)
    model: Any = SimpleNamespace(class_names=("a", "b"))
    assert interpolate._choose_class(model, "plus", "Add class", 1) == 1
    assert state.get("plus") == kept


def test_codes_of_one_dimension_have_no_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    def checkpoint_of(_: object) -> Any:
        return SimpleNamespace(header=SimpleNamespace(sample_shape=(8, 8)), model=SimpleNamespace(latent_dim=1))

    def grid_pictures(*_: object) -> None:
        raise Enough

    monkeypatch.setattr(holes, "checkpoint_of", checkpoint_of)
    monkeypatch.setattr(holes, "grid_pictures", grid_pictures)
    side: Any = SimpleNamespace(info="k1")
    holes.show_grid(side)


def test_one_class_has_no_attribute() -> None:
    model: Any = SimpleNamespace(class_names=("Face",))
    with pytest.raises(AnalysisError, match="one class only"):
        interpolate.attributes(model)


def test_draws_begin_with_a_model_of_pictures() -> None:
    models: Any = {name: SimpleNamespace(sample_shape=shape) for name, shape in (("days", (24,)), ("digits", (8, 8)))}
    assert first_of_pictures(models) == "digits"
    assert first_of_pictures({"days": models["days"]}) == "days"


def test_a_class_that_divides_no_test_images_is_not_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(anomaly, "choose_in_list", lambda *_: "a")
    shown = SimpleNamespace(session_state={}, info=lambda text, **_: said.append(text))
    monkeypatch.setattr(anomaly, "st", shown)
    for labels in ([0, 0, 0], [1, 1, 1]):
        context: Any = SimpleNamespace(test=SimpleNamespace(class_names=("a", "b"), labels=np.array(labels)))
        assert anomaly._left_out(context) is None
    assert said == [anomaly.undivided("a", 3), anomaly.undivided("a", 0)]
