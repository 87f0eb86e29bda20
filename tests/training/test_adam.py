"""Adam takes PyTorch's own steps, and a training's first ones import nothing that they do not need."""

import subprocess
import sys

import pytest
import torch
from torch import Tensor

from explorer.training.adam import Adam, cosine_rates, descend

FIRST_RECORD = """
import sys
import torch
from explorer.data import load_dataset
from explorer.models import VAESpec
from explorer.training import RunSpec, start, train
from explorer.training.adam import descend
x = torch.ones(1, requires_grad=True)
descend(lambda: x.square().sum(), [x], [0.1, 0.1])
state = start(RunSpec(VAESpec(hidden=(8,)), "digits", n_epochs=1), load_dataset("digits"), "cpu")
print(next(train(state)).step, *sorted({"torch._dynamo", "sympy", "sklearn", "torchvision"} & set(sys.modules)))
"""
SCALES = torch.tensor([1.0, 30.0, 0.01], dtype=torch.float64)


def loss_of(x: Tensor, y: Tensor) -> Tensor:
    return (SCALES * (x - 1).square()).sum() + (x.sum() * y).cos()


def start() -> tuple[Tensor, Tensor]:
    numbers = torch.tensor([0.3, -2.0, 5.0, 0.7], dtype=torch.float64)
    return numbers[:3].clone().requires_grad_(), numbers[3].clone().requires_grad_()


def test_a_descent_is_that_of_pytorch() -> None:
    own, theirs = start(), start()
    descend(lambda: loss_of(*own), own, cosine_rates(0.1, 40))
    optimizer = torch.optim.Adam(theirs, lr=0.1)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 40)
    for _ in range(40):
        optimizer.zero_grad()
        loss_of(*theirs).backward()
        optimizer.step()
        schedule.step()
    for found, expected in zip(own, theirs, strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-12)
        assert found.requires_grad


@pytest.mark.parametrize("is_fused", [True, False])
def test_steps_are_those_of_pytorch(is_fused: bool) -> None:
    ours, theirs = (torch.linspace(-1, 1, 6).requires_grad_() for _ in range(2))
    optimizers = [Adam([ours], lr=0.1, fused=is_fused), torch.optim.Adam([theirs], lr=0.1, fused=is_fused)]
    for _ in range(5):
        for parameter, optimizer in zip((ours, theirs), optimizers, strict=True):
            optimizer.zero_grad()
            (parameter**3).sum().backward()
            optimizer.step()
    torch.testing.assert_close(ours, theirs, rtol=0, atol=0)
    optimizers[0].load_state_dict(optimizers[1].state_dict())
    kept = optimizers[0].state_dict()["state"][0]
    torch.testing.assert_close(kept["exp_avg"], optimizers[1].state[theirs]["exp_avg"])


def test_a_first_record_needs_neither_the_compiler_nor_scikit_learn() -> None:
    shown = subprocess.run([sys.executable, "-c", FIRST_RECORD], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["1"]
