"""Which device a training runs on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from explorer.errors import TrainingError


def pick_device(name: str = "auto") -> torch.device:
    """`auto` is the first CUDA device, else the CPU; raises TrainingError for a device that is not there."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        # Only a number that comes back shows that the device computes; `meta` has none.
        torch.zeros(1, device=device).item()
    except (RuntimeError, AssertionError) as error:
        raise TrainingError(
            f"Device {name!r} cannot be used here; choose auto, cpu, or a GPU that PyTorch sees, such as cuda:0."
        ) from error
    return device


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep products on one core for a while: those of small networks take longer to share out than to do."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def describe_device(name: str = "auto") -> str:
    """A device in words, such as 'CPU, 2 threads'."""
    device = pick_device(name)
    if device.type == "cuda":
        return f"{torch.cuda.get_device_name(device)} (CUDA)"
    return f"CPU, {torch.get_num_threads()} of {os.cpu_count()} cores" if device.type == "cpu" else str(device)
