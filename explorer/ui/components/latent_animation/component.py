"""The latent animation as a Streamlit component: frames follow a slider, points move to their next place."""

import hashlib
import json
import struct
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.errors import CanvasError

Array = NDArray[np.float32]
# Half of the plane's side when nothing but the prior's circles is in it.
LEAST_REACH = 2.4
SHOWN_SHARE = 0.99

_FOLDER = Path(__file__).parent
_animation = st.components.v2.component(
    "latent_animation",
    html=(_FOLDER / "latent_animation.html").read_text("utf-8"),
    css=(_FOLDER.parent / "shared" / "player.css").read_text("utf-8")
    + (_FOLDER / "latent_animation.css").read_text("utf-8"),
    js="\n".join((_FOLDER / name).read_text("utf-8") for name in ("chart.js", "plane.js", "latent_animation.js")),
)


@dataclass(frozen=True)
class Curve:
    """A line of the chart; x and y: as many numbers."""

    name: str
    color: str
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Mark:
    """What stands still in the chart, with its name: a point, or a level where x is None."""

    name: str
    color: str
    x: float | None
    y: float


@dataclass(frozen=True)
class Chart:
    """The chart beside the plane; dots: for each frame the points (x, y) where it stands on the curves."""

    curves: tuple[Curve, ...]
    dots: tuple[tuple[tuple[float, float], ...], ...]
    x_title: str
    y_title: str
    marks: tuple[Mark, ...] = ()
    log_x: bool = False
    log_y: bool = False


@dataclass(frozen=True, eq=False)
class LatentAnimation:
    """Everything that moves, frame by frame.

    points: (F, M, 2) of the same M samples; labels: (M,) uint8; images: (F, H, W) uint8, or None; bars: (F, K) nats,
    or None; captions: F. shows_prior: the circles of N(0, I) at 1σ and 2σ belong to this plane.
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

    def __post_init__(self) -> None:
        lengths = {"points": len(self.points), "dots": len(self.chart.dots), "captions": len(self.captions)}
        lengths |= {} if self.images is None else {"images": len(self.images)}
        lengths |= {} if self.bars is None else {"bars": len(self.bars)}
        if len(set(lengths.values())) != 1 or self.points.shape[1] != len(self.labels):
            given = ", ".join(f"{length} {name}" for name, length in lengths.items())
            raise CanvasError(f"The animation has {given}; every part needs one for each frame.")


def latent_animation(animation: LatentAnimation, start: int, key: str) -> int:
    """Show an animation; returns the frame on which its slider was left.

    Another `start` moves the slider there, so keep it while the animation stays.
    """
    result = _animation(key=key, data=pack_latent_animation(animation, start), on_frame_change=_nothing)
    frame = result.get("frame")
    return int(frame) if isinstance(frame, int | float) and 0 <= frame < len(animation.captions) else start


def pack_latent_animation(animation: LatentAnimation, start: int) -> bytes:
    """An animation as bytes: uint32 length of the header, header as JSON, then points, labels and images."""
    images = np.empty((0, 0, 0), np.uint8) if animation.images is None else animation.images
    body = animation.points.astype("<f4").tobytes() + animation.labels.tobytes() + images.tobytes()
    header: dict[str, Any] = {
        "frames": len(animation.captions),
        "samples": len(animation.labels),
        "image": [images.shape[1], images.shape[2]],
        "image_title": animation.image_title,
        "extents": [extent(points, LEAST_REACH if animation.shows_prior else 1e-6) for points in animation.points],
        "classes": list(zip(animation.class_names, animation.colors, strict=True)),
        "axis_labels": animation.axis_labels,
        "chart": asdict(animation.chart),
        "bars": None if animation.bars is None else animation.bars.round(3).tolist(),
        "captions": animation.captions,
        "control": animation.control,
        "alt": animation.alt,
        "shows_prior": animation.shows_prior,
        "transition_ms": animation.transition_ms,
        "start": start,
    }
    header["signature"] = hashlib.sha256(json.dumps(header).encode() + body).hexdigest()[:16]
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 4)
    return struct.pack("<I", len(head)) + head + body


def extent(points: Array, least_reach: float) -> tuple[float, float, float]:
    """The square that nearly all points (M, 2) lie in: its centre and half of its side."""
    low, high = np.quantile(points, [(1 - SHOWN_SHARE) / 2, (1 + SHOWN_SHARE) / 2], axis=0)
    centre, reach = (low + high) / 2, float((high - low).max() / 2) * 1.08
    if reach < least_reach:
        return (0.0, 0.0, least_reach) if np.abs(centre).max() < least_reach else (*centre.tolist(), least_reach)
    return (float(centre[0]), float(centre[1]), reach)


def _nothing() -> None:
    """The page runs again by itself."""
