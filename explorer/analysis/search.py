"""Image search: the nearest training images of a query by any description, and how often their class agrees."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.measure import Interval, Progress, mean_interval
from explorer.analysis.neighbours import nearest
from explorer.data import Dataset
from explorer.data.subsets import some_rows
from explorer.errors import AnalysisError

Array = NDArray[np.float32]
Labels = NDArray[np.int64]
N_HITS = 10
N_QUERIES = 1_000


@dataclass(frozen=True, eq=False)
class RetrievalIndex:
    """What is searched through, N training samples, and what is asked, Q test samples, in the same description.

    among: (N, E), queries: (Q, E): codes or pixels; labels: (N,) and (Q,).
    """

    among: Array
    labels: Labels
    queries: Array
    query_labels: Labels

    def hits(self, n: int = N_HITS) -> Labels:
        """Rows of the n nearest training samples of each query by Euclidean distance, nearest first, (Q, n)."""
        if n > len(self.among):
            raise AnalysisError(f"There are {len(self.among)} samples to search, fewer than {n} hits; ask for fewer.")
        return nearest(self.queries, self.among, n)[1]

    def is_right(self, hits: Labels) -> NDArray[np.bool_]:
        """Whether each hit (Q, n) has its query's class."""
        return np.asarray(self.labels[hits] == self.query_labels[:, None])


def indices(
    train: Dataset, test: Dataset, codes: tuple[Array, Array], rows: Labels
) -> tuple[RetrievalIndex, RetrievalIndex]:
    """The train split, and `rows` of the test split as queries, by codes and by pixels; codes: of both splits."""
    labels, query_labels = train.labels, test.labels[rows]
    by_codes = RetrievalIndex(codes[0], labels, codes[1][rows], query_labels)
    return by_codes, RetrievalIndex(train.pixels(), labels, test.pixels(rows), query_labels)


@dataclass(frozen=True, eq=False)
class SearchQuality:
    """Precision at 10 of each query, (Q,), by codes and by pixels, beside `chance`, that of ten random samples."""

    query_labels: Labels
    by_codes: NDArray[np.float64]
    by_pixels: NDArray[np.float64]
    chance: float

    def means(self) -> tuple[Interval, Interval, Interval]:
        """Mean precision by codes, by pixels and their difference over the same queries, with 95 % intervals."""
        series = (self.by_codes, self.by_pixels, self.by_codes - self.by_pixels)
        codes, pixels, difference = (mean_interval(values) for values in series)
        return codes, pixels, difference


def measure_on_test(
    train: Dataset, test: Dataset, codes: tuple[Array, Array]
) -> Iterator[Progress[SearchQuality | None]]:
    """Precision at 10 over at most a thousand test queries; codes: of both splits."""
    return measure_search(*indices(train, test, codes, some_rows(len(test), N_QUERIES)))


def measure_search(by_codes: RetrievalIndex, by_pixels: RetrievalIndex) -> Iterator[Progress[SearchQuality | None]]:
    """Precision at 10: the share of the ten nearest training samples that have the query's class."""
    yield Progress(0.0, "searching by codes", None)
    codes = by_codes.is_right(by_codes.hits()).mean(axis=1)
    yield Progress(0.1, "searching by pixels", None)
    pixels = by_pixels.is_right(by_pixels.hits()).mean(axis=1)
    found = SearchQuality(by_codes.query_labels, codes, pixels, chance_precision(by_codes))
    yield Progress(1.0, "done", found)


def chance_precision(index: RetrievalIndex) -> float:
    """The expected share of right hits among random training samples: the mean over queries of their class's share."""
    n_classes = int(max(index.labels.max(), index.query_labels.max())) + 1
    share = np.bincount(index.labels, minlength=n_classes) / len(index.labels)
    return float(share[index.query_labels].mean())
