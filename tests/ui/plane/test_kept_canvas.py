"""A canvas that is kept in the address: what is shown of it, and what a user's doing writes there."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from explorer.scenes.canvas_scene import Pin
from explorer.ui.plane import kept_canvas as module


def a_scene(*, is_conditional: bool) -> Any:
    return SimpleNamespace(
        class_names=("a", "b", "c"), class_biases=object() if is_conditional else None, origin=np.zeros(2),
        z_at=lambda pin: np.array([pin.u, pin.v]), pin_at=lambda z: Pin(float(z[0]), float(z[1])),
    )  # fmt: skip


def shown(patch: pytest.MonkeyPatch, scene: Any, link: dict[str, Any], **doing: Any) -> tuple[dict[str, Any], Any]:
    """What the canvas is given, and how it is viewed; doing: what the user does, by callback."""
    given: dict[str, Any] = {}

    def canvas(_: object, key: str, **options: Any) -> Any:
        given.update(options)
        for callback, value in doing.items():
            options[callback](value)
        return options["pinned"]

    patch.setattr(module, "latent_canvas", canvas)
    patch.setattr(module, "read", lambda key, _: link.get(key))
    patch.setattr(module, "write", link.__setitem__)
    patch.setattr(module, "write_text", link.__setitem__)
    return given, module.kept_canvas(scene, "plane", "_left")


def test_a_canvas_is_viewed_as_the_link_says(monkeypatch: pytest.MonkeyPatch) -> None:
    link = {"z_left": (1.0, 2.0), "canvas_left": "points-off", "label_left": "c"}
    given, view = shown(monkeypatch, a_scene(is_conditional=True), link)
    assert (given["pinned"], given["label"], given["view_state"]) == (Pin(1, 2, 0), 2, "points-off")
    assert (view.pinned, view.view_state, view.label) == ((1, 2, 0), "points-off", 2)


def test_of_no_conditional_model_a_class_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    given, view = shown(monkeypatch, a_scene(is_conditional=False), {"label_left": "c"})
    assert (given["pinned"], given["label"], given["view_state"]) == (None, None, None)
    assert (view.pinned, view.view_state, view.label) == (None, "", None)


def test_what_is_done_is_written_into_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    link: dict[str, Any] = {}
    shown(monkeypatch, a_scene(is_conditional=True), link, on_pin=Pin(3, 4, 0), on_label=1, on_view_state="points-off")
    assert link == {"z_left": [3, 4], "canvas_left": "points-off", "label_left": "b"}
    shown(monkeypatch, a_scene(is_conditional=True), link, on_pin=None, on_view_state="")
    assert link == {"z_left": None, "canvas_left": None, "label_left": "b"}
