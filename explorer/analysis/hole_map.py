"""The map of holes: over a plane of codes, where a sampler draws and the model has no codes, and what comes of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.density import Sampler, fit_aggregate
from explorer.analysis.latent_plane import Plane
from explorer.analysis.measure import Progress
from explorer.analysis.neighbours import nearest_distance
from explorer.analysis.whitening import fit_whitening
from explorer.errors import AnalysisError
from explorer.models.classifier import Classifier
from explorer.models.latent_model import ConditionalModel, LatentModel

Array = NDArray[np.float32]
RESOLUTION = 80
CONTOUR_SHARES = (0.5, 0.8, 0.95)
# A hole that the sampler hardly reaches is not its worst: only where the densest 80 % of draws lie.
SUPPORT = 0.8
REACH = 0.99
N_FRAME_DRAWS, N_LEVEL_DRAWS = 5_000, 1_000


@dataclass(frozen=True)
class LayerKind:
    """What a layer shows."""

    key: str
    title: str
    unit: str
    meaning: str


LOG_RATIO = LayerKind(
    "log_ratio",
    "Sampler against codes",
    "nats",
    "log-ratio of the sampler's density to that of the codes; a hole is where it is high",
)
DISTANCE = LayerKind(
    "distance",
    "Distance to the nearest code",
    "standard deviations of the codes",
    "how far the nearest training code is, in units of the codes' spread",
)
REENCODING = LayerKind(
    "reencoding",
    "Re-encoding error",
    "standard deviations of the codes",
    "how far a code moves when its picture is encoded again, ‖encode(decode(z)) − z‖; off the data it does not come "
    "back",
)
CONFIDENCE = LayerKind(
    "confidence",
    "Classifier's confidence",
    "probability",
    "highest class probability that a classifier gives the decoded image; low between the classes",
)


@dataclass(frozen=True, eq=False)
class Layer:
    """One quantity over the map: values (H, W), the first row at the lowest v."""

    kind: LayerKind
    values: Array


@dataclass(frozen=True, eq=False)
class WorstHole:
    """The place that the sampler reaches and the codes avoid most: z (K,), point (u, v), and the log-ratio there."""

    z: Array
    point: tuple[float, float]
    log_ratio_nats: float


@dataclass(frozen=True, eq=False)
class HoleMap:
    """Layers over a plane at u (W,) and v (H,), ascending, in the codes' own units.

    sampler_nats, codes_nats: (H, W) log-densities; contour_nats: the levels of sampler_nats above which 50, 80 and
    95 % of draws lie; reached: (H, W) whether the densest 99 % of draws or of codes lie there, elsewhere there is
    nothing to tell; worst: within the second contour, None where the plane misses it.
    """

    plane: Plane
    u: Array
    v: Array
    sampler_name: str
    sampler_nats: Array
    codes_nats: Array
    contour_nats: tuple[float, ...]
    reached: NDArray[np.bool_]
    worst: WorstHole | None
    layers: tuple[Layer, ...]


@dataclass(frozen=True, eq=False)
class Subject:
    """What is mapped: codes (N, K) of a model (of a VAE sampled, not means), and what decodes and judges them.

    Without a model, as for toy codes, there is nothing to decode, nor with one whose decoder wants a class beside the
    code; without a classifier there is nothing to judge.
    """

    codes: Array
    model: LatentModel | None = None
    classifier: Classifier | None = None


def map_holes(
    subject: Subject, sampler: Sampler, plane: Plane, seed: int, resolution: int = RESOLUTION
) -> Iterator[Progress[HoleMap | None]]:
    """The map, layer by layer, log-ratio first; None until that is there.

    Raises AnalysisError for codes of one dimension or without spread.
    """
    if subject.codes.shape[1] < 2:
        raise AnalysisError("A code of one dimension has no plane to map; its hole numbers stand without a map.")
    yield Progress(0.0, "weighing the sampler against the codes", None)
    result = log_ratio_map(subject.codes, sampler, plane, seed, resolution)
    whitening, z = fit_whitening(subject.codes), _mesh_codes(plane, result.u, result.v)
    yield Progress(0.4, "finding the nearest codes", result)
    distance = nearest_distance(whitening.apply(z), whitening.apply(subject.codes))
    result = _with_layer(result, DISTANCE, distance)
    if subject.model is not None and not isinstance(subject.model, ConditionalModel):
        yield Progress(0.6, "decoding", result)
        pictures = subject.model.decode(z)
        yield Progress(0.8, "encoding again", result)
        moved = whitening.apply(subject.model.encode(pictures)) - whitening.apply(z)
        result = _with_layer(result, REENCODING, np.linalg.norm(moved, axis=1))
        if subject.classifier is not None:
            yield Progress(0.9, "asking the classifier", result)
            result = _with_layer(result, CONFIDENCE, subject.classifier.probabilities(pictures).max(axis=1))
    yield Progress(1.0, "done", result)


def _with_layer(result: HoleMap, kind: LayerKind, values: NDArray[np.floating]) -> HoleMap:
    layer = Layer(kind, values.reshape(result.sampler_nats.shape).astype(np.float32))
    return replace(result, layers=(*result.layers, layer))


def log_ratio_map(codes: Array, sampler: Sampler, plane: Plane, seed: int, resolution: int) -> HoleMap:
    """The map's first layer, log p(z) − log q(z) in nats: positive where the sampler draws more often than codes lie.

    p is the sampler's density, q that of the codes (see `fit_aggregate`).
    """
    draws = sampler.sample(N_FRAME_DRAWS, np.random.default_rng(seed))
    u, v = frame(plane, codes, draws, resolution)
    z = _mesh_codes(plane, u, v)
    shape = (resolution, resolution)
    aggregate = fit_aggregate(codes, seed)
    of_sampler, of_codes = (some.log_density(z).reshape(shape).astype(np.float32) for some in (sampler, aggregate))
    levels = density_levels(sampler, draws[:N_LEVEL_DRAWS], (*CONTOUR_SHARES, REACH))
    some_codes = codes[:: max(1, len(codes) // N_LEVEL_DRAWS)]
    reached = (of_sampler >= levels[-1]) | (of_codes >= density_levels(aggregate, some_codes, (REACH,))[0])
    ratio = of_sampler - of_codes
    worst = find_worst(plane, u, v, np.where(of_sampler >= levels[CONTOUR_SHARES.index(SUPPORT)], ratio, -np.inf))
    layers = (Layer(LOG_RATIO, ratio),)
    return HoleMap(plane, u, v, sampler.name, of_sampler, of_codes, levels[:-1], reached, worst, layers)


def density_levels(density: Sampler, points: Array, shares: tuple[float, ...]) -> tuple[float, ...]:
    """The log-densities in nats above which shares of points (n, K) lie."""
    nats = density.log_density(points)
    return tuple(float(np.quantile(nats, 1 - share)) for share in shares)


def find_worst(plane: Plane, u: Array, v: Array, ratio: Array) -> WorstHole | None:
    """The point of the highest log-ratio (H, W), -inf where the sampler does not draw; None if it draws nowhere."""
    row, column = np.unravel_index(int(ratio.argmax()), ratio.shape)
    if not np.isfinite(ratio[row, column]):
        return None
    point = (float(u[column]), float(v[row]))
    return WorstHole(plane.lift(np.array([point], dtype=np.float32))[0], point, float(ratio[row, column]))


def frame(plane: Plane, codes: Array, draws: Array, resolution: int) -> tuple[Array, Array]:
    """u and v that show nearly all codes and draws on a plane, each (resolution,), with equally large steps."""
    seen = [np.quantile(plane.project(points), [0.002, 0.998], axis=0) for points in (codes, draws)]
    low, high = np.minimum(seen[0][0], seen[1][0]), np.maximum(seen[0][1], seen[1][1])
    centre, half = (low + high) / 2, 0.55 * (high - low).max()
    u, v = (np.linspace(middle - half, middle + half, resolution, dtype=np.float32) for middle in centre)
    return u, v


def _mesh_codes(plane: Plane, u: Array, v: Array) -> Array:
    across, up = np.meshgrid(u, v)
    return plane.lift(np.column_stack([across.ravel(), up.ravel()])).astype(np.float32)
