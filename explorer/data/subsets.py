"""Parts of a data set, such as all but one of its classes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.data.dataset import Dataset
from explorer.errors import DatasetError


def without_class(dataset: Dataset, label: int) -> Dataset:
    """All samples but those of one class, under a name of their own; the classes keep their numbers.

    Raises DatasetError for a class that there is not, or when nothing is left.
    """
    if not 0 <= label < dataset.n_classes:
        raise DatasetError(f"{dataset.name} has no class number {label}; its {dataset.n_classes} classes count from 0.")
    kept = dataset.labels != label
    class_name = dataset.class_names[label]
    if not kept.any():
        raise DatasetError(
            f"{dataset.name} without class {class_name} has no samples left; choose a data set of several classes."
        )
    name = f"{dataset.name}-without-{class_name}"
    return Dataset(name, dataset.split, dataset.samples[kept], dataset.labels[kept], dataset.class_names)


def of_class(dataset: Dataset, label: int) -> Dataset:
    """The samples of one class, under a name of their own; the classes keep their numbers."""
    return of_classes(dataset, [label])


def of_classes(dataset: Dataset, labels: Sequence[int]) -> Dataset:
    """The samples of some classes, under a name of their own; the classes keep their numbers."""
    kept = np.isin(dataset.labels, labels)
    name = f"{dataset.name}-of-{'-'.join(dataset.class_names[label] for label in labels)}"
    return Dataset(name, dataset.split, dataset.samples[kept], dataset.labels[kept], dataset.class_names)


def evenly(n_rows: int, n: int) -> NDArray[np.int64]:
    """At most n of n_rows, evenly spaced from the first to the last, the same ones every time."""
    return np.unique(np.linspace(0, n_rows - 1, min(n, n_rows)).astype(np.int64))


def some_rows(n_rows: int, n: int) -> NDArray[np.int64]:
    """The same rows for everybody: at most n of n_rows, without repeats."""
    return np.sort(np.random.default_rng(0).permutation(n_rows)[:n])
