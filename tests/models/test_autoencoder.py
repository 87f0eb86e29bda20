"""Autoencoders as latent models: NumPy in and out, plain layers, what a batch costs."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from explorer.models import AESpec, Gaussian, LatentModel, LinearAESpec, VAESpec, VariationalModel, apply_layers
from explorer.models.autoencoder import Batch, build_autoencoder, code_noise, loss_terms, plain_layers
from explorer.models.layers import Activation
from explorer.models.networks import NetworkSpec
from explorer.models.objectives import bernoulli_nll_nats, gaussian_nll_nats

SHAPE, D = (4, 5), 20
DATA_MEAN = torch.linspace(0, 1, D)
SPECS: list[NetworkSpec] = [
    LinearAESpec(3),
    LinearAESpec(3, "sigmoid"),
    AESpec(3, (16, 8), "relu"),
    AESpec(3, (16,), "leaky_relu", "identity"),
    AESpec(3, (16,), "tanh"),
    AESpec(3, (), "sigmoid"),
    VAESpec(3, (16, 8)),
    VAESpec(3, (16,), "leaky_relu", "identity", "gaussian", "learned"),
]


def pixels(n: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).random((n, D), np.float32)


def codes(n: int, seed: int = 0) -> NDArray[np.float32]:
    return 3 * np.random.default_rng(seed).standard_normal((n, 3), np.float32)


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_plain_layers_decode_as_the_network_does(spec: NetworkSpec) -> None:
    model = build_autoencoder(spec, SHAPE, seed=1, data_mean=DATA_MEAN)
    by_torch = model.network.decoder(torch.from_numpy(codes(50)))
    expected = torch.sigmoid(by_torch) if spec.output == "sigmoid" else by_torch
    decoded = model.decode(codes(50))
    np.testing.assert_allclose(decoded, expected.detach().numpy(), atol=1e-6)
    np.testing.assert_allclose(apply_layers(model.decoder_layers(), codes(50)), decoded, atol=1e-5)
    assert decoded.dtype == np.float32


@pytest.mark.parametrize("spec", [AESpec(3, (16,), output="tanh"), AESpec(3, (), output="tanh")])
def test_a_network_with_tanh_reads_and_gives_pixels_from_minus_1_to_1(spec: AESpec) -> None:
    model, x = build_autoencoder(spec, SHAPE, seed=1), pixels(6)
    signed, *layers = model.network.encoder
    assert signed(torch.tensor([[0.0, 0.5, 1.0]])).tolist() == [[-1, 0, 1]]
    z = torch.from_numpy(2 * x - 1)
    for layer in layers:
        z = layer(z)
    np.testing.assert_allclose(model.encode(x), z.detach().numpy(), atol=1e-6)
    given = torch.tanh(model.network.decoder(z)).detach().numpy()
    np.testing.assert_allclose(model.decode(z.detach().numpy()), (given + 1) / 2, atol=1e-6)
    np.testing.assert_allclose(apply_layers(model.decoder_layers(), z.detach().numpy()), (given + 1) / 2, atol=1e-5)
    cost = loss_terms(spec, model.network, Batch(torch.from_numpy(x), torch.from_numpy(x))).reconstruction
    np.testing.assert_allclose(4 * cost.detach().numpy(), np.square(2 * x - 1 - given).sum(axis=1), rtol=1e-4)


@pytest.mark.parametrize("name", ["relu", "leaky_relu", "sigmoid", "tanh"])
def test_activations_are_pytorchs(name: str) -> None:
    x = np.array([[-1e30, -200, -2, -0.0, 0.5, 3, 200, 1e30]], np.float32)
    oracle = getattr(torch.nn.functional, name)(torch.from_numpy(x)).numpy()
    with np.errstate(over="raise", invalid="raise"):
        np.testing.assert_allclose(apply_layers((Activation(name),), x), oracle, atol=1e-7)  # type: ignore[arg-type]


@pytest.mark.parametrize("spec", SPECS, ids=str)
def test_every_autoencoder_is_a_latent_model(spec: NetworkSpec) -> None:
    model = build_autoencoder(spec, SHAPE, seed=1)
    assert isinstance(model, LatentModel)
    assert isinstance(model, VariationalModel) == isinstance(spec, VAESpec)
    assert (model.latent_dim, model.sample_shape, model.spec) == (3, SHAPE, spec)
    assert model.encode(pixels(7)).shape == (7, 3)


@pytest.mark.parametrize("n", [0, 1, 4096, 5000])
def test_any_number_of_samples_goes_through(n: int) -> None:
    model = build_autoencoder(VAESpec(3, (16,)), SHAPE, seed=1)
    posterior = model.network.posterior(torch.from_numpy(pixels(n)))
    encoded = model.encode(pixels(n))
    np.testing.assert_allclose(encoded, posterior[0].detach().numpy(), atol=1e-6)
    assert model.decode(encoded).shape == (n, D)


def test_the_code_of_a_vae_is_the_posterior_mean() -> None:
    model = build_autoencoder(VAESpec(3, (16,)), SHAPE, seed=1)
    assert isinstance(model, VariationalModel)
    posterior = model.posterior(pixels(9))
    np.testing.assert_array_equal(model.encode(pixels(9)), posterior.mean)
    raw = model.network.encoder(torch.from_numpy(pixels(9)))[:, 3:]
    np.testing.assert_allclose(posterior.log_var, 10 * torch.tanh(raw / 10).detach().numpy(), atol=1e-6)


def test_draws_of_a_posterior_have_its_moments_and_depend_on_the_generator_alone() -> None:
    mean, log_var = np.full((100_000, 1), 2, np.float32), np.full((100_000, 1), np.log(9), np.float32)
    posterior = Gaussian(mean, log_var)
    draws = posterior.sample(np.random.default_rng(0))
    assert draws.mean() == pytest.approx(2, abs=0.05)
    assert draws.std() == pytest.approx(3, abs=0.05)
    assert draws.dtype == np.float32
    np.testing.assert_array_equal(draws, posterior.sample(np.random.default_rng(0)))
    assert (draws != posterior.sample(np.random.default_rng(1))).all()


def test_a_network_depends_on_its_seed_alone() -> None:
    state = torch.get_rng_state()
    first, again, other = (build_autoencoder(AESpec(), SHAPE, seed).encode(pixels(3)) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()
    torch.testing.assert_close(torch.get_rng_state(), state)


def test_a_linear_autoencoder_without_output_centres_on_the_mean_and_has_no_other_bias() -> None:
    model = build_autoencoder(LinearAESpec(3), SHAPE, seed=0, data_mean=DATA_MEAN)
    np.testing.assert_allclose(model.encode(DATA_MEAN[None].numpy()), 0, atol=1e-6)
    np.testing.assert_allclose(model.decode(np.zeros((1, 3), np.float32))[0], DATA_MEAN, atol=1e-6)
    assert [tuple(parameter.shape) for parameter in model.network.parameters()] == [(3, D), (D, 3)]


def test_widths_are_mirrored() -> None:
    network = build_autoencoder(VAESpec(2, (16, 8)), SHAPE, seed=0).network
    widths = [
        [(layer.in_features, layer.out_features) for layer in part if isinstance(layer, nn.Linear)]
        for part in (network.encoder, network.decoder)
    ]
    assert widths == [[(D, 16), (16, 8), (8, 4)], [(2, 8), (8, 16), (16, D)]]


@pytest.mark.parametrize(("variance", "is_learned"), [(0.25, False), ("learned", True)])
def test_the_variance_of_a_gaussian_decoder_is_fixed_or_learned(variance: float | str, is_learned: bool) -> None:
    network = build_autoencoder(VAESpec(likelihood="gaussian", variance=variance), SHAPE, seed=0).network
    assert network.log_variance.exp().item() == pytest.approx(0.1 if is_learned else 0.25)
    assert ("log_variance" in dict(network.named_parameters())) == is_learned


def test_a_batch_costs_squared_error_or_a_bound_on_the_likelihood() -> None:
    x = torch.from_numpy(pixels(6))
    for spec in (AESpec(3, (16,)), VAESpec(3, (16,)), VAESpec(3, (16,), likelihood="gaussian", variance=0.25)):
        model = build_autoencoder(spec, SHAPE, seed=0)
        noise = code_noise(spec, len(x), torch.Generator().manual_seed(3))
        terms = loss_terms(spec, model.network, Batch(x, x), noise)
        if isinstance(spec, AESpec):
            expected = (x - torch.from_numpy(model.decode(model.encode(x.numpy())))).square().sum(dim=1)
            assert terms.kl_nats is None
        else:
            mean, log_var = model.network.posterior(x)
            epsilon = torch.randn(mean.shape, generator=torch.Generator().manual_seed(3))
            logits = model.network.decoder(mean + log_var.exp().sqrt() * epsilon)
            bernoulli, variance = bernoulli_nll_nats(x, logits), torch.tensor(0.25).log()
            is_bernoulli = spec.likelihood == "bernoulli"
            expected = bernoulli if is_bernoulli else gaussian_nll_nats(x, torch.sigmoid(logits), variance)
            assert terms.kl_nats is not None
            assert terms.kl_nats.shape == (6, 3)
        torch.testing.assert_close(terms.reconstruction, expected)


def test_an_autoencoder_may_cost_a_cross_entropy() -> None:
    spec, x = AESpec(3, (16,), reconstruction_loss="cross_entropy"), torch.from_numpy(pixels(6))
    model = build_autoencoder(spec, SHAPE, seed=0)
    terms = loss_terms(spec, model.network, Batch(x, x))
    p = torch.from_numpy(model.decode(model.encode(x.numpy())))
    torch.testing.assert_close(terms.reconstruction, -(x * p.log() + (1 - x) * (1 - p).log()).sum(dim=1))
    assert terms.kl_nats is None


def test_an_encoder_that_gives_log_std_has_twice_that_as_log_variance() -> None:
    x = torch.from_numpy(pixels(6))
    mean, log_var = build_autoencoder(VAESpec(3, (16,), spread="log_std"), SHAPE, seed=0).network.posterior(x)
    network = build_autoencoder(VAESpec(3, (16,)), SHAPE, seed=0).network
    raw = network.encoder(x)
    torch.testing.assert_close(mean, raw[:, :3])
    torch.testing.assert_close(log_var, 10 * torch.tanh(2 * raw[:, 3:] / 10))
    torch.testing.assert_close(network.posterior(x)[1], 10 * torch.tanh(raw[:, 3:] / 10))


def test_no_layers_are_the_identity() -> None:
    assert plain_layers(nn.Sequential()) == ()
    np.testing.assert_array_equal(apply_layers((), codes(4)), codes(4))
