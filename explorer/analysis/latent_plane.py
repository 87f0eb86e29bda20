"""Planes through latent space: two of the code's own axes, or the first two principal components of the codes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.errors import AnalysisError

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Normal:
    """A third axis, orthonormal to a plane's two, with the coordinate of the plane's origin along it."""

    axis: Array  # (K,)
    label: str
    at_origin: float


@dataclass(frozen=True, eq=False)
class Plane:
    """All z = origin + u * axes[0] + v * axes[1]; origin: (K,), axes: (2, K) orthonormal, labels: names of u and v.

    normal: the axis along which the plane can be moved where K is 3 or more.
    """

    origin: Array
    axes: Array
    labels: tuple[str, str]
    normal: Normal | None = None

    def project(self, codes: Array) -> Array:
        """codes: (N, K) -> their orthogonal projection as (u, v), (N, 2)."""
        points: Array = ((codes - self.origin) @ self.axes.T).astype(np.float32, copy=False)
        return points

    def distances(self, codes: Array) -> Array:
        """codes: (N, K) -> their signed distances w from the plane along its normal (N,), 0 where it has none."""
        if self.normal is None:
            return np.zeros(len(codes), np.float32)
        w: Array = ((codes - self.origin) @ self.normal.axis).astype(np.float32, copy=False)
        return w

    def lift(self, points: Array) -> Array:
        """(u, v) points: (M, 2) -> codes (M, K) on the plane."""
        return self.origin + points @ self.axes


def axis_plane(held: Array, first: int, second: int) -> Plane:
    """The plane of two code dimensions, counted from 0, the others held at `held` (K,).

    u and v are the two dimensions' own values; the normal is the first of the other dimensions.
    Raises AnalysisError when they are equal or no dimensions of the code.
    """
    latent_dim = len(held)
    if first == second or not (0 <= first < latent_dim and 0 <= second < latent_dim):
        raise AnalysisError(
            f"Dimensions {first + 1} and {second + 1} span no plane; choose two different ones from 1 to {latent_dim}."
        )
    axes = np.eye(latent_dim, dtype=np.float32)[[first, second]]
    origin = held.astype(np.float32)
    origin[[first, second]] = 0
    labels = (f"z{subscript(first + 1)}", f"z{subscript(second + 1)}")
    return Plane(origin, axes, labels, _first_other_axis(held, first, second))


def _first_other_axis(held: Array, first: int, second: int) -> Normal | None:
    others = [k for k in range(len(held)) if k not in (first, second)]
    if not others:
        return None
    third = others[0]
    return Normal(np.eye(len(held), dtype=np.float32)[third], f"z{subscript(third + 1)}", float(held[third]))


def principal_plane(codes: Array, held: Array) -> Plane:
    """The plane of the first two principal components of codes (N, K), through `held` (K,); its normal is the third.

    Each component's largest loading is positive; u, v and w are measured from `held`.
    Raises AnalysisError for codes of one dimension.
    """
    if codes.shape[1] < 2:
        raise AnalysisError("A code of one dimension spans no plane; choose a model with K of 2 or more.")
    centred = codes.astype(np.float64) - codes.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    axes = vectors[:, :-4:-1].T
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
    axes = (axes * signs[:, None]).astype(np.float32)
    normal = Normal(axes[2], "PC 3", 0.0) if len(axes) > 2 else None
    return Plane(held.astype(np.float32), axes[:2], ("PC 1", "PC 2"), normal)


def subscript(number: int) -> str:
    """A whole number in subscript digits."""
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def range_grid(points: Array, n: int) -> Array:
    """An n × n grid over the box of the points' central 98 %, first row on top; points: (N, 2) -> (n * n, 2)."""
    low, high = np.quantile(points, [0.01, 0.99], axis=0)
    return _mesh(np.linspace(low[0], high[0], n), np.linspace(low[1], high[1], n))


def quantile_grid(points: Array, n: int) -> Array:
    """An n × n grid at equally spaced quantiles of each coordinate, first row on top; points: (N, 2) -> (n * n, 2)."""
    levels = (np.arange(n) + 0.5) / n
    return _mesh(np.quantile(points[:, 0], levels), np.quantile(points[:, 1], levels))


def _mesh(u: NDArray[np.float64], v: NDArray[np.float64]) -> Array:
    across, up = np.meshgrid(u, v[::-1])
    return np.stack((across.ravel(), up.ravel()), axis=1).astype(np.float32)
