"""Which device a training runs on."""

import os

import torch

from explorer.errors import TrainingError


def pick_device(name: str = "auto") -> torch.device:
    """`auto` is the first CUDA device, else the CPU; raises TrainingError for a device that is not there."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise TrainingError(
            f"Device {name!r} cannot be used here; choose auto, cpu, or a GPU that PyTorch sees, such as cuda:0."
        ) from error
    return device


def describe_device(name: str = "auto") -> str:
    """A device in words, such as 'CPU, 2 threads'."""
    device = pick_device(name)
    if device.type == "cuda":
        return f"{torch.cuda.get_device_name(device)} (CUDA)"
    return f"CPU, {torch.get_num_threads()} of {os.cpu_count()} cores" if device.type == "cpu" else str(device)
