"""One line of a training's history."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Record:
    """What is known after a step; the training terms are means over the steps since the record before.

    reconstruction is nats per image for a VAE, else the squared error summed over pixels; kl is nats per image;
    loss = reconstruction + beta * kl. Validation terms are None except at the end of an epoch.
    snapshot: codes (M, K) of the same M training samples at some logarithmically spaced steps, else None.
    """

    step: int
    n_steps: int
    epoch: float
    is_epoch_end: bool
    loss: float
    reconstruction: float
    kl: float | None
    elapsed_s: float
    samples_per_s: float
    validation_loss: float | None = None
    validation_reconstruction: float | None = None
    validation_kl: float | None = None
    kl_per_dim: tuple[float, ...] | None = None
    active_units: int | None = None
    snapshot: NDArray[np.float32] | None = None
