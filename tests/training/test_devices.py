"""Devices by name, and GPUs that are there but compute nothing."""

import warnings
from collections.abc import Iterator

import pytest
import torch

from explorer.errors import TrainingError
from explorer.training import describe_device, devices, one_thread, pick_device


@pytest.mark.parametrize("name", ["cuda:77", "tpu9", "", "gpu", "cpu:x", "meta"])
def test_a_device_that_is_not_there_is_a_sentence(name: str) -> None:
    with pytest.raises(TrainingError, match=f"Device '{name}' cannot be used here; choose one of auto, cpu"):
        pick_device(name)


def test_auto_is_a_device_that_works() -> None:
    expected = "cuda" if torch.cuda.is_available() else "cpu"
    assert pick_device("auto").type == expected
    assert pick_device("cpu").type == "cpu"
    assert describe_device("cpu").startswith("CPU, ")


NO_KERNEL = "CUDA error: no kernel image is available for execution on the device\nCompile with TORCH_USE_CUDA_DSA."
OLD_DRIVER = "CUDA initialization: The NVIDIA driver on your system is too old (found version 9000)."


@pytest.fixture
def untried() -> Iterator[None]:
    """No trial of the GPU is remembered from before, nor after."""
    for tried in (devices.gpu_works, devices.gpu_refusal):
        tried.cache_clear()
    yield
    for tried in (devices.gpu_works, devices.gpu_refusal):
        tried.cache_clear()


def seen_but_broken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A GPU that PyTorch sees and on which nothing runs; the trials of it."""
    ones, trials = torch.ones, list[str]()

    def broken(*shape: int, device: torch.device) -> torch.Tensor:
        trials.append(device.type)
        if device.type == "cuda":
            raise RuntimeError(NO_KERNEL)
        return ones(*shape, device=device)

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch, "ones", broken)
    return trials


@pytest.mark.usefixtures("untried")
def test_a_gpu_that_computes_nothing_is_tried_once_and_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    trials = seen_but_broken(monkeypatch)
    sentence = (
        "PyTorch sees a GPU but cannot run on it "
        "(CUDA error: no kernel image is available for execution on the device)."
    )
    assert pick_device() == pick_device("auto") == torch.device("cpu")
    assert trials == ["cuda"]
    assert caplog.messages == [f"{sentence} The CPU is used instead."]
    assert describe_device().startswith("CPU, ")
    assert describe_device().endswith(f" cores. {sentence}")
    assert "GPU" not in describe_device("cpu")
    with pytest.raises(TrainingError, match=r"Device 'cuda' cannot be used here; choose one of auto, cpu\.$"):
        pick_device("cuda")


@pytest.mark.usefixtures("untried")
def test_a_driver_that_is_too_old_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def warn() -> bool:
        warnings.warn("something else", stacklevel=1)
        warnings.warn(OLD_DRIVER, stacklevel=1)
        return False

    monkeypatch.setattr(torch.cuda, "is_available", warn)
    assert describe_device().endswith("The NVIDIA driver on your system is too old (found version 9000)).")
    assert len(caplog.messages) == 1


@pytest.mark.usefixtures("untried")
def test_without_a_gpu_there_is_nothing_to_say(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert describe_device() == describe_device("cpu")
    assert not caplog.messages


def test_gpus_that_work_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "gpu_works", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(TrainingError, match=r"choose one of auto, cpu, cuda:0, cuda:1\."):
        pick_device("tpu9")


def test_on_one_thread_until_the_end_or_an_error() -> None:
    torch.set_num_threads(2)
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2
    with pytest.raises(ZeroDivisionError), one_thread():
        _ = 1 / 0
    assert torch.get_num_threads() == 2
