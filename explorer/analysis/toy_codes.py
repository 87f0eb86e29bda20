"""Toy densities in one and two dimensions, three of them with a hole planted where a Gaussian is dense."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from explorer.errors import AnalysisError

Array = NDArray[np.float32]
DISC_RADIUS = 1.0


def _ring(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    angle, radius = rng.uniform(0, 2 * np.pi, n), rng.normal(2, 0.2, n)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _gaussian(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    return rng.standard_normal((n, 2))


def _gaussian_without_disc(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    # The squared radius of a plane's Gaussian is exponential, hence memoryless: outside the disc it starts anew.
    radius = np.sqrt(DISC_RADIUS**2 + rng.exponential(2, n))
    angle = rng.uniform(0, 2 * np.pi, n)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _two_clusters(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    side = rng.choice([-2.0, 2.0], n)
    return np.column_stack([rng.normal(side, 0.5), rng.normal(0, 0.5, n)])


def _two_bumps(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    centre = rng.choice([-2.0, 1.0], n, p=[0.3, 0.7])
    return rng.normal(centre, 0.5)[:, None]


TOY_CODES: dict[str, Callable[[int, np.random.Generator], NDArray[np.float64]]] = {
    "two_bumps": _two_bumps,
    "gaussian": _gaussian,
    "ring": _ring,
    "gaussian_without_disc": _gaussian_without_disc,
    "two_clusters": _two_clusters,
}
PLANTED_HOLES = ("ring", "gaussian_without_disc", "two_clusters")


def toy_codes(name: str, n: int, rng: np.random.Generator) -> Array:
    """n draws (n, 1) or (n, 2) from a toy density; raises AnalysisError that names the densities there are."""
    if name not in TOY_CODES:
        raise AnalysisError(f"There are no toy codes {name!r}; choose one of {', '.join(TOY_CODES)}.")
    return TOY_CODES[name](n, rng).astype(np.float32)
