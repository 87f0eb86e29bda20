"""The latent animation: a plane whose points move to their next place, decoded images, a chart and bars."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import CanvasError
from explorer.scenes.extent import Extent, square_extent
from explorer.scenes.message import make_message

Array = NDArray[np.float32]
# Half of the plane's side when nothing but the prior's circles is in it.
LEAST_REACH = 2.4


@dataclass(frozen=True)
class Curve:
    """A line of the chart; x and y: as many numbers."""

    name: str
    color: str
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Mark:
    """What stands still in the chart, with its name: a point, a level where x is None, a moment where y is None."""

    name: str
    color: str
    x: float | None
    y: float | None


@dataclass(frozen=True)
class Chart:
    """The chart beside the plane; dots: for each frame the points (x, y) where it stands on the curves.

    y_least: where the axis begins, below which nothing is drawn; None for the lowest value.
    """

    curves: tuple[Curve, ...]
    dots: tuple[tuple[tuple[float, float], ...], ...]
    x_title: str
    y_title: str
    marks: tuple[Mark, ...] = ()
    log_x: bool = False
    log_y: bool = False
    y_least: float | None = None


@dataclass(frozen=True, eq=False)
class FlowLines:
    """What a flow draws over its plane: its velocity in each frame, and paths that stand still.

    arrows: from where to where (F, A, 2, 2), A may be 0; straight: dashed lines (P, 2, 2); curved: lines (P, T, 2).
    """

    color: str
    arrows: Array
    straight: Array
    curved: Array


@dataclass(frozen=True, eq=False)
class LatentAnimation:
    """Everything that moves, frame by frame.

    points: (F, M, 2) of the same M samples; labels: (M,) uint8; images: (F, H, W) or (F, H, W, 3) uint8, or
    None; bars: (F, K) nats, or None; captions: F. shows_prior: the circles of N(0, I) at 1σ and 2σ belong to this
    plane. extent: what all frames show, None for what each needs. marked: (M,) uint8, 1 for the samples that stand
    out, or None.
    Raises CanvasError for parts that do not have the same frames.
    """

    points: Array
    labels: NDArray[np.uint8]
    class_names: tuple[str, ...]
    colors: tuple[str, ...]
    axis_labels: tuple[str, str]
    chart: Chart
    captions: tuple[str, ...]
    control: str
    alt: str
    images: NDArray[np.uint8] | None = None
    image_title: str = ""
    bars: Array | None = None
    shows_prior: bool = False
    transition_ms: int = 900
    extent: Extent | None = None
    flow_lines: FlowLines | None = None
    marked: NDArray[np.uint8] | None = None

    def __post_init__(self) -> None:
        lengths = {"points": len(self.points), "dots": len(self.chart.dots), "captions": len(self.captions)}
        lengths |= {} if self.images is None else {"images": len(self.images)}
        lengths |= {} if self.bars is None else {"bars": len(self.bars)}
        lengths |= {} if self.flow_lines is None else {"arrows": len(self.flow_lines.arrows)}
        if len(set(lengths.values())) != 1 or self.points.shape[1] != len(self.labels):
            given = ", ".join(f"{length} {name}" for name, length in lengths.items())
            raise CanvasError(f"The animation has {given}; every part needs one for each frame.")


def pack_latent_animation(animation: LatentAnimation, start: int) -> bytes:
    """An animation as a message: `points` (F, M, 2), `labels` (M,), and where there are any `images` and `marked`.

    A flow's lines are `arrows` (F, A, 2, 2), `straight` (P, 2, 2) and `curved` (P, T, 2).
    """
    arrays: dict[str, NDArray[Any]] = {"points": animation.points.astype(np.float32), "labels": animation.labels}
    if animation.images is not None:
        arrays["images"] = animation.images
    if animation.marked is not None:
        arrays["marked"] = animation.marked
    if (lines := animation.flow_lines) is not None:
        arrays |= {"arrows": lines.arrows, "straight": lines.straight, "curved": lines.curved}
    copied = ("class_names", "colors", "axis_labels", "captions", "control", "alt", "image_title")
    facts = {name: getattr(animation, name) for name in (*copied, "shows_prior", "transition_ms")} | {
        "extents": [animation.extent or shown_extent(points, animation.shows_prior) for points in animation.points],
        "line_color": "" if lines is None else lines.color,
        "chart": asdict(animation.chart),
        "bars": None if animation.bars is None else animation.bars.round(3).tolist(),
        "start": start,
    }
    return make_message(facts, arrays).to_bytes()


def shown_extent(points: Array, shows_prior: bool) -> Extent:
    """The square around nearly all points (M, 2), no smaller than the prior's circles where the plane shows them."""
    u, v, half = square_extent(points)
    if not shows_prior or half >= LEAST_REACH:
        return u, v, half
    return (0.0, 0.0, LEAST_REACH) if max(abs(u), abs(v)) < LEAST_REACH else (u, v, LEAST_REACH)
