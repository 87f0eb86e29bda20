"""The one shape that every data set has, and the one place where pixels become numbers."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer.errors import DatasetError

Split = Literal["train", "test"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled samples of one split.

    samples: (N, *sample_shape), uint8 in [0, 255] or float32; labels: (N,) int64, an index into `class_names`.
    Raises DatasetError when the arrays do not belong together.
    """

    name: str
    split: Split
    samples: NDArray[np.uint8] | NDArray[np.float32]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]

    def __post_init__(self) -> None:
        check_lengths(self.name, self.split, len(self.samples), len(self.labels))

    def __len__(self) -> int:
        return len(self.samples)

    @property
    def sample_shape(self) -> tuple[int, ...]:
        """The shape of one sample, such as (28, 28)."""
        return self.samples.shape[1:]

    @property
    def n_pixels(self) -> int:
        """The numbers D of one sample."""
        return prod(self.sample_shape)

    @property
    def n_classes(self) -> int:
        """The number of classes C."""
        return len(self.class_names)

    def pixels(self, rows: slice | NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """Samples as vectors: (N, D) float32, images in [0, 1]; `rows` picks some of them."""
        chosen = self.samples if rows is None else self.samples[rows]
        flat = chosen.reshape(len(chosen), self.n_pixels)
        if flat.dtype == np.uint8:
            return flat.astype(np.float32) / np.float32(255)
        return flat.astype(np.float32, copy=False)

    @cached_property
    def fingerprint(self) -> str:
        """The first 16 hexadecimal digits of a SHA-256 over samples and labels."""
        digest = hashlib.sha256()
        for array in (self.samples, self.labels):
            digest.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
        return digest.hexdigest()[:16]


def check_lengths(name: str, split: Split, n_samples: int, n_labels: int) -> None:
    """Raise DatasetError unless a split has as many labels as samples."""
    if n_samples != n_labels:
        raise DatasetError(
            f"{name} ({split}) has {n_samples} samples but {n_labels} labels; both files must come from the same "
            "download."
        )
