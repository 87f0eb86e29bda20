"""Planes of the same samples side by side, as they travel to the browser."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.lasso import Mask, inside
from explorer.errors import CanvasError
from explorer.scenes.extent import square_extent
from explorer.scenes.message import Message, make_message

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Marks:
    """What is marked in all planes: a sample by its place among the samples, and an outline in one of the planes.

    corners: x and y in turn, in the units of that plane; none without a plane.
    """

    sample: int | None = None
    plane: int | None = None
    corners: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class LinkedPlanes:
    """The same N samples in F planes.

    points: (F, N, 2); labels: (N,) uint8; rows: (N,), their numbers in their split; images: (N, H, W) or
    (N, H, W, 3) uint8, or None. Raises CanvasError for parts that do not have the same planes or samples.
    """

    titles: tuple[str, ...]
    points: Array
    labels: NDArray[np.uint8]
    rows: NDArray[np.int64]
    class_names: tuple[str, ...]
    colors: tuple[str, ...]
    images: NDArray[np.uint8] | None
    alt: str

    def __post_init__(self) -> None:
        lengths = {len(self.labels), len(self.rows), self.points.shape[1]}
        lengths |= set() if self.images is None else {len(self.images)}
        if len(lengths) != 1 or len(self.titles) != len(self.points):
            raise CanvasError(
                f"Linked planes have {len(self.titles)} titles for {len(self.points)} planes, and "
                f"{', '.join(map(str, sorted(lengths)))} samples; every plane needs one title and the same samples."
            )

    def within(self, marks: Marks) -> Mask | None:
        """Which samples the outline holds, (N,); None without one."""
        if marks.plane is None:
            return None
        return inside(self.points[marks.plane], np.array(marks.corners, np.float32).reshape(-1, 2))


def linked_planes_message(planes: LinkedPlanes) -> Message:
    """Planes as a message: `points` (F, N, 2), `labels` (N,) and, where there are any, `images`."""
    arrays: dict[str, NDArray[Any]] = {"points": planes.points.astype(np.float32), "labels": planes.labels}
    if planes.images is not None:
        arrays["images"] = planes.images
    facts = {name: getattr(planes, name) for name in ("titles", "class_names", "colors", "alt")} | {
        "extents": [square_extent(points) for points in planes.points],
        "rows": planes.rows.tolist(),
    }
    return make_message(facts, arrays, compressed=("images",))
