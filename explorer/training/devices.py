"""Which device a training runs on."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import torch

from explorer.errors import TrainingError
from explorer.training.memory import machine_memory_bytes

_log = logging.getLogger(__name__)


def pick_device(name: str = "auto") -> torch.device:
    """`auto` is the first CUDA device that works, else the CPU; raises TrainingError for one that cannot be used."""
    if name == "auto":
        return torch.device("cuda" if gpu_works() else "cpu")
    try:
        device = torch.device(name)
        _try_out(device)
    except (RuntimeError, AssertionError) as error:
        gpus = [f"cuda:{number}" for number in range(torch.cuda.device_count())] if gpu_works() else []
        offered = ", ".join(("auto", "cpu", *gpus))
        raise TrainingError(f"Device {name!r} cannot be used here; choose one of {offered}.") from error
    return device


def memory_bytes(device: torch.device) -> int | None:
    """The memory of a device; None where the system does not tell."""
    return int(torch.cuda.mem_get_info(device)[1]) if device.type == "cuda" else machine_memory_bytes()


def _try_out(device: torch.device) -> None:
    """Compute something; raises RuntimeError or AssertionError where that is not possible."""
    ones = torch.ones(2, 2, device=device)
    # Only a number that comes back shows that the device computes; `meta` has none.
    (ones @ ones).sum().item()


@cache
def gpu_works() -> bool:
    """Whether there is a GPU and it computes, tried once; of one that does not, the log says so."""
    refusal = gpu_refusal()
    if refusal is not None:
        _log.warning("%s The CPU is used instead.", refusal)
    return refusal is None and torch.cuda.is_available()


@cache
def gpu_refusal() -> str | None:
    """A sentence on the GPU that PyTorch sees but cannot run on, else None; tried once, since a trial takes seconds."""
    reason = _trial_of_gpu()
    if reason is None:
        return None
    return f"PyTorch sees a GPU but cannot run on it ({reason.strip().splitlines()[0].rstrip('.')})."


def _trial_of_gpu() -> str | None:
    """Why there is no GPU to run on, in PyTorch's words; None where one works or nothing is there."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            if torch.cuda.is_available():
                _try_out(torch.device("cuda"))
                return None
        except (RuntimeError, AssertionError) as error:
            return str(error)
    # A driver that is too old is no error to PyTorch: it warns, and says that there is no GPU.
    return next((text for text in (str(one.message) for one in warned) if "CUDA" in text), None)


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
    """A device in words, such as 'CPU, 2 of 4 cores'; `auto` says also why it is no GPU, where PyTorch sees one."""
    device = pick_device(name)
    if device.type == "cuda":
        return f"{torch.cuda.get_device_name(device)} (CUDA)"
    if device.type != "cpu":
        return str(device)
    cores = f"CPU, {torch.get_num_threads()} of {os.cpu_count()} cores"
    return f"{cores}. {gpu_refusal()}" if name == "auto" and gpu_refusal() else cores
