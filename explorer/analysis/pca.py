"""What PCA tells of a data set and of one image: spectrum, sums of terms, error against k, a direction that turns."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer.data import Dataset
from explorer.models.pca import PCA

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Spacing = Literal["range", "quantile"]
ROWS_AT_ONCE = 4096
TICK_QUANTILES = np.array([0.02, 0.25, 0.5, 0.75, 0.98])


@dataclass(frozen=True, eq=False)
class Spectrum:
    """How the total variance is divided among the components.

    variances: (D,) in squared pixels, falling; share: (D,), each one's part of the total; cumulative: (D,), the part of
    the first k at index k - 1.
    """

    variances: Floats
    share: Floats
    cumulative: Floats

    @property
    def total(self) -> float:
        """The variance of all pixels together, in squared pixels."""
        return float(self.variances.sum())

    @property
    def rank(self) -> int:
        """How many components have any variance, up to rounding in float64."""
        noise = self.variances[0] * len(self.variances) * np.finfo(np.float64).eps
        return int((self.variances > noise).sum())

    def components_for(self, share: float) -> int:
        """The smallest k whose first k components explain at least this share of the variance."""
        return int(np.argmax(self.cumulative >= share)) + 1


def spectrum(model: PCA) -> Spectrum:
    """The spectrum of a fitted PCA; without any variance every share is 0 and every cumulative share 1."""
    variances = model.variances.astype(np.float64)
    cumulative = variances.cumsum()
    total = cumulative[-1]
    if total == 0:
        return Spectrum(variances, variances, np.ones_like(variances))
    return Spectrum(variances, variances / total, cumulative / total)


@dataclass(frozen=True, eq=False)
class ErrorCurve:
    """Mean squared error of the reconstruction with k components, for every k from 0 (the mean alone) to D.

    sse: (D + 1,), summed over the pixels of an image, averaged over images; class_sse: (C, D + 1), over one class.
    """

    sse: Floats
    class_sse: Floats

    @property
    def n_pixels(self) -> int:
        """D, by which an SSE is divided to give the MSE."""
        return len(self.sse) - 1


@dataclass(frozen=True)
class ModelError:
    """A model beside PCA's error: its mean squared error on test, summed over pixels, at its own K dimensions."""

    name: str
    family: str
    latent_dim: int
    sse: float


