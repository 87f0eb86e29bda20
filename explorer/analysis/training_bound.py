"""The evidence lower bound along a training, against the training samples seen (Kingma & Welling 2014, Figure 2)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.models.spec import VAESpec
from explorer.training.loop import split_rows
from explorer.training.run_spec import RunSpec

if TYPE_CHECKING:
    import pandas as pd

Wide = NDArray[np.float64]
# The records of a training are averaged to so many points, evenly along a logarithmic axis.
N_POINTS = 60


@dataclass(frozen=True, eq=False)
class TrainingBound:
    """The ELBO of one draw of z a sample, in nats per sample, whatever β was.

    n_seen: (R,) training samples seen, with the same sample again in each epoch; train_nats: (R,), means since the
    point before; held_out_n_seen and held_out_nats: (E,), of the validation part, empty where there was none.
    """

    n_seen: Wide
    train_nats: Wide
    held_out_n_seen: Wide
    held_out_nats: Wide


def training_bound(history: "pd.DataFrame", run: RunSpec, n_train: int) -> TrainingBound:
    """The bound from a history of a VAE's training; n_train: the samples of the train split, validation included."""
    n_seen = history["epoch"].to_numpy(np.float64) * len(split_rows(n_train, run.validation_fraction)[0])
    train = -(history["reconstruction"] + history["kl"]).to_numpy(np.float64)
    held_out = -(history["validation_reconstruction"] + history["validation_kl"]).to_numpy(np.float64)
    has_held_out = np.isfinite(held_out)
    return TrainingBound(
        *_averaged(n_seen, train, np.diff(history["step"].to_numpy(np.float64), prepend=0)),
        *_averaged(n_seen[has_held_out], held_out[has_held_out], np.ones(int(has_held_out.sum()))),
    )


def _averaged(n_seen: Wide, nats: Wide, weights: Wide) -> tuple[Wide, Wide]:
    """At most 60 means, each at the end of its stretch of a logarithmic axis; all arguments (R,)."""
    if not len(n_seen):
        return n_seen, nats
    edges = np.geomspace(n_seen[0], n_seen[-1], N_POINTS)
    stretch = np.searchsorted(edges, n_seen * (1 - 1e-9))  # (R,)
    starts = np.flatnonzero(np.diff(stretch, prepend=-1))
    means = np.add.reduceat(nats * weights, starts) / np.add.reduceat(weights, starts)
    return n_seen[np.append(starts[1:], len(n_seen)) - 1], means


def comparable_bounds(one: RunSpec, other: RunSpec) -> bool:
    """Whether the nats of two VAEs are of one density of the same data, and both minimised the negative ELBO."""
    first, second = one.model, other.model
    if not isinstance(first, VAESpec) or not isinstance(second, VAESpec):
        return False
    data = one.dataset == other.dataset and one.validation_fraction == other.validation_fraction
    pixels = (first.likelihood, first.variance, first.binarisation) == (
        second.likelihood,
        second.variance,
        second.binarisation,
    )
    return data and pixels and first.beta == second.beta == 1
