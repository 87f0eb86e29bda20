"""Adam in a few lines against PyTorch's own."""

import torch
from torch import Tensor

from explorer.training.adam import cosine_rates, descend

SCALES = torch.tensor([1.0, 30.0, 0.01], dtype=torch.float64)


def loss_of(x: Tensor, y: Tensor) -> Tensor:
    return (SCALES * (x - 1).square()).sum() + (x.sum() * y).cos()


def start() -> tuple[Tensor, Tensor]:
    numbers = torch.tensor([0.3, -2.0, 5.0, 0.7], dtype=torch.float64)
    return numbers[:3].clone().requires_grad_(), numbers[3].clone().requires_grad_()


def test_steps_are_those_of_pytorch() -> None:
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
