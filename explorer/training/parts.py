"""The samples that a run trains on or is validated on: on its device, or on the disk where they are too many."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.data.dataset import Dataset
from explorer.models.autoencoder import Batch

_ROWS_AT_ONCE = 10_000


class Part(Protocol):
    """Clean samples of D numbers, and labels where the model wants them."""

    def __len__(self) -> int:
        """The number of samples N."""

    @property
    def n_pixels(self) -> int:
        """D."""

    @property
    def device(self) -> torch.device:
        """Where batches lie."""

    def mean(self) -> Tensor:
        """The mean sample, (D,) on the CPU."""

    def gathered(self, rows: Tensor) -> Batch:
        """Some rows (n,), as input and as target, on the device."""


@dataclass(frozen=True, eq=False)
class ResidentPart:
    """Samples x: (N, D) and labels (N,) that lie on the device."""

    x: Tensor
    labels: Tensor | None = None

    def __len__(self) -> int:
        return len(self.x)

    @property
    def n_pixels(self) -> int:
        """D."""
        return self.x.shape[1]

    @property
    def device(self) -> torch.device:
        """Where the samples lie."""
        return self.x.device

    def mean(self) -> Tensor:
        """The mean sample, (D,) on the CPU."""
        return self.x.mean(dim=0).cpu()

    def gathered(self, rows: Tensor) -> Batch:
        """Some rows (n,), as input and as target."""
        x = self.x.index_select(0, rows)
        return Batch(x, x, None if self.labels is None else self.labels.index_select(0, rows))


@dataclass(frozen=True, eq=False)
class StreamedPart:
    """Rows of a data set whose samples stay where they are, mostly on the disk; each batch is read when it is due."""

    dataset: Dataset
    rows: NDArray[np.int64]
    device: torch.device
    labels: Tensor | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def n_pixels(self) -> int:
        """D."""
        return self.dataset.n_pixels

    def mean(self) -> Tensor:
        """The mean sample, (D,) on the CPU."""
        pieces = np.array_split(self.rows, max(1, len(self.rows) // _ROWS_AT_ONCE))
        total = sum(self.dataset.pixels(own).sum(axis=0, dtype=np.float64) for own in pieces)
        return torch.from_numpy(np.float32(total / len(self)))

    def gathered(self, rows: Tensor) -> Batch:
        """Some rows (n,), as input and as target."""
        wanted = self.rows[rows.cpu().numpy()]
        x = torch.from_numpy(self.dataset.pixels(wanted)).to(self.device)
        return Batch(x, x, None if self.labels is None else self.labels.index_select(0, rows))
