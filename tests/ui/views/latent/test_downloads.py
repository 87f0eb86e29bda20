"""Grids that are saved: which files are offered, and what each holds."""

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image

from explorer.analysis.latent_plane import quantile_grid, range_grid
from explorer.scenes.latent_scene import LatentScene
from explorer.store import load_checkpoint
from explorer.ui.views.latent import panels


@pytest.mark.parametrize(("label", "stem"), [(None, "digits-ae-2d"), (3, "digits-ae-2d-class3")])
def test_a_grid_by_range_and_one_by_quantile_are_named_after_model_and_class(
    label: int | None, stem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: dict[str, tuple[str, Callable[[], bytes]]] = {}

    def offer(words: str, make: Callable[[], bytes], name: str, kind: str, **_: object) -> None:
        offered[words] = name, make
        assert kind == "image/png"

    monkeypatch.setattr(panels, "st", SimpleNamespace(download_button=offer))
    monkeypatch.setattr(panels, "_class_of_grid", lambda _: label)
    monkeypatch.setattr(panels, "grid_png", lambda *of: of)
    checkpoint, scene = load_checkpoint("digits-ae-2d"), cast("LatentScene", SimpleNamespace())
    panels.download_grids(checkpoint, scene)
    assert {words: name for words, (name, _) in offered.items()} == {
        "Grid by range (PNG)": f"{stem}-grid-by-range.png",
        "Grid by quantile (PNG)": f"{stem}-grid-by-quantile.png",
    }
    made: list[Any] = [make() for _, make in offered.values()]
    assert made == [(checkpoint, scene, grid, (8, 8), label) for grid in (range_grid, quantile_grid)]


@pytest.mark.parametrize("label", [None, 3])
def test_a_grid_is_saved_with_1600_pixels_or_a_little_more(label: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def decoded(model: object, codes: Any, labels: Any) -> Any:
        asked.append((model, codes.shape, None if labels is None else labels.tolist()))
        return np.linspace(0, 1, 400 * 64).reshape(400, 64)

    monkeypatch.setattr(panels, "decoded", decoded)
    scene: Any = SimpleNamespace(plane=SimpleNamespace(lift=lambda places: places), canvas=SimpleNamespace(codes=None))
    checkpoint: Any = SimpleNamespace(model="model")
    saved = panels.grid_png(checkpoint, scene, lambda _, side: np.zeros((side**2, 2), np.float32), (8, 8), label)
    image = Image.open(io.BytesIO(saved))
    assert image.width == image.height
    assert 1600 <= image.width < 1600 + 20 * 10
    assert asked == [("model", (400, 2), None if label is None else [label] * 400)]
