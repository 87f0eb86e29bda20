"""Convolutional coders: every size of image, and batch normalisation folded into what the browser evaluates."""

from itertools import product
from math import prod

import numpy as np
import pytest
import torch

from explorer.errors import SpecError
from explorer.models import ConvAESpec, ConvVAESpec, apply_layers
from explorer.models.autoencoder import Autoencoder, Batch, build_autoencoder, code_noise, loss_terms
from explorer.models.objectives import Weights, total_loss

SHAPES = [(28, 28), (8, 8), (7, 9), (1, 5), (13, 2), (6, 5, 3)]


def made(spec: ConvAESpec | ConvVAESpec, shape: tuple[int, ...] = (8, 8)) -> Autoencoder:
    return build_autoencoder(spec, shape, seed=0)


def images(n: int, shape: tuple[int, ...], seed: int = 0) -> torch.Tensor:
    return torch.rand((n, prod(shape)), generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(
    ("shape", "upsampling", "channels", "stride", "pooling"),
    [
        *product(SHAPES, ("transposed", "nearest"), ((4,), (3, 5, 2)), (2,), ("none",)),
        *product(SHAPES, ("transposed", "nearest"), ((4, 3),), (3,), ("max",)),
        ((28, 28), "transposed", (4, 3), 3, "none"),
        ((28, 28), "transposed", (4, 3), 2, "max"),
    ],
)
def test_any_size_of_image_is_made_smaller_and_comes_back(
    shape: tuple[int, ...], upsampling: str, channels: tuple[int, ...], stride: int, pooling: str
) -> None:
    spec = ConvAESpec(3, channels=channels, upsampling=upsampling, stride=stride, pooling=pooling)
    model = made(spec, shape)
    codes = model.encode(images(4, shape).numpy())
    assert codes.shape == (4, 3)
    assert model.decode(codes).shape == (4, prod(shape))
    np.testing.assert_allclose(apply_layers(model.decoder_layers(), codes), model.decode(codes), atol=1e-6)


def test_the_colours_of_a_pixel_lie_side_by_side_in_data_and_are_channels_of_the_maps() -> None:
    network = made(ConvAESpec(3, channels=(4,)), (6, 5, 3)).network
    x = images(2, (6, 5, 3))
    maps = network.encoder[0](x)
    assert torch.equal(maps, torch.stack([x.reshape(2, 6, 5, 3)[..., colour] for colour in range(3)], dim=1))
    assert torch.equal(network.decoder[-1](maps), x)
    assert network.encoder[1].weight.shape == (4, 3, 3, 3)


def test_the_small_cnn_of_courses_has_its_sizes() -> None:
    network = made(ConvAESpec(8, channels=(16, 8), stride=3, pooling="max"), (28, 28)).network
    sizes, x = [], images(1, (28, 28))
    for part in network.encoder:
        x = part(x)
        sizes += [tuple(x.shape[1:])] if isinstance(part, torch.nn.Conv2d | torch.nn.MaxPool2d) else []
    assert sizes == [(16, 10, 10), (16, 5, 5), (8, 3, 3), (8, 2, 2)]
    kinds = [
        type(part).__name__
        for part in network.decoder
        if isinstance(part, torch.nn.Upsample | torch.nn.ConvTranspose2d)
    ]
    assert kinds == ["Upsample", "ConvTranspose2d"] * 2
    last = network.decoder[-2]
    assert isinstance(last, torch.nn.ConvTranspose2d)
    assert (last.stride, last.output_padding) == ((3, 3), (0, 0))


def test_the_channels_are_those_asked_for_and_mirrored() -> None:
    network = made(ConvVAESpec(2, (10,), channels=(4, 6)), (28, 28)).network
    kernels = [tuple(part.weight.shape) for part in network.encoder if isinstance(part, torch.nn.Conv2d)]
    mirrored = [tuple(part.weight.shape) for part in network.decoder if isinstance(part, torch.nn.ConvTranspose2d)]
    assert kernels == [(4, 1, 3, 3), (6, 4, 3, 3)]
    assert mirrored == [(6, 4, 3, 3), (4, 1, 3, 3)]
    dense = [(part.in_features, part.out_features) for part in network.encoder if isinstance(part, torch.nn.Linear)]
    assert dense == [(6 * 7 * 7, 10), (10, 4)]


@pytest.mark.parametrize("shape", [(3,), (24,), (2, 8, 8)])
@pytest.mark.parametrize("spec", [ConvAESpec(), ConvVAESpec()], ids=["conv_ae", "conv_vae"])
def test_what_is_no_image_is_one_sentence(spec: ConvAESpec | ConvVAESpec, shape: tuple[int, ...]) -> None:
    plain = spec.family.removeprefix("conv_")
    with pytest.raises(SpecError, match=f"{spec.family}: convolutions need images, .*; choose {plain} instead\\."):
        made(spec, shape)


def trained_a_little(spec: ConvAESpec | ConvVAESpec, shape: tuple[int, ...]) -> Autoencoder:
    """A model whose normalisation has seen some batches."""
    model, generator = made(spec, shape), torch.Generator().manual_seed(0)
    optimizer = torch.optim.Adam(model.network.parameters(), lr=0.01)
    for seed in range(12):
        x = images(16, shape, seed)
        model.network.train()
        loss = total_loss(loss_terms(spec, model.network, Batch(x, x), code_noise(spec, len(x), generator)), Weights())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.network.eval()
    return model


@pytest.mark.parametrize("shape", [(8, 8), (7, 9), (6, 5, 3)])
@pytest.mark.parametrize("upsampling", ["transposed", "nearest"])
@pytest.mark.parametrize("family", [ConvAESpec, ConvVAESpec])
def test_folded_batch_normalisation_decodes_as_pytorch_does(
    family: type[ConvAESpec | ConvVAESpec], upsampling: str, shape: tuple[int, ...]
) -> None:
    spec = family(3, channels=(4, 6), upsampling=upsampling, batch_norm="yes", activation="leaky_relu")
    model = trained_a_little(spec, shape)
    normalised = [part for part in model.network.decoder if isinstance(part, torch.nn.BatchNorm2d)]
    assert normalised
    # It has really moved, or the test would say nothing.
    for part in normalised:
        assert part.running_mean is not None
        assert part.running_var is not None
        assert part.running_mean.abs().max() > 0.01
        assert (part.running_var - 1).abs().max() > 0.1
    codes = 3 * np.random.default_rng(0).standard_normal((20, 3), np.float32)
    layers = model.decoder_layers()
    assert not [layer for layer in layers if "Norm" in type(layer).__name__]
    np.testing.assert_allclose(apply_layers(layers, codes), model.decode(codes), atol=1e-5)


def test_a_normalised_code_does_not_depend_on_the_batch_it_comes_in() -> None:
    model = trained_a_little(ConvAESpec(3, channels=(4,), batch_norm="yes"), (8, 8))
    x = images(10, (8, 8)).numpy()
    np.testing.assert_allclose(model.encode(x)[:1], model.encode(x[:1]), atol=1e-6)
