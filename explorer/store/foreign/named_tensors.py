"""Tensors by name between the process that reads a file and the explorer."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import CheckpointError

MOST_TENSORS = 2_000
# What counts batches is no weight, and some wrappers put a word before every name.
COUNTER, WRAPPERS = "num_batches_tracked", ("module.", "_orig_mod.")


def as_arrays(tensors: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Names, and a tensor for each, in single precision; raises CheckpointError for what is no finite number."""
    kept = {name: tensor for name, tensor in tensors.items() if not name.endswith(COUNTER)}
    if not 0 < len(kept) <= MOST_TENSORS:
        raise CheckpointError(f"The file holds {len(kept):,} tensors, but must hold 1 to {MOST_TENSORS:,}.")
    arrays = {f"tensor{i}": np.asarray(tensor, np.float32) for i, tensor in enumerate(kept.values())}
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise CheckpointError("Some weights of the file are no finite numbers; train the model again.")
    return {"names": np.array(list(kept)), **arrays}


def tensors_of(arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.float32]]:
    """The inverse, without the words that wrappers put before all names."""
    names = [str(name) for name in arrays["names"]]
    for wrapper in WRAPPERS:
        if all(name.startswith(wrapper) for name in names):
            names = [name.removeprefix(wrapper) for name in names]
    return {name: arrays[f"tensor{i}"] for i, name in enumerate(names)}
