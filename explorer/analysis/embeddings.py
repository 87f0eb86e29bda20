"""t-SNE and UMAP beside the planes of models: where each puts the same samples, and what it keeps of them.

van der Maaten & Hinton 2008 (t-SNE); McInnes, Healy & Melville 2018 (UMAP).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import orthogonal_procrustes

from explorer.analysis.measure import Interval, Progress
from explorer.analysis.neighbourhoods import Neighbourhoods, Preservation, kept_intervals, neighbour_ranks
from explorer.errors import AnalysisError

Array = NDArray[np.float32]
TSNE, UMAP = "t-SNE", "UMAP"
PERPLEXITIES, SEEDS = (5, 30, 100), (0, 1, 2)
DEFAULT_PERPLEXITY, UMAP_NEIGHBOURS = 30, 15
NULL_SEED = 0


@dataclass(frozen=True, eq=False)
class Embedding:
    """The same samples in one plane (N, 2), and what it keeps of them; perplexity and seed: of t-SNE, else 0."""

    method: str
    points: Array
    preserved: Preservation
    perplexity: int = 0
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Embeddings:
    """All planes of the same samples, and what one keeps that knows nothing.

    seeds_share: of the 10 nearest neighbours in t-SNE's plane, the share that is so again with another seed.
    """

    planes: tuple[Embedding, ...]
    null: Preservation
    seeds_share: Interval

    def of_perplexity(self, perplexity: int) -> tuple[Embedding, ...]:
        """The planes of models, and those of t-SNE with one perplexity."""
        return tuple(one for one in self.planes if one.method != TSNE or one.perplexity == perplexity)


def embed(space: Neighbourhoods, models: dict[str, Array]) -> Iterator[Progress[Embeddings | None]]:
    """The planes (N, 2) of models by name, the first of them PCA's, and nine runs of t-SNE turned onto that one."""
    planes = [Embedding(name, light(points), space.preserved(light(points))) for name, points in models.items()]
    wanted = list(product(PERPLEXITIES, SEEDS))
    for place, (perplexity, seed) in enumerate(wanted):
        yield Progress(place / len(wanted), f"t-SNE, perplexity {perplexity}, seed {seed}", None)
        points = turned_onto(planes[0].points, tsne(space.points, perplexity, seed))
        planes.append(Embedding(TSNE, points, space.preserved(points), perplexity, seed))
    yield Progress(1.0, "done", Embeddings(tuple(planes), space.null(NULL_SEED), _seeds_share(planes)))


def _seeds_share(planes: list[Embedding]) -> Interval:
    one, other = (plane for plane in planes if plane.perplexity == DEFAULT_PERPLEXITY and plane.seed < SEEDS[2])
    *_, shared = kept_intervals(neighbour_ranks(one.points), neighbour_ranks(other.points))
    return shared


def tsne(points: Array, perplexity: float, seed: int) -> Array:
    """t-SNE of points (N, D), (N, 2), from a random start, so that the seed matters as it does in other programs."""
    from sklearn import manifold

    places = manifold.TSNE(perplexity=perplexity, init="random", random_state=seed, n_jobs=1).fit_transform(points)
    return np.asarray(places, np.float32)


def has_umap() -> bool:
    """Whether umap-learn is installed."""
    return find_spec("umap") is not None


def umap_embedding(space: Neighbourhoods, pca: Array) -> Embedding:
    """UMAP of the same samples, turned onto PCA's plane (N, 2); raises AnalysisError where umap-learn is missing."""
    if not has_umap():
        raise AnalysisError(
            "UMAP needs the package umap-learn, which is not installed; run `pip install --group umap` in the "
            "explorer's folder."
        )
    import umap

    places = umap.UMAP(n_neighbors=UMAP_NEIGHBOURS, random_state=SEEDS[0], n_jobs=1).fit_transform(space.points)
    points = turned_onto(pca, np.asarray(places, np.float32))
    return Embedding(UMAP, points, space.preserved(points))


def turned_onto(target: Array, points: Array) -> Array:
    """Points (N, 2), centred, turned and mirrored to be nearest to others (N, 2): t-SNE and UMAP have no own axes."""
    centred = (points - points.mean(axis=0)).astype(np.float64)
    rotation, _ = orthogonal_procrustes(centred, target - target.mean(axis=0))
    return light(np.asarray(centred @ rotation, np.float32))


def light(points: Array) -> Array:
    """Places as half precision holds them, which is finer than a screen."""
    return points.astype(np.float16).astype(np.float32)
