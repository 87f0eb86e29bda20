"""One line of a training's history."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SNAPSHOT_FIELDS = ("snapshot", "snapshot_images")


@dataclass(frozen=True, eq=False)
class Record:
    """What is known after a step; the training terms are means over the steps since the record before.

    reconstruction is nats per image for a VAE or a cross-entropy, else the squared error summed over pixels; kl is
    nats per image; classification is the cross-entropy of the label in nats; penalty is that of sparsity and
    contraction, weighted. loss is their weighted sum. Validation terms are None except at the end
    of an epoch.
    snapshot: codes (M, K) of the same M training samples at some logarithmically spaced steps, else None;
    snapshot_images: what the decoder then makes of G points of the plane, (G, D) uint8; None for other than images.
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
    classification: float | None = None
    penalty: float | None = None
    validation_loss: float | None = None
    validation_reconstruction: float | None = None
    validation_kl: float | None = None
    kl_per_dim: tuple[float, ...] | None = None
    active_units: int | None = None
    snapshot: NDArray[np.float32] | None = None
    snapshot_images: NDArray[np.uint8] | None = None


def mean_terms(records: Sequence[Record], first_step: int) -> dict[str, float | None]:
    """The training terms of consecutive records as means over all their steps since `first_step`."""
    n_steps = np.diff([first_step, *(record.step for record in records)])

    def mean(values: list[float | None]) -> float | None:
        given = [value for value in values if value is not None]
        return float(np.average(given, weights=n_steps)) if given else None

    return {
        "loss": mean([record.loss for record in records]),
        "reconstruction": mean([record.reconstruction for record in records]),
        "kl": mean([record.kl for record in records]),
    }
