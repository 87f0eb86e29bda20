"""Toy densities in one and two dimensions, three of them with a hole where a Gaussian is dense, and drawn ones."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from explorer.data.handwriting import Strokes
from explorer.errors import AnalysisError

Array = NDArray[np.float32]
DISC_RADIUS = 1.0
MOON_NOISE = 0.1
# A sheet of 256 places is 4 wide, and the pen is as broad as the drawing pad shows it.
SHEET_WIDTH, SHEET_PLACES, PEN_WIDTH = 4.0, 255, 0.3


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


def _two_moons(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    # Half circles of radius 1 about (−½, −¼) and (½, ¼), one open below and the other above.
    is_lower, angle = rng.random(n) < 0.5, rng.uniform(0, np.pi, n)
    side = np.where(is_lower, -1.0, 1.0)
    moons = np.column_stack([np.cos(angle) - side / 2, side * (np.sin(angle) - 0.25)])
    return moons + MOON_NOISE * rng.standard_normal((n, 2))


def _two_bumps(n: int, rng: np.random.Generator) -> NDArray[np.float64]:
    centre = rng.choice([-2.0, 1.0], n, p=[0.3, 0.7])
    return rng.normal(centre, 0.5)[:, None]


TOY_CODES: dict[str, Callable[[int, np.random.Generator], NDArray[np.float64]]] = {
    "two_bumps": _two_bumps,
    "gaussian": _gaussian,
    "ring": _ring,
    "gaussian_without_disc": _gaussian_without_disc,
    "two_clusters": _two_clusters,
    "two_moons": _two_moons,
}
FLOW_TOYS = ("two_moons", "ring", "two_clusters")
# For training, and half as many held out.
N_TOY_CODES = 4_000
PLANTED_HOLES = ("ring", "gaussian_without_disc", "two_clusters")


def toy_codes(name: str, n: int, rng: np.random.Generator) -> Array:
    """n draws (n, 1) or (n, 2) from a toy density; raises AnalysisError that names the densities there are."""
    if name not in TOY_CODES:
        raise AnalysisError(f"There are no toy codes {name!r}; choose one of {', '.join(TOY_CODES)}.")
    return TOY_CODES[name](n, rng).astype(np.float32)


def drawn_codes(strokes: Strokes, n: int, rng: np.random.Generator) -> Array:
    """n draws (n, 2) along the strokes of a pen, evenly by length and blurred by the pen, from −2 to 2 and upwards."""
    places = [(part / SHEET_PLACES - 0.5) * (SHEET_WIDTH, -SHEET_WIDTH) for part in strokes]
    # A dot is a piece of no length.
    start = np.concatenate([part[: max(len(part) - 1, 1)] for part in places])  # (P, 2)
    piece = np.concatenate([part[-max(len(part) - 1, 1) :] for part in places]) - start  # (P, 2)
    weight = np.linalg.norm(piece, axis=1) + PEN_WIDTH
    chosen = rng.choice(len(start), n, p=weight / weight.sum())
    along = start[chosen] + rng.random((n, 1)) * piece[chosen]
    blurred: Array = (along + PEN_WIDTH / 4 * rng.standard_normal((n, 2))).astype(np.float32)
    return blurred


def split_codes(draw: Callable[[int, np.random.Generator], Array]) -> tuple[Array, Array]:
    """Toy codes to train with (4,000, 2) and others held out (2,000, 2), the same at every call."""
    codes = draw(N_TOY_CODES * 3 // 2, np.random.default_rng(0))
    return codes[:N_TOY_CODES], codes[N_TOY_CODES:]
