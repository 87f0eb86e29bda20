"""Plain layers against PyTorch's own."""

from typing import get_args

import numpy as np
import pytest
import torch
from torch import nn

from explorer.models.layers import (
    Activation,
    ActivationName,
    Array,
    ChannelsLast,
    Convolution,
    Dense,
    Layer,
    Reshape,
    TransposedConvolution,
    Upsampling,
    apply_layers,
    folded,
    output_shapes,
)

TORCH_ACTIVATIONS: dict[ActivationName, nn.Module] = {
    "relu": nn.ReLU(),
    "leaky_relu": nn.LeakyReLU(),
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
    "elu": nn.ELU(),
    "softplus": nn.Softplus(),
    "identity": nn.Identity(),
}


def normal(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def torch_result(module: nn.Module, x: Array) -> Array:
    with torch.no_grad():
        result: Array = module.eval()(torch.from_numpy(x)).numpy()
    return result


def plain(module: nn.Module) -> Dense | Convolution | TransposedConvolution:
    match module:
        case nn.Linear():
            return Dense(module.weight.detach().numpy(), module.bias.detach().numpy())
        case nn.ConvTranspose2d():
            first, second = module.output_padding
            weight, bias = module.weight.detach().numpy(), module.bias.detach().numpy()  # type: ignore[union-attr]
            return TransposedConvolution(weight, bias, module.stride[0], int(module.padding[0]), (first, second))
        case nn.Conv2d():
            weight, bias = module.weight.detach().numpy(), module.bias.detach().numpy()  # type: ignore[union-attr]
            return Convolution(weight, bias, module.stride[0], int(module.padding[0]))
    raise TypeError(module)


def check_maps(layer: Layer, module: nn.Module, shape: tuple[int, int, int]) -> None:
    """The layer gives what torch's module gives, and says its shape beforehand."""
    x = normal(3, *shape)
    expected = torch_result(module, x)
    layers: tuple[Layer, ...] = (Reshape(shape), layer)
    assert output_shapes(layers, int(np.prod(shape)))[-1] == expected.shape[1:]
    np.testing.assert_allclose(apply_layers(layers, x.reshape(3, -1)), expected.reshape(3, -1), atol=1e-5)


@pytest.mark.parametrize("shape", [(1, 7, 7), (5, 4, 9), (3, 28, 28)])
@pytest.mark.parametrize("kernel", [1, 3, 4, 5])
@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (1, 1), (2, 0), (2, 1), (2, 2), (3, 1)])
def test_convolution_is_torchs(shape: tuple[int, int, int], kernel: int, stride: int, padding: int) -> None:
    if min(shape[1:]) + 2 * padding < kernel:
        pytest.skip("the kernel is wider than the map")
    torch.manual_seed(1)
    module = nn.Conv2d(shape[0], 4, kernel, stride, padding)
    check_maps(plain(module), module, shape)


@pytest.mark.parametrize("shape", [(1, 7, 7), (6, 4, 4), (3, 14, 14), (2, 1, 5)])
@pytest.mark.parametrize("kernel", [1, 3, 4, 5])
@pytest.mark.parametrize(
    ("stride", "padding", "output_padding"),
    [(1, 0, (0, 0)), (1, 1, (0, 0)), (2, 0, (0, 0)), (2, 1, (1, 1)), (2, 2, (1, 0)), (3, 1, (2, 1))],
)
def test_transposed_convolution_is_torchs(
    shape: tuple[int, int, int], kernel: int, stride: int, padding: int, output_padding: tuple[int, int]
) -> None:
    torch.manual_seed(2)
    module = nn.ConvTranspose2d(shape[0], 4, kernel, stride, padding, output_padding)
    layer = plain(module)
    if min(output_shapes((Reshape(shape), layer), int(np.prod(shape)))[-1]) < 1:
        pytest.skip("nothing is left of the map")
    check_maps(layer, module, shape)


@pytest.mark.parametrize("n_in", [1, 2, 3, 4, 5, 7, 8, 14])
@pytest.mark.parametrize("n_out", [4, 7, 8, 11, 14, 21, 28, 49])
def test_upsampling_is_torchs(n_in: int, n_out: int) -> None:
    module = nn.Upsample(size=(n_out, 28), mode="nearest")
    check_maps(Upsampling((n_out, 28)), module, (2, n_in, 7))


