"""Half the size for a checkpoint: half precision, and everything said about the model measured again."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.evaluate import evaluate
from explorer.data import load_dataset
from explorer.errors import CheckpointError
from explorer.jobs.save_run import model_codes
from explorer.models.autoencoder import Autoencoder
from explorer.store import load_checkpoint, save_checkpoint


def halve(name: str) -> Path:
    """Round a checkpoint's weights and codes to half precision in its place; raises CheckpointError, DatasetError."""
    checkpoint = load_checkpoint(name)
    if not isinstance(checkpoint.model, Autoencoder):
        raise CheckpointError(
            f"{name} has axes that are orthonormal only in full precision; halve autoencoders, or leave it as it is."
        )
    checkpoint.model.round_to_half()
    train, test = (load_dataset(checkpoint.run.dataset, split) for split in ("train", "test"))
    header = replace(checkpoint.header, metrics=evaluate(checkpoint.model, train, test))
    codes = replace(checkpoint.codes, **_rounded(model_codes(checkpoint.model, train, test)))
    return save_checkpoint(
        checkpoint.info.name, checkpoint.run, header, checkpoint.model, checkpoint.history, codes, replace=True
    )


def _rounded(codes: dict[str, NDArray[np.float32]]) -> dict[str, Any]:
    return {name: values.astype(np.float16).astype(np.float32) for name, values in codes.items()}
