"""What a training shows while it goes on: codes, reconstructions and draws from the prior, after any of its steps."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.models.latent_model import Array, ConditionalModel, LatentModel, VariationalModel
from explorer.training.codes import codes_of, decoded
from explorer.training.replay import snapshot_rows

if TYPE_CHECKING:
    from explorer.training.state import TrainingState

N_PICTURES = 10
SEED = 0
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class LivePictures:
    """A model after a step, seen from the same places at each.

    codes: (M, K) of the samples whose codes are kept along the way; inputs, reconstructions: (10, H, W), in colour
    (10, H, W, 3), of the first of each class and then others, None where samples are no images; draws: likewise, what
    the same ten draws of the prior decode to, None also where the model has no prior.
    """

    step: int
    codes: Array
    inputs: Bytes | None
    reconstructions: Bytes | None
    draws: Bytes | None


def live_pictures(state: "TrainingState") -> LivePictures:
    """The pictures of a training where it stands."""
    rows, dataset, model = snapshot_rows(len(state.dataset)), state.dataset, state.model
    x, labels = dataset.pixels(rows), dataset.labels[rows]
    codes = codes_of(model, x, labels)
    if len(model.sample_shape) < 2:
        return LivePictures(state.step, codes, None, None, None)
    shown = pictured(labels)
    reconstructions = as_images(model, decoded(model, codes[shown], labels[shown]))
    return LivePictures(state.step, codes, as_images(model, x[shown]), reconstructions, _draws(model))


def pictured(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rows (10,) that are pictured: the first sample of each class in their order, then the first others."""
    first = np.unique(labels, return_index=True)[1]
    others = np.setdiff1d(np.arange(len(labels)), first)
    return np.concatenate([first, others])[:N_PICTURES]


def _draws(model: LatentModel) -> Bytes | None:
    """What the same draws of the prior decode to at each step; a conditional model draws its classes in turn."""
    if not isinstance(model, VariationalModel):
        return None
    z = model.prior().sample(N_PICTURES, np.random.default_rng(SEED))
    n_classes = model.n_classes if isinstance(model, ConditionalModel) else 1
    return as_images(model, decoded(model, z, np.arange(N_PICTURES) % n_classes))


def as_images(model: LatentModel, values: Array) -> Bytes:
    """Values (N, D), nominally in [0, 1], as images (N, H, W) or (N, H, W, 3)."""
    clipped = np.nan_to_num(np.clip(values, 0, 1))
    return np.rint(clipped * 255).astype(np.uint8).reshape(-1, *model.sample_shape)
