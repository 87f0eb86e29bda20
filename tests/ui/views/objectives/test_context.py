"""The data sets that the objectives' views offer: which come first, and which models belong to one."""

from types import SimpleNamespace
from typing import Any

import pytest

from explorer.models.spec import AESpec, PCASpec
from explorer.ui.views.objectives import context


def source(name: str, *, available: bool, kind: str = "images") -> Any:
    return SimpleNamespace(name=name, kind=kind, available=available, sample_shape=(8, 8))


def model(name: str, dataset: str, *, spec: object = None, shape: tuple[int, ...] = (8, 8)) -> Any:
    return SimpleNamespace(name=name, sample_shape=shape, run=SimpleNamespace(dataset=dataset, model=spec or AESpec()))


def test_data_sets_at_hand_with_models_come_first_the_first_of_them_where_the_page_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = context.START_DATASET
    sources = [
        *(source("gone", available=False), source("untrained", available=True), source("trained", available=True)),
        *(source(start, available=True), source("curve", available=True, kind="curves")),
    ]
    models = [
        *(model("a", start), model("b", "trained"), model("c", "gone"), model("large", start, shape=(28, 28))),
        model("pca", start, spec=PCASpec()),
    ]
    offered: list[str] = []

    def choose_first(key: str, _: str, names: list[str], **__: object) -> str:
        offered.extend(names)
        return names[0] if key == "data" else ""

    monkeypatch.setattr(context, "list_sources", lambda: sources)
    monkeypatch.setattr(context, "visible_models", lambda: models)
    monkeypatch.setattr(context, "choose_in_list", choose_first)
    chosen = context.choose_data()
    assert offered == [start, "trained", "untrained", "gone"]
    assert chosen.source.name == start
    assert list(chosen.infos) == ["a"]
