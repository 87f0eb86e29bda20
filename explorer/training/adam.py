"""Adam without what only `torch.compile` needs of it."""

import math
from collections.abc import Callable, Iterable, Sequence
from inspect import unwrap

import torch
from torch import Tensor
from torch.optim import Optimizer


class Adam(torch.optim.Adam):
    """PyTorch's Adam, whose methods lie bare: their decorators would import `torch._dynamo`, which takes seconds."""

    add_param_group = unwrap(Optimizer.add_param_group)
    zero_grad = unwrap(Optimizer.zero_grad)
    state_dict = unwrap(Optimizer.state_dict)
    load_state_dict = unwrap(Optimizer.load_state_dict)
    step = torch.no_grad()(unwrap(torch.optim.Adam.step))


def descend(loss: Callable[[], Tensor], parameters: Sequence[Tensor], learning_rates: Iterable[float]) -> None:
    """Change the parameters in place by one step of Adam for each learning rate, so that the loss, (), falls.

    Source: Kingma & Ba 2015, algorithm 1, with its defaults for β₁, β₂ and ε.
    """
    optimizer = Adam(parameters)
    for rate in learning_rates:
        optimizer.param_groups[0]["lr"] = rate
        for parameter, gradient in zip(parameters, torch.autograd.grad(loss(), parameters), strict=True):
            parameter.grad = gradient
        optimizer.step()
    optimizer.zero_grad()


def cosine_rates(first: float, n_steps: int) -> list[float]:
    """Learning rates that fall from `first` towards zero along half a cosine (Loshchilov & Hutter 2017, eq. 5)."""
    return [0.5 * first * (1 + math.cos(math.pi * step / n_steps)) for step in range(n_steps)]
