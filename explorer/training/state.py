"""A run in progress, and what gradient descent carries from step to step."""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.data.dataset import Dataset
from explorer.models.latent_model import LatentModel
from explorer.models.networks import AutoencoderNetwork, NetworkSpec, is_batch_normalised
from explorer.models.spec import GMVAESpec
from explorer.training.adam import Adam
from explorer.training.parts import Part
from explorer.training.run_spec import RunSpec

Rate = float | Tensor


@dataclass(eq=False)
class GradientFit:
    """What gradient descent carries from step to step, and the samples it goes over."""

    spec: NetworkSpec
    network: AutoencoderNetwork
    optimizer: Adam
    generator: torch.Generator
    order: Tensor
    train: Part
    validation: Part


def adam(groups: Sequence[tuple[list[Tensor], Rate]], weight_decay: float) -> Adam:
    """Adam in one call for all parameters of a group; a captured step reads its rate from a tensor.

    weight_decay: the gradient of weight_decay / 2 · |weights|² joins each step's, as in PyTorch's Adam.
    """
    is_captured = any(isinstance(rate, Tensor) for _, rate in groups)
    named = [{"params": parameters, "lr": rate} for parameters, rate in groups]
    return Adam(named, fused=True, capturable=is_captured, weight_decay=weight_decay)


@dataclass(eq=False)
class TrainingState:
    """A run in progress; `train` goes on from `step`, and `model` can be used at any time.

    kept: the steps and parameters of the last two records, so that a divergence can be undone;
    fit_s: seconds of a fit in closed form; execution: how its steps are run, in words, once they are; n_threads: that
    its steps take on a CPU, 0 before they were counted; has_fixed_threads: whether they are never measured;
    records_every_step: whether each step yields a record, which whoever drains the training may change at any time.
    """

    run: RunSpec
    dataset: Dataset
    device: torch.device
    train_rows: NDArray[np.int64]
    validation_rows: NDArray[np.int64]
    model: LatentModel
    fit: GradientFit | None
    step: int = 0
    fit_s: float = 0.0
    execution: str = ""
    n_threads: int = 0
    has_fixed_threads: bool = False
    records_every_step: bool = False
    kept: deque[tuple[int, dict[str, Tensor]]] = field(default_factory=lambda: deque(maxlen=2))

    @property
    def steps_per_epoch(self) -> int:
        """Batches in one pass; the last may be smaller, or larger by a sample that batch normalisation wants joined."""
        if self.fit is None:
            return 1
        n, size = len(self.train_rows), self.run.batch_size
        is_joined = is_batch_normalised(self.fit.spec) and n % size == 1
        return math.ceil(n / size) - is_joined

    @property
    def n_steps(self) -> int:
        """Steps of the whole run."""
        return 1 if self.fit is None else self.steps_per_epoch * self.run.n_epochs

    @property
    def epoch(self) -> float:
        """Passes over the training part so far."""
        return self.step / self.steps_per_epoch

    @property
    def pretraining_steps(self) -> int:
        """Steps as a plain autoencoder, before a mixture prior is fitted."""
        spec = self.run.model
        return spec.pretraining * self.steps_per_epoch if isinstance(spec, GMVAESpec) else 0
