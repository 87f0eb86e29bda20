"""Embeddings side by side: a sample that is pointed to and samples within an outline are marked in all planes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.embeddings import Embedding
from explorer.analysis.neighbourhoods import K, marked_neighbours
from explorer.data import Dataset
from explorer.figures.theme import class_colour
from explorer.models.fields import Range
from explorer.models.written_numbers import percent
from explorer.scenes.embedding_animation import name_of
from explorer.scenes.latent_scene import bytes_of, image_shape
from explorer.scenes.linked_planes import LinkedPlanes, Marks
from explorer.ui.components.linked_planes.component import linked_planes
from explorer.ui.plane.outline import LASSO, keep_outline, read_outline
from explorer.ui.query_params import read, write

Array = NDArray[np.float32]
SAMPLE, PLANE = "held_sample", "lasso_in"
UNMARKED = (
    "Side by side, a sample under the pointer is marked in every plane, a click holds it, and samples that are "
    "encircled in one plane stand out in all, also one after the other."
)


def linked_planes_of(shown: Sequence[Embedding], train: Dataset, rows: NDArray[np.int64]) -> LinkedPlanes:
    """The planes of the same training samples, by their rows, with their pictures."""
    return LinkedPlanes(
        titles=tuple(name_of(one) for one in shown),
        points=np.stack([one.points for one in shown]),
        labels=train.labels[rows].astype(np.uint8),
        rows=rows,
        class_names=train.class_names,
        colors=tuple(class_colour(label) for label in range(len(train.class_names))),
        images=_levels(train.pixels(rows), train.sample_shape),
        alt=f"{len(rows):,} samples",
    )


def _levels(pixels: Array, sample_shape: tuple[int, ...]) -> NDArray[np.uint8] | None:
    """Pictures of pixels (N, D), (N, H, W) or in colour (N, H, W, 3); None for what is no picture."""
    shape = image_shape(sample_shape)
    return None if shape is None else bytes_of(pixels).reshape(-1, *shape)


def read_marks(planes: LinkedPlanes) -> Marks:
    """What the link marks."""
    sample = read(SAMPLE, Range(int, 0, len(planes.labels) - 1))
    place, outline = read(PLANE, Range(int, 0, len(planes.titles) - 1)), read_outline()
    if place is None or outline is None:
        return Marks(sample)
    return Marks(sample, place, tuple(map(float, outline.ravel())))


def keep_marks(marks: Marks) -> None:
    """Write marks into the link."""
    write(SAMPLE, None if marks.sample is None else [marks.sample])
    write(PLANE, None if marks.plane is None else [marks.plane])
    write(LASSO, None)
    if marks.plane is not None:
        keep_outline(list(zip(marks.corners[::2], marks.corners[1::2], strict=True)))


def show_linked(planes: LinkedPlanes, marks: Marks, key: str) -> None:
    """All planes at once, which share the pointer and the outline."""
    linked_planes(planes, marks, key, keep_marks)


def finding_of_marks(planes: LinkedPlanes, marks: Marks, pixels: Array) -> str:
    """How many samples are marked, and in which planes they lie together; without an outline, what the view can do.

    pixels: (N, D).
    """
    is_marked = planes.within(marks)
    if is_marked is None:
        return UNMARKED
    n_marked, n = int(is_marked.sum()), len(is_marked)
    assert marks.plane is not None
    counted = f"{n_marked:,} of {n:,} samples lie within the outline in the plane of {planes.titles[marks.plane]}."
    if not n_marked:
        return counted
    shares = [
        f"{title} {percent(marked_neighbours(points, is_marked))}"
        for title, points in (*zip(planes.titles, planes.points, strict=True), ("in pixels", pixels))
    ]
    found, chance = ", ".join(shares), percent((n_marked - 1) / (n - 1))
    return f"{counted} Of the {K} nearest neighbours of a marked sample are marked: {found}; by chance {chance}."
