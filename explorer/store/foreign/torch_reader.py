"""Tensors by name from a file of torch.save, of which nothing but tensors is read."""

import io
import pickle
import warnings
from collections.abc import Mapping
from typing import Any

import torch

from explorer.data.isolation import Arrays
from explorer.errors import CheckpointError
from explorer.store.foreign.named_tensors import as_arrays

# Under these names training loops keep a network's tensors beside the rest.
NESTED = ("model_state_dict", "state_dict", "model")


def read_torch(content: bytes) -> Arrays:
    """The arrays of `named_tensors.as_arrays`; raises CheckpointError, also for a file that only code could read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loaded = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            "The file is damaged, or holds more than tensors and would run code; save model.state_dict() alone."
        ) from error
    except (RuntimeError, ValueError, EOFError, KeyError, AttributeError, TypeError, OSError) as error:
        raise CheckpointError("The file is damaged or not from torch.save; save model.state_dict() again.") from error
    return as_arrays({name: tensor.detach().float().numpy() for name, tensor in _state(loaded).items()})


def _state(loaded: Any) -> dict[str, torch.Tensor]:
    for name in NESTED:
        if isinstance(loaded, Mapping) and isinstance(loaded.get(name), Mapping):
            loaded = loaded[name]
    if not isinstance(loaded, Mapping) or not all(isinstance(tensor, torch.Tensor) for tensor in loaded.values()):
        raise CheckpointError("The file holds no tensors by name; save model.state_dict().")
    return {str(name): tensor for name, tensor in loaded.items()}
