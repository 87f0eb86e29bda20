"""Tensors by name from a safetensors file."""

import safetensors
from safetensors.numpy import load

from explorer.data.isolation import Arrays
from explorer.errors import CheckpointError
from explorer.store.foreign.named_tensors import as_arrays


def read_safetensors(content: bytes) -> Arrays:
    """The arrays of `named_tensors.as_arrays`; raises CheckpointError."""
    try:
        tensors = load(content)
    except (safetensors.SafetensorError, KeyError, TypeError, ValueError) as error:
        raise CheckpointError("The file is damaged or no safetensors file; save it again.") from error
    return as_arrays(tensors)
