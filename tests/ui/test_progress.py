"""Bars that are gone when a page ends: how far each says that its work has come."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Self

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer.analysis.measure import Progress
from explorer.data import DownloadProgress
from explorer.ui import dataset_card, results
from explorer.ui.runs import inline_training
from explorer.ui.views.compare import embeddings
from explorer.ui.views.generate import flow


class Page:
    """Stands for Streamlit: what a bar said, what was drawn, and what is kept for the session."""

    def __init__(self, theme: str = "dark") -> None:
        self.bars: list[tuple[float, str]] = []
        self.drawn: list[object] = []
        self.session_state: dict[str, Any] = {}
        self.context = SimpleNamespace(theme=SimpleNamespace(type=theme))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def empty(self) -> "Page":
        return self

    container = empty

    def progress(self, share: float, text: str) -> "Page":
        self.bars.append((share, text))
        return self

    def plotly_chart(self, figure: object, **_: object) -> None:
        self.drawn.append(figure)

    def button(self, *_: object, **__: object) -> bool:
        return False


def test_a_download_says_how_much_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset_card, "st", page := Page())
    steps = [("a", 0, 8_000_000), ("a", 2_000_000, 8_000_000), ("a", 9_000_000, 8_000_000), ("b", 3_460_000, None)]
    monkeypatch.setattr(dataset_card, "download", lambda _: [DownloadProgress(*step) for step in steps])
    dataset_card._download(SimpleNamespace(name="mnist", title="MNIST"))  # type: ignore[arg-type]
    assert page.bars == [
        (0.0, "Asking for MNIST …"),
        (0.0, "a: 0.0 of 8.0 MB"),
        (0.25, "a: 2.0 of 8.0 MB"),
        (1.0, "a: 9.0 of 8.0 MB"),
        (0.0, "b: 3.5 MB"),
    ]


def test_a_computation_says_what_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "st", page := Page())
    assert results._drained("Measuring", iter([Progress(0.25, "a", None), Progress(1.0, "b", 42)])) == 42
    assert page.bars == [(0.0, "Measuring"), (0.25, "Measuring: a …"), (1.0, "Measuring: b …")]


def test_a_training_draws_its_first_picture_and_then_one_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inline_training, "st", page := Page())
    now = 0.0
    monkeypatch.setattr(inline_training, "time", SimpleNamespace(perf_counter=lambda: now))
    show = inline_training._picture(lambda stage: f"after {stage.step}", "", "at first")
    for step, moment in ((10, 0.0), (20, 0.1), (30, 0.25), (40, 0.3), (2000, 0.5)):
        now = moment
        show(SimpleNamespace(step=step, n_steps=2000, mse=0.5 / step))  # type: ignore[arg-type]
    assert page.drawn == ["at first", "after 10", "after 30", "after 2000"]
    assert page.bars[:2] == [(0.0, "Getting ready …"), (0.005, "Step 10 of 2,000, test MSE 0.0500")]
    assert page.bars[-1][0] == 1.0
    inline_training._picture(str, "", None)
    assert len(page.drawn) == 4


@pytest.mark.parametrize(("theme", "is_inked"), [("dark", False), ("light", True)])
def test_a_picture_of_a_training_has_ink_on_a_light_page(
    theme: str, is_inked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inline_training, "st", Page(theme))
    monkeypatch.setattr(inline_training, "in_ink", lambda _: "inked")
    figure = go.Figure()
    assert inline_training._inked(figure) == ("inked" if is_inked else figure)


def test_what_was_learned_is_watched_again_and_what_was_stopped_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inline_training, "st", page := Page())
    kept: dict[object, tuple[int, ...]] = {"ended": (1, 2)}
    monkeypatch.setattr(inline_training, "known", kept.get)
    page.session_state[inline_training._STOPPED] = ("stopped", [3])
    learned: list[Any] = [inline_training.learned(key) for key in ("ended", "stopped", "other")]
    assert learned == [(1, 2), (3,), ()]
    said = []
    page.button = lambda label, **look: said.append((label, look["type"]))  # type: ignore[assignment,method-assign]
    for key in ("ended", "stopped", "other"):
        inline_training.train_button(key, 4)
    assert said == [
        *[("Watch it learn (4 s)", "secondary")] * 2,
        ("Train the autoencoder (4 s)", "primary"),
    ]


def test_a_drawn_flow_is_trained_in_the_first_half_and_tested_in_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(*_: object) -> Iterator[Progress[str]]:
        yield from (Progress(0.5, "half", ""), Progress(1.0, "whole", "found"))

    monkeypatch.setattr(flow, "flow_steps", half)
    monkeypatch.setattr(flow, "euler_quality", half)
    codes = np.zeros((3, 2), np.float32)
    steps = list(flow._drawn_steps(codes, codes))
    assert [step.fraction for step in steps] == [0.25, 0.5, 0.75, 1.0]
    assert [step.result and step.result.title for step in steps] == [None, None, "the drawing", "the drawing"]
    last: Any = steps[-1].result
    assert (last.flow, last.quality) == ("found", "found")


def test_umap_is_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "neighbourhoods", lambda pixels: pixels)
    monkeypatch.setattr(embeddings, "umap_embedding", lambda near, pca: (near, pca))
    planes = SimpleNamespace(train=SimpleNamespace(pixels=lambda rows: f"pixels of {rows}"), rows="all")
    steps = list(embeddings.Planes.umap(planes, "pca"))  # type: ignore[arg-type]
    assert [(step.fraction, step.result) for step in steps] == [(0.0, None), (1.0, ("pixels of all", "pca"))]
