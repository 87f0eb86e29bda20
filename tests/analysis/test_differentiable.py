"""Layers in PyTorch against the same layers in NumPy, and their gradient against finite differences."""

import numpy as np
import pytest
import torch

from explorer.analysis.differentiable import apply_with_gradient
from explorer.models.layers import (
    Activation,
    ActivationName,
    Convolution,
    Dense,
    Layer,
    Reshape,
    TransposedConvolution,
    Upsampling,
    apply_layers,
)

RNG = np.random.default_rng(0)


def weights(*shape: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return RNG.standard_normal(shape).astype(np.float32)


CONVOLUTIONAL: tuple[Layer, ...] = (
    Dense(weights(18, 3), weights(18)),
    Activation("leaky_relu"),
    Reshape((2, 3, 3)),
    TransposedConvolution(weights(2, 4, 3, 3), weights(4), 2, 1, (1, 1)),
    Activation("relu"),
    Upsampling((9, 9)),
    Convolution(weights(1, 4, 3, 3), weights(1), 2, 1),
    Activation("sigmoid"),
)
NAMES: tuple[ActivationName, ...] = ("relu", "leaky_relu", "sigmoid", "tanh", "elu", "softplus", "identity")
CASES: list[tuple[Layer, ...]] = [
    CONVOLUTIONAL,
    *((Dense(weights(5, 3), weights(5)), Activation(name), Dense(weights(4, 5), weights(4))) for name in NAMES),
]


@pytest.mark.parametrize("layers", CASES)
def test_values_are_those_of_numpy(layers: tuple[Layer, ...]) -> None:
    z = weights(4, 3)
    np.testing.assert_allclose(
        apply_with_gradient(layers, torch.from_numpy(z)).numpy(), apply_layers(layers, z), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("layers", CASES)
def test_gradient_is_the_slope(layers: tuple[Layer, ...]) -> None:
    z, way = weights(1, 3), weights(1, 3)
    variable = torch.from_numpy(z.copy()).requires_grad_()
    apply_with_gradient(layers, variable).square().sum().backward()
    assert variable.grad is not None

    def loss(step: float) -> float:
        return float(np.square(apply_layers(layers, (z + step * way).astype(np.float32)), dtype=np.float64).sum())

    slope = (loss(1e-3) - loss(-1e-3)) / 2e-3
    assert float((variable.grad.numpy() * way).sum()) == pytest.approx(slope, rel=0.03, abs=0.05)
