"""What a link may mark in linked planes, and what marks write into it."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from explorer.scenes.linked_planes import Marks
from explorer.ui.plane.outline import LASSO
from explorer.ui.views.compare import linked

PLANES: Any = SimpleNamespace(labels=[0] * 10, titles=("PCA", "t-SNE", "AE"))
OUTLINE = np.array([[0, 0], [1, 0], [1, 2]], np.float32)


@pytest.mark.parametrize(
    ("linked_to", "outline", "marks"),
    [
        ({}, None, Marks()),
        ({linked.SAMPLE: 4, linked.PLANE: 2}, OUTLINE, Marks(4, 2, (0, 0, 1, 0, 1, 2))),
        ({linked.SAMPLE: 4, linked.PLANE: 2}, None, Marks(4)),
        ({linked.SAMPLE: 4}, OUTLINE, Marks(4)),
    ],
)
def test_a_link_marks_one_of_the_samples_in_one_of_the_planes(
    linked_to: dict[str, int], outline: Any, marks: Marks, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed: dict[str, str] = {}

    def read(key: str, limits: object) -> int | None:
        allowed[key] = str(limits)
        return linked_to.get(key)

    monkeypatch.setattr(linked, "read", read)
    monkeypatch.setattr(linked, "read_outline", lambda: outline)
    assert linked.read_marks(PLANES) == marks
    assert allowed == {linked.SAMPLE: "a whole number from 0 to 9", linked.PLANE: "a whole number from 0 to 2"}


@pytest.mark.parametrize(
    ("marks", "written", "kept"),
    [
        (Marks(), {linked.SAMPLE: None, linked.PLANE: None}, []),
        (Marks(4), {linked.SAMPLE: [4], linked.PLANE: None}, []),
        (
            Marks(None, 2, (0, 0, 1, 0, 1, 2)),
            {linked.SAMPLE: None, linked.PLANE: [2]},
            [[(0, 0), (1, 0), (1, 2)]],
        ),
    ],
)
def test_marks_are_written_into_the_link(
    marks: Marks, written: dict[str, Any], kept: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    link: dict[str, Any] = {}
    outlines: list[Any] = []
    monkeypatch.setattr(linked, "write", link.__setitem__)
    monkeypatch.setattr(linked, "keep_outline", outlines.append)
    linked.keep_marks(marks)
    assert link == {**written, LASSO: None}
    assert outlines == kept
