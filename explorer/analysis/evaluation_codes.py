"""The codes that hole numbers are about: a deterministic model's codes, draws from a VAE's posterior."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.data import Dataset
from explorer.models.latent_model import Gaussian, LatentModel, VariationalModel
from explorer.training.codes import posterior_of

Array = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class EvaluationCodes:
    """train: (N, K) what a sampler is fitted to; held_out: (M, K) the reference; note: how they came about."""

    train: Array
    held_out: Array
    note: str


def evaluation_codes(
    model: LatentModel, train: Array, test: Array, test_log_var: Array, samples: Dataset | None, seed: int
) -> EvaluationCodes:
    """Codes to score: train (N, K), test (M, K), and of a VAE test_log_var (M, K) and the training split if at hand.

    A VAE's decoder is trained on draws z ~ q(z|x), not on means, so draws are scored. Without the training samples
    their posteriors are unknown: then one half of the test samples stands for them.
    """
    if not isinstance(model, VariationalModel):
        return EvaluationCodes(train, test, f"{len(train):,} training codes against {len(test):,} held-out test codes")
    rng = np.random.default_rng(seed)
    held_out = Gaussian(test, test_log_var).sample(rng)
    if samples is None:
        half, order = len(held_out) // 2, rng.permutation(len(held_out))
        note = f"without the data set: one half of {len(held_out):,} test draws of z against the other"
        return EvaluationCodes(held_out[order[:half]], held_out[order[half:]], note)
    drawn = posterior_of(model, samples.pixels(), samples.labels).sample(rng)
    return EvaluationCodes(drawn, held_out, f"{len(drawn):,} training against {len(held_out):,} test draws z ~ q(z|x)")
