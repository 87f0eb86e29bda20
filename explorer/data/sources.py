"""The data sets there are, and loading one by its name."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Literal

from explorer.data import frey
from explorer.data.counts import HOURS
from explorer.data.dataset import Dataset, Split
from explorer.data.digits import N_TEST, N_TRAIN, load_digits_dataset
from explorer.data.download import DownloadProgress, download_idx
from explorer.data.fremont import DAY_KINDS, download_fremont, fremont_state, load_fremont
from explorer.data.mnist import (
    FASHION_MNIST,
    KMNIST,
    MNIST,
    IdxSource,
    idx_state,
    load_idx_dataset,
)
from explorer.data.own import Draft, keep, kept_names, load_kept, read_report
from explorer.data.published import PUBLISHED, Published, download_published, how_to_get_published
from explorer.data.toys import N_TEST as N_TOY_TEST
from explorer.data.toys import N_TRAIN as N_TOY_TRAIN
from explorer.data.toys import TOYS, class_names, load_toy
from explorer.errors import DatasetError

Kind = Literal["images", "colour", "curves", "points"]
_IDX_SOURCES = {source.name: source for source in (MNIST, FASHION_MNIST, KMNIST)}
DATASET_NAMES = (*_IDX_SOURCES, "digits", "frey", *PUBLISHED, "fremont", *TOYS)


@dataclass(frozen=True)
class SourceState:
    """A data set and whether it can be used now; `how_to_get` is empty when it can.

    is_own: a user has added it and can remove it.
    """

    name: str
    title: str
    available: bool
    n_train: int
    n_test: int
    sample_shape: tuple[int, ...]
    n_classes: int
    how_to_get: str
    is_own: bool = False

    @property
    def kind(self) -> Kind:
        """What one sample is: a grey or colour image, a curve of many values, or a point of 2 or 3 coordinates."""
        if len(self.sample_shape) > 1:
            return "images" if len(self.sample_shape) == 2 else "colour"
        return "points" if self.sample_shape[0] <= 3 else "curves"


def list_sources() -> tuple[SourceState, ...]:
    """Every data set with its state, without reading an image."""
    own = (name for name in kept_names() if name not in DATASET_NAMES)
    return tuple(source for name in (*DATASET_NAMES, *own) if (source := find_source(name)))


def find_source(name: str) -> SourceState | None:
    """One data set with its state; None for a name that none has. Asking for one is cheaper than listing all."""
    if name in _IDX_SOURCES:
        return _idx_state(_IDX_SOURCES[name])
    if name in PUBLISHED:
        return _published_source(PUBLISHED[name])
    if name in TOYS:
        return _toy_source(name)
    known = {"digits": _digits_source, "frey": _frey_source, "fremont": _fremont_source}
    if name in known:
        return known[name]()
    return _own_source(name) if name in kept_names() else None


def load_dataset(name: str, split: Split = "train") -> Dataset:
    """One split of a data set; raises DatasetError when it is unknown, missing or damaged."""
    if split not in ("train", "test"):
        raise DatasetError(f"There is no split {split!r}; choose train or test.")
    if name == "digits":
        return load_digits_dataset(split)
    if name == "frey":
        return frey.load_frey(split)
    if name == "fremont":
        return load_fremont().dataset(split)
    if name in TOYS:
        return load_toy(name, split)
    if name in kept_names():
        return load_kept(name, split)
    if name in PUBLISHED:
        raise DatasetError(how_to_get_published(PUBLISHED[name]))
    return load_idx_dataset(_idx_source(name), split)


def download(name: str) -> Iterator[DownloadProgress]:
    """Fetch what is missing of a data set, with progress; raises DatasetError."""
    if name == "fremont":
        yield from download_fremont()
    elif name == "frey":
        yield from frey.download_frey()
    elif name in PUBLISHED:
        yield from download_published(PUBLISHED[name])
    elif name not in ("digits", *TOYS):
        yield from download_idx(_idx_source(name))


def keep_draft(draft: Draft, name: str) -> SourceState:
    """Make a draft a data set of that name; raises DatasetError for a name that is taken or cannot be one."""
    if name in DATASET_NAMES:
        raise DatasetError(f"{name} is the name of a data set that the explorer knows; choose another name.")
    keep(draft, name)
    return _own_source(name)


def free_name(stem: str) -> str:
    """A name that no data set has yet: the stem, else the first of stem_2, stem_3, … that is free."""
    taken = {*DATASET_NAMES, *kept_names()}
    return next(name for n in count(1) if (name := stem if n == 1 else f"{stem}_{n}") not in taken)


def _idx_source(name: str) -> IdxSource:
    if name not in _IDX_SOURCES:
        known = ", ".join((*DATASET_NAMES, *kept_names()))
        raise DatasetError(f"There is no data set {name[:40]!r}; choose one of {known}.")
    return _IDX_SOURCES[name]


def _idx_state(source: IdxSource) -> SourceState:
    n_train, n_test, problem = idx_state(source)
    return SourceState(source.name, source.title, not problem, n_train, n_test, (28, 28), 10, problem)


def _digits_source() -> SourceState:
    return SourceState("digits", "Digits 8 × 8", True, N_TRAIN, N_TEST, (8, 8), 10, "")


def _frey_source() -> SourceState:
    problem = frey.frey_problem()
    n_train, n_test = frey.N_TRAIN, frey.N_TEST
    return SourceState("frey", "Frey faces", not problem, n_train, n_test, frey.SHAPE, len(frey.CLASS_NAMES), problem)


def _published_source(published: Published) -> SourceState:
    if published.name in kept_names():
        return replace(_own_source(published.name), title=published.title, is_own=False)
    facts = (published.n_train, published.n_test, published.sample_shape, published.n_classes)
    return SourceState(published.name, published.title, False, *facts, how_to_get_published(published))


def _fremont_source() -> SourceState:
    n_train, n_test, problem = fremont_state()
    return SourceState("fremont", "Fremont Bridge", not problem, n_train, n_test, (HOURS,), len(DAY_KINDS), problem)


def _own_source(name: str) -> SourceState:
    try:
        report = read_report(name)
    except DatasetError as error:
        return SourceState(name, name, False, 0, 0, (2,), 1, str(error), is_own=True)
    n_train, n_test, n_classes = sum(report.n_train), sum(report.n_test), len(report.class_names)
    return SourceState(name, name, True, n_train, n_test, report.sample_shape, n_classes, "", is_own=True)


def _toy_source(name: str) -> SourceState:
    toy = TOYS[name]
    n_classes = len(class_names(name))
    return SourceState(name, toy.title, True, N_TOY_TRAIN, N_TOY_TEST, (toy.n_values,), n_classes, "")
