"""Turning a direction in a cloud as a Streamlit component; what is kept and lost at each degree comes from Python."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.pca import project
from explorer.figures.theme import ERROR, MUTED, TEST
from explorer.ui.components.shared.registration import register, stay

N_DEGREES = 360

_dial = register(Path(__file__).parent)


def direction_dial(
    cloud: NDArray[np.float64], axes: Sequence[tuple[float, str]], start: int, key: str, *, alt: str
) -> int:
    """Show a centred cloud (N, 2) with a line to turn by hand; returns the angle in degrees on which it was left.

    axes: angles from 0 to 180 that are marked with a name; alt: what is seen, for who cannot see it.
    """
    result = _dial(key=key, data=dial_data(cloud, axes, start, alt), on_angle_change=stay)
    angle = result.get("angle")
    return int(angle) if isinstance(angle, int | float) and 0 <= angle < N_DEGREES else start


def dial_data(cloud: NDArray[np.float64], axes: Sequence[tuple[float, str]], start: int, alt: str) -> dict[str, object]:
    """What the browser draws; kept and lost hold the projected variance and the error at 0, 1, …, 180 degrees."""
    turned = [project(cloud, angle) for angle in range(N_DEGREES // 2 + 1)]
    total = turned[0].variance + turned[0].error
    return {
        "cloud": cloud.round(3).tolist(),
        "kept": [direction.variance for direction in turned],
        "lost": [direction.error for direction in turned],
        "reach": 1.08 * float(np.linalg.norm(cloud, axis=1).max()),
        "top": 1.1 * total,
        "axes": [{"angle": angle, "name": name} for angle, name in axes],
        "colours": {"kept": TEST, "lost": ERROR, "sum": MUTED},
        "start": start,
        "alt": alt,
    }
