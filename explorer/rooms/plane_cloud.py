"""Codes of a latent plane, few enough to lie behind the answers of a class on every phone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_CODES = 1500


@dataclass(frozen=True, eq=False)
class PlaneCloud:
    """Codes (M, 2) with their labels (M,), the names and colours ('#rrggbb') of the classes, and the axes' names."""

    codes: NDArray[np.float32]
    labels: NDArray[np.uint8]
    class_names: tuple[str, ...]
    colors: tuple[str, ...]
    axis_labels: tuple[str, str]

    def within(self, low: float, high: float) -> "PlaneCloud":
        """Of the codes from low to high along both axes every so many, so that at most 1,500 are left."""
        inside = np.flatnonzero(((self.codes >= low) & (self.codes <= high)).all(axis=1))
        kept = inside[:: max(1, -(-len(inside) // MOST_CODES))]
        return PlaneCloud(self.codes[kept], self.labels[kept], self.class_names, self.colors, self.axis_labels)