@pytest.mark.parametrize("name", get_args(ActivationName))
def test_activations_are_torchs_and_stay_finite(name: ActivationName) -> None:
    x = np.array([[-200, -3, -1e-3, 0, 1e-3, 3, 200]], np.float32)
    result = apply_layers((Activation(name),), x)
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, torch_result(TORCH_ACTIVATIONS[name], x), atol=1e-6)


@pytest.mark.parametrize("module", [nn.Linear(6, 5), nn.Conv2d(3, 5, 3), nn.ConvTranspose2d(3, 5, 4, 2)])
def test_a_folded_layer_is_the_layer_and_its_batch_norm(module: nn.Module) -> None:
    x = normal(4, 6) if isinstance(module, nn.Linear) else normal(4, 3, 7, 7)
    norm = nn.BatchNorm1d(5) if isinstance(module, nn.Linear) else nn.BatchNorm2d(5)
    with torch.no_grad():
        for number, values in enumerate((norm.weight, norm.bias, norm.running_mean)):
            assert values is not None
            values.copy_(torch.from_numpy(normal(5, seed=number)))
        assert norm.running_var is not None
        norm.running_var.copy_(torch.from_numpy(np.abs(normal(5, seed=9)) + 0.1))
    scale, shift = scale_and_shift(norm)
    unfolded = plain(module)
    layer = folded(unfolded, scale, shift)
    layers: tuple[Layer, ...] = (layer,) if isinstance(layer, Dense) else (Reshape((3, 7, 7)), layer)
    expected = torch_result(nn.Sequential(module, norm), x)
    np.testing.assert_allclose(apply_layers(layers, x.reshape(4, -1)), expected.reshape(4, -1), atol=1e-5)


def scale_and_shift(norm: nn.BatchNorm1d | nn.BatchNorm2d) -> tuple[Array, Array]:
    assert norm.running_var is not None
    assert norm.running_mean is not None
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    shift = norm.bias - norm.running_mean * scale
    return scale.detach().numpy(), shift.detach().numpy()


@pytest.mark.parametrize("middle", ["transposed", "upsampled"])
def test_a_convolutional_decoder_is_torchs(middle: str) -> None:
    torch.manual_seed(3)
    up: tuple[nn.Module, ...] = (nn.ConvTranspose2d(32, 16, 4, 2, 1),)
    if middle == "upsampled":
        up = (nn.Upsample(size=(14, 14)), nn.Conv2d(32, 16, 3, padding=1))
    first, last = nn.Linear(2, 32 * 49), nn.ConvTranspose2d(16, 1, 3, 2, 1, 1)
    network = nn.Sequential(first, nn.ReLU(), nn.Unflatten(1, (32, 7, 7)), *up, nn.ELU(), last, nn.Flatten())
    plain_up = (Upsampling((14, 14)), plain(up[1])) if middle == "upsampled" else (plain(up[0]),)
    layers = (plain(first), Activation("relu"), Reshape((32, 7, 7)), *plain_up, Activation("elu"), plain(last))
    z = normal(8, 2)
    np.testing.assert_allclose(apply_layers(layers, z), torch_result(network, z), atol=1e-5)
    assert output_shapes(layers, 2)[-1] == (1, 28, 28)


def test_channels_last_puts_the_colours_of_a_pixel_side_by_side() -> None:
    layers: tuple[Layer, ...] = (Reshape((3, 2, 2)), ChannelsLast())
    x = np.arange(12, dtype=np.float32)[None]
    assert apply_layers(layers, x).tolist() == [[0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]]
    assert output_shapes(layers, 12)[-1] == (12,)


def test_maps_are_flattened_before_a_dense_layer() -> None:
    weight = normal(3, 8)
    dense = Dense(weight, np.zeros(3, np.float32))
    x = normal(2, 8)
    assert np.array_equal(apply_layers((Reshape((2, 2, 2)), dense), x), apply_layers((dense,), x))