def reconstruction_errors(model: PCA, dataset: Dataset) -> ErrorCurve:
    """The error against k on one split, from one projection: what component j explains is its squared score.

    The axes are an orthonormal basis, so ‖x - x̂(k)‖² is the sum of z_j² over j > k.
    """
    members = dataset.labels == np.arange(dataset.n_classes)[:, None]
    energy = np.zeros((dataset.n_classes, len(model.mean)))
    all_components = model.truncated(len(model.mean))
    for start in range(0, len(dataset), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        squared = np.square(all_components.encode(dataset.pixels(rows)))
        energy += members[:, rows].astype(np.float32) @ squared
    class_energy = energy / np.maximum(members.sum(axis=1, keepdims=True), 1)
    return ErrorCurve(sse=tails(energy.sum(axis=0) / len(dataset)), class_sse=tails(class_energy))


def tails(energy: Floats) -> Floats:
    """Sums of what follows: (..., D) -> (..., D + 1), entry k the sum from k on; the last is 0."""
    sums = np.cumsum(energy[..., ::-1], axis=-1)[..., ::-1]
    return np.concatenate((sums, np.zeros_like(sums[..., :1])), axis=-1)


@dataclass(frozen=True, eq=False)
class Decomposition:
    """One image as a sum: image = mean + Σ_j coefficient_j · axis_j.

    image, mean: (D,) pixels; coefficients: (D,) in pixels; sse: (D + 1,), the error of the first k terms at index k.
    """

    image: Floats
    mean: Floats
    coefficients: Floats
    sse: Floats
    model: PCA

    def partial_sums(self, n_terms: Ints) -> Floats:
        """The mean and the first k terms, for each k in n_terms: (F, D)."""
        sums, total, before = np.empty((len(n_terms), len(self.mean))), self.mean, 0
        for place in np.argsort(n_terms):
            k = n_terms[place]
            total = total + self.coefficients[before:k] @ self.model.components[before:k]
            sums[place], before = total, k
        return sums


def decompose(model: PCA, image: NDArray[np.floating]) -> Decomposition:
    """Take one image (D,) apart along the principal axes."""
    coefficients = (model.components @ (image - model.mean)).astype(np.float64)
    return Decomposition(
        image=image.astype(np.float64),
        mean=model.mean.astype(np.float64),
        coefficients=coefficients,
        sse=tails(np.square(coefficients)),
        model=model,
    )


@dataclass(frozen=True, eq=False)
class PlanePicks:
    """Samples picked from all over a plane, at most one for each square cell of a lattice.

    coordinates: (N, 2), every sample's place as shown; corner: (2,) and cell: where the lattice begins and how wide its
    cells are; shape: its columns and rows; cells: (M, 2), column and row of each cell that holds samples; rows: (M,),
    the sample nearest to that cell's middle; tick_scores: (2, 5), each axis's scores at TICK_QUANTILES.
    """

    spacing: Spacing
    coordinates: Floats
    corner: Floats
    cell: float
    shape: tuple[int, int]
    cells: Ints
    rows: Ints
    tick_scores: Floats

    @property
    def middles(self) -> Floats:
        """The middle of each cell that holds samples, (M, 2)."""
        return self.corner + (self.cells + 0.5) * self.cell


def pick_from_plane(codes: NDArray[np.floating], n_cells: int, spacing: Spacing) -> PlanePicks:
    """The sample nearest to the middle of each cell of a lattice, n_cells of them along the plane's longer side.

    codes: (N, 2); spacing "range" lays the lattice over the scores, "quantile" over their ranks, so that every column
    and every row holds as many samples.
    """
    coordinates = codes.astype(np.float64) if spacing == "range" else ranks(codes)
    corner = coordinates.min(axis=0)
    extent = coordinates.max(axis=0) - corner
    cell = max(float(extent.max()) / n_cells, np.finfo(np.float64).tiny)
    shape = np.maximum(np.ceil(extent / cell - 1e-9), 1).astype(np.int64)
    cells = np.minimum(((coordinates - corner) / cell).astype(np.int64), shape - 1)
    rows = _nearest_in_each_cell(cells, (coordinates - corner) / cell - cells - 0.5)
    tick_scores = np.quantile(codes, TICK_QUANTILES, axis=0).T
    columns, lines = shape.tolist()
    return PlanePicks(spacing, coordinates, corner, cell, (columns, lines), cells[rows], rows, tick_scores)


def _nearest_in_each_cell(cells: Ints, from_middle: Floats) -> Ints:
    distance = np.square(from_middle).sum(axis=1)
    nearest_first = np.lexsort((distance, cells[:, 0], cells[:, 1]))
    _, first = np.unique(cells[nearest_first], axis=0, return_index=True)
    return nearest_first[first]


def ranks(codes: NDArray[np.floating]) -> Floats:
    """Each sample's quantile along each axis, in (0, 1): (N, K) -> (N, K)."""
    order = np.argsort(np.argsort(codes, axis=0, kind="stable"), axis=0, kind="stable")
    return (order + 0.5) / len(codes)


@dataclass(frozen=True, eq=False)
class Direction:
    """A centred cloud (N, 2) and what a unit vector w keeps of it.

    w: (2,); feet: (N, 2), the points projected onto the line along w; variance: mean of (wᵀx)²; error: mean squared
    distance from point to foot; both in squared units of the cloud.
    """

    angle_degrees: float
    w: Floats
    cloud: Floats
    feet: Floats
    variance: float
    error: float


def project(cloud: Floats, angle_degrees: float) -> Direction:
    """Project a centred cloud (N, 2) onto the line at an angle; by Pythagoras variance + error never changes."""
    angle = np.deg2rad(angle_degrees)
    w = np.array([np.cos(angle), np.sin(angle)])
    feet = np.outer(cloud @ w, w)
    variance = float(np.square(cloud @ w).mean())
    error = float(np.square(cloud - feet).sum(axis=1).mean())
    return Direction(angle_degrees, w, cloud, feet, variance, error)


def example_cloud(
    seed: int, n_points: int = 120, angle_degrees: float = 30, stds: tuple[float, float] = (2, 0.7)
) -> Floats:
    """A centred Gaussian cloud (N, 2) whose first principal axis points exactly at the angle."""
    drawn = np.random.default_rng(seed).standard_normal((n_points, 2))
    centred = drawn - drawn.mean(axis=0)
    whitened = np.linalg.qr(centred)[0] * np.sqrt(n_points)
    angle = np.deg2rad(angle_degrees)
    axes = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray(whitened * stds @ axes)
