"""The part of a plane that is shown at first."""

import numpy as np
from numpy.typing import NDArray

# Of the codes; cut off evenly at the four sides. view.js of the latent canvas keeps to the same fraction.
SHOWN_FRACTION = 0.995
MARGIN = 1.06
Extent = tuple[float, float, float]


def square_extent(codes: NDArray[np.float32], also: NDArray[np.float32] | None = None) -> Extent:
    """The square that holds 99.5 % of codes (M, 2) and all of `also` (P, 2): its centre (u, v), half of its side."""
    tail = (1 - SHOWN_FRACTION) / 4
    low, high = np.quantile(codes, [tail, 1 - tail], axis=0)
    if also is not None and len(also):
        low, high = np.minimum(low, also.min(0)), np.maximum(high, also.max(0))
    centre, half = (low + high) / 2, max(float((high - low).max() / 2) * MARGIN, 1e-6)
    return float(centre[0]), float(centre[1]), half
