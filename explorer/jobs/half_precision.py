"""Checkpoints in half precision, for files of half the size, with everything said about the model measured again."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.evaluate import KEPT_IWAE_K, evaluate
from explorer.data import load_dataset
from explorer.errors import CheckpointError
from explorer.jobs.save_run import model_codes
from explorer.models.autoencoder import Autoencoder
from explorer.store import load_checkpoint, replace_checkpoint


def quantize(name: str) -> Path:
    """Round the weights and codes of a checkpoint, by name or path, to float16 where it lies, and measure it again.

    Raises CheckpointError, also for a model without a network, and DatasetError.
    """
    checkpoint = load_checkpoint(name)
    if not isinstance(checkpoint.model, Autoencoder):
        raise CheckpointError(
            f"{name} has axes that are orthonormal only in full precision; quantize autoencoders, or leave it as it is."
        )
    checkpoint.model.round_to_half()
    train, test = (load_dataset(checkpoint.run.dataset, split) for split in ("train", "test"))
    header = replace(checkpoint.header, metrics=evaluate(checkpoint.model, train, test, KEPT_IWAE_K))
    codes = replace(checkpoint.codes, **_rounded(model_codes(checkpoint.model, train, test)))
    return replace_checkpoint(replace(checkpoint, header=header, codes=codes))


def _rounded(codes: dict[str, NDArray[np.float32]]) -> dict[str, Any]:
    return {name: values.astype(np.float16).astype(np.float32) for name, values in codes.items()}
