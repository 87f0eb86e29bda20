"""The data sets there are, and loading one by its name."""

from collections.abc import Iterator
from dataclasses import dataclass

from explorer.data.dataset import Dataset, Split
from explorer.data.digits import N_TEST, N_TRAIN, load_digits_dataset
from explorer.data.download import DownloadProgress, download_idx
from explorer.data.mnist import (
    FASHION_MNIST,
    KMNIST,
    MNIST,
    IdxSource,
    how_to_get,
    load_idx_dataset,
    missing_files,
)
from explorer.errors import DatasetError

_IDX_SOURCES = {source.name: source for source in (MNIST, FASHION_MNIST, KMNIST)}
DATASET_NAMES = (*_IDX_SOURCES, "digits")


@dataclass(frozen=True)
class SourceState:
    """A data set and whether it can be used now; `how_to_get` is empty when it can."""

    name: str
    title: str
    available: bool
    n_train: int
    n_test: int
    sample_shape: tuple[int, ...]
    n_classes: int
    how_to_get: str


def list_sources() -> tuple[SourceState, ...]:
    """Every data set with its state, without reading any."""
    digits = SourceState("digits", "Digits 8 × 8", True, N_TRAIN, N_TEST, (8, 8), 10, "")
    return (*(_idx_state(source) for source in _IDX_SOURCES.values()), digits)


def load_dataset(name: str, split: Split = "train") -> Dataset:
    """One split of a data set; raises DatasetError when it is unknown, missing or torn."""
    if split not in ("train", "test"):
        raise DatasetError(f"There is no split {split!r}; choose train or test.")
    if name == "digits":
        return load_digits_dataset(split)
    return load_idx_dataset(_idx_source(name), split)


def download(name: str) -> Iterator[DownloadProgress]:
    """Fetch what is missing of a data set, with progress; raises DatasetError."""
    if name != "digits":
        yield from download_idx(_idx_source(name))


def _idx_source(name: str) -> IdxSource:
    if name not in _IDX_SOURCES:
        raise DatasetError(f"There is no data set {name!r}; choose one of {', '.join(DATASET_NAMES)}.")
    return _IDX_SOURCES[name]


def _idx_state(source: IdxSource) -> SourceState:
    missing = missing_files(source)
    sentence = how_to_get(source) if missing else ""
    return SourceState(source.name, source.title, not missing, 60_000, 10_000, (28, 28), 10, sentence)
