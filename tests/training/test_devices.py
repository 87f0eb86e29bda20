"""Devices by name."""

import pytest
import torch

from explorer.errors import TrainingError
from explorer.training import describe_device, one_thread, pick_device


@pytest.mark.parametrize("name", ["cuda:77", "tpu9", "", "gpu", "cpu:x", "meta"])
def test_a_device_that_is_not_there_is_a_sentence(name: str) -> None:
    with pytest.raises(TrainingError, match=f"Device '{name}' cannot be used here; choose auto, cpu"):
        pick_device(name)


def test_auto_is_a_device_that_works() -> None:
    expected = "cuda" if torch.cuda.is_available() else "cpu"
    assert pick_device("auto").type == expected
    assert pick_device("cpu").type == "cpu"
    assert describe_device("cpu").startswith("CPU, ")


def test_on_one_thread_until_the_end_or_an_error() -> None:
    torch.set_num_threads(2)
    with one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2
    with pytest.raises(ZeroDivisionError), one_thread():
        _ = 1 / 0
    assert torch.get_num_threads() == 2
