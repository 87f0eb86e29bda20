"""Adam for a few numbers, without PyTorch's optimisers: the first of these in a process imports a compiler for 2 s."""

import math
from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor

DECAY_OF_MEAN, DECAY_OF_SQUARE, EPSILON = 0.9, 0.999, 1e-8


def descend(loss: Callable[[], Tensor], parameters: Sequence[Tensor], learning_rates: Iterable[float]) -> None:
    """Change the parameters in place by one step of Adam for each learning rate, so that the loss, (), falls.

    Source: Kingma & Ba 2015, algorithm 1, with its defaults for β₁, β₂ and ε.
    """
    means, squares = ([torch.zeros_like(parameter) for parameter in parameters] for _ in range(2))
    for step, rate in enumerate(learning_rates, start=1):
        gradients = torch.autograd.grad(loss(), parameters)
        for parameter, gradient, mean, square in zip(parameters, gradients, means, squares, strict=True):
            mean.lerp_(gradient, 1 - DECAY_OF_MEAN)
            square.lerp_(gradient.square(), 1 - DECAY_OF_SQUARE)
            scale = (square / (1 - DECAY_OF_SQUARE**step)).sqrt() + EPSILON
            parameter.detach().sub_(rate / (1 - DECAY_OF_MEAN**step) * mean / scale)


def cosine_rates(first: float, n_steps: int) -> list[float]:
    """Learning rates that fall from `first` towards zero along half a cosine (Loshchilov & Hutter 2017, eq. 5)."""
    return [0.5 * first * (1 + math.cos(math.pi * step / n_steps)) for step in range(n_steps)]
