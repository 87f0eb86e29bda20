"""Sparsity, contraction and the classifier against autograd, torch.distributions and finite differences."""

import pytest
import torch
from torch import Tensor
from torch.autograd.functional import jacobian
from torch.distributions import Bernoulli, kl_divergence
from torch.nn.functional import cross_entropy

from explorer.models import AESpec, ConvAESpec, VAESpec
from explorer.models.autoencoder import (
    ACTIVATION_MOMENTUM,
    Batch,
    build_autoencoder,
    code_noise,
    jacobian_norm,
    loss_terms,
)
from explorer.models.networks import AutoencoderNetwork, KeepLargest, NetworkSpec
from explorer.models.objectives import bernoulli_kl_nats, squared_error, total_correlation_nats

SHAPE, D, N = (4, 4), 16, 5


def uniform(*shape: int, seed: int = 0) -> Tensor:
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed))


def made(spec: NetworkSpec, n_classes: int = 0) -> AutoencoderNetwork:
    return build_autoencoder(spec, SHAPE, seed=3, n_classes=n_classes).network


def precise_norm(spec: AESpec, network: AutoencoderNetwork, x: Tensor) -> Tensor:
    """The contraction of a network in double precision, that finite differences can be taken of."""
    x = x.detach().double().requires_grad_()
    return jacobian_norm(spec, network, network.encode(x), x)


def penalty(spec: AESpec, network: AutoencoderNetwork, x: Tensor) -> Tensor:
    terms = loss_terms(spec, network, Batch(x, x))
    assert terms.penalty is not None
    return terms.penalty


@pytest.mark.parametrize("n_kept", [1, 3, 7])
def test_a_k_sparse_code_has_exactly_k_units_and_they_are_the_largest(n_kept: int) -> None:
    z = torch.randn(50, 7, generator=torch.Generator().manual_seed(0))
    kept = KeepLargest(n_kept)(z)
    assert ((kept != 0).sum(dim=1) == n_kept).all()
    threshold = z.sort(dim=1, descending=True).values[:, n_kept - 1 : n_kept]
    torch.testing.assert_close(kept, torch.where(z >= threshold, z, 0.0))


@pytest.mark.parametrize("n_kept", [1, 3, 7])
def test_by_magnitude_the_largest_are_kept_whatever_their_sign(n_kept: int) -> None:
    z = torch.randn(50, 7, generator=torch.Generator().manual_seed(0))
    kept = KeepLargest(n_kept, by_magnitude=True)(z)
    threshold = z.abs().sort(dim=1, descending=True).values[:, n_kept - 1 : n_kept]
    torch.testing.assert_close(kept, torch.where(z.abs() >= threshold, z, 0.0))


@pytest.mark.parametrize(("kind", "kept"), [("k_sparse", [0.0, 0.0, 2.0]), ("k_sparse_abs", [-3.0, 0.0, 0.0])])
def test_a_strongly_negative_unit_is_kept_by_magnitude_alone(kind: str, kept: list[float]) -> None:
    network = made(AESpec(3, (), sparsity=kind, sparse_units=1))
    *_, keep_largest = network.encoder
    assert keep_largest(torch.tensor([[-3.0, 1.0, 2.0]])).tolist() == [kept]


def test_units_that_tie_are_kept_no_more_than_k() -> None:
    assert (KeepLargest(2)(torch.ones(3, 6)) != 0).sum(dim=1).tolist() == [2, 2, 2]


def test_the_gradient_of_a_k_sparse_code_is_that_of_the_kept_units() -> None:
    z = torch.randn(6, 8, generator=torch.Generator().manual_seed(0), dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(KeepLargest(3), (z,))
    (gradient,) = torch.autograd.grad(KeepLargest(3)(z).sum(), z)
    torch.testing.assert_close(gradient, (KeepLargest(3)(z) != 0).double())


def test_the_encoder_ends_in_the_kept_units() -> None:
    network = made(AESpec(6, (8,), sparsity="k_sparse", sparse_units=2))
    assert ((network.encode(uniform(20, D)) != 0).sum(dim=1) == 2).all()


@pytest.mark.parametrize("rate", [0.05, 0.5, 0.9])
def test_kl_of_a_rate_is_that_of_torch_distributions(rate: float) -> None:
    activation = uniform(40)
    oracle = kl_divergence(Bernoulli(torch.tensor(rate)), Bernoulli(activation))
    torch.testing.assert_close(bernoulli_kl_nats(rate, activation), oracle)
    assert bernoulli_kl_nats(rate, torch.tensor([0.0, 1.0])).isfinite().all()


KL_SPEC = AESpec(3, (8,), code_activation="sigmoid", sparsity="kl", sparsity_rate=0.1, sparsity_weight=2.5)


def test_kl_sparsity_is_about_a_running_mean_of_each_unit() -> None:
    network, expected = made(KL_SPEC), torch.full((3,), 0.1)
    for seed in range(3):
        x = uniform(N, D, seed=seed)
        expected = (1 - ACTIVATION_MOMENTUM) * expected + ACTIVATION_MOMENTUM * network.encode(x).mean(dim=0).detach()
        rate = Bernoulli(torch.tensor(0.1))
        oracle = 2.5 * kl_divergence(rate, Bernoulli(expected)).sum()
        torch.testing.assert_close(penalty(KL_SPEC, network, x), oracle.expand(N), rtol=1e-5, atol=1e-6)
    assert network.mean_activation is not None
    torch.testing.assert_close(network.mean_activation, expected, rtol=1e-6, atol=1e-7)


def test_the_gradient_of_kl_sparsity_is_that_of_the_batch_mean() -> None:
    network, x = made(KL_SPEC), uniform(N, D)
    bias = network.encoder.get_parameter("2.bias")
    (gradient,) = torch.autograd.grad(penalty(KL_SPEC, network, x).mean(), bias)
    z = network.encode(x).detach()
    assert network.mean_activation is not None
    held = network.mean_activation
    slope = 2.5 * (-0.1 / held + 0.9 / (1 - held))
    torch.testing.assert_close(gradient, slope * (z * (1 - z)).mean(dim=0), rtol=1e-5, atol=1e-7)


def test_without_gradients_the_running_mean_stays() -> None:
    network = made(KL_SPEC)
    with torch.no_grad():
        penalty(KL_SPEC, network, uniform(N, D))
    assert network.mean_activation is not None
    torch.testing.assert_close(network.mean_activation, torch.full((3,), 0.1))


def test_l1_is_the_sum_of_magnitudes() -> None:
    spec = AESpec(3, (8,), sparsity="l1", sparsity_weight=0.7)
    network, x = made(spec), uniform(N, D)
    by_hand = [0.7 * sum(abs(value) for value in row) for row in network.encode(x).tolist()]
    torch.testing.assert_close(penalty(spec, network, x).tolist(), by_hand)


def test_l2_is_the_sum_of_squares() -> None:
    spec = AESpec(3, (8,), sparsity="l2", sparsity_weight=0.7)
    network, x = made(spec), uniform(N, D)
    by_hand = [0.7 * sum(value * value for value in row) for row in network.encode(x).tolist()]
    torch.testing.assert_close(penalty(spec, network, x).tolist(), by_hand)


def layers_by_hand(network: AutoencoderNetwork, x: Tensor) -> list[Tensor]:
    """The two hidden layers of dense ReLU units and the code."""
    first, second, code = (network.encoder[place] for place in (0, 2, 4))
    one = torch.relu(first(x))
    two = torch.relu(second(one))
    return [one, two, code(two)]


@pytest.mark.parametrize("kind", ["l1", "l2"])
def test_a_penalty_on_all_layers_is_that_of_each_layer_summed(kind: str) -> None:
    spec = AESpec(3, (8, 6), sparsity=kind, sparsity_weight=0.7, sparse_layers="all")
    network, x = made(spec), uniform(N, D)
    power = 1 if kind == "l1" else 2
    by_hand = sum(0.7 * layer.abs().pow(power).sum(dim=1) for layer in layers_by_hand(network, x))
    torch.testing.assert_close(penalty(spec, network, x), by_hand)
    on_code = AESpec(3, (8, 6), sparsity=kind, sparsity_weight=0.7)
    assert (penalty(on_code, network, x) < penalty(spec, network, x)).all()


def test_kl_on_all_layers_keeps_a_mean_of_each_hidden_unit_too() -> None:
    spec = AESpec(3, (8,), "sigmoid", code_activation="sigmoid", sparsity="kl", sparsity_rate=0.1, sparse_layers="all")
    network, x = made(spec), uniform(N, D)
    first, code = network.encoder[0], network.encoder[2]
    hidden = torch.sigmoid(first(x))
    units = torch.cat((hidden, torch.sigmoid(code(hidden))), dim=1)
    expected = (1 - ACTIVATION_MOMENTUM) * 0.1 + ACTIVATION_MOMENTUM * units.mean(dim=0).detach()
    oracle = kl_divergence(Bernoulli(torch.tensor(0.1)), Bernoulli(expected)).sum()
    torch.testing.assert_close(penalty(spec, network, x), oracle.expand(N), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("spec", "n_hidden"),
    [
        (AESpec(3, ()), 0),
        (AESpec(3, (8, 6), code_activation="relu", sparsity="k_sparse", sparse_units=1), 14),
        (ConvAESpec(3, channels=(5,), hidden=(7,)), 5 * 4 + 7),
    ],
)
def test_hidden_layers_and_code_are_told_apart(spec: AESpec, n_hidden: int) -> None:
    network, x = made(spec), uniform(N, D)
    hidden, z = network.encode_by_layer(x)
    assert hidden.shape == (N, n_hidden)
    assert (hidden >= 0).all()
    torch.testing.assert_close(z, network.encode(x))


CONTRACTED: list[AESpec] = [
    *(AESpec(3, (), code_activation=name, contraction=1.0) for name in ("identity", "relu", "sigmoid", "tanh")),
    AESpec(3, (8, 6), "tanh", contraction=1.0),
    AESpec(3, (8,), "sigmoid", contraction=1.0, code_activation="tanh"),
    AESpec(3, (8,), "leaky_relu", contraction=1.0),
    AESpec(3, (), output="tanh", contraction=1.0),
    AESpec(5, (), contraction=1.0, sparsity="k_sparse", sparse_units=2),
    AESpec(5, (8,), "tanh", contraction=1.0, sparsity="k_sparse", sparse_units=2),
    ConvAESpec(3, channels=(4, 3), activation="tanh", contraction=1.0),
]


@pytest.mark.parametrize("spec", CONTRACTED, ids=str)
def test_contraction_is_the_squared_frobenius_norm_of_the_jacobian(spec: AESpec) -> None:
    network, x = made(spec), uniform(N, D)
    oracle = torch.stack([jacobian(lambda row: network.encode(row[None])[0], row).square().sum() for row in x])
    torch.testing.assert_close(penalty(spec, network, x), oracle)
    with torch.no_grad():
        torch.testing.assert_close(penalty(spec, network, x), oracle)


@pytest.mark.parametrize("spec", CONTRACTED, ids=str)
def test_the_gradient_of_a_contraction_is_that_of_finite_differences(spec: AESpec) -> None:
    network, x, step = made(spec).double(), uniform(N, D), 1e-6
    weight = next(network.encoder.parameters())
    (gradient,) = torch.autograd.grad(precise_norm(spec, network, x).sum(), weight)
    for place in ((0,) * weight.ndim, (1,) + (-1,) * (weight.ndim - 1)):
        ends = []
        for sign in (1, -1):
            with torch.no_grad():
                weight[place] += sign * step
                with torch.enable_grad():
                    ends.append(precise_norm(spec, network, x).sum().detach())
                weight[place] -= sign * step
        assert gradient[place].item() == pytest.approx(((ends[0] - ends[1]) / (2 * step)).item(), rel=1e-4, abs=1e-6)


def test_the_closed_form_of_one_layer_is_the_product_of_every_unit() -> None:
    for name in ("identity", "relu", "sigmoid", "tanh"):
        spec = AESpec(3, (), code_activation=name, contraction=1.0)
        network, x = made(spec), uniform(N, D).requires_grad_()
        z = network.encode(x)
        rows = [torch.autograd.grad(z[:, unit].sum(), x, retain_graph=True)[0].square().sum(dim=1) for unit in range(3)]
        torch.testing.assert_close(jacobian_norm(spec, network, z, x), sum(rows[1:], rows[0]))


def test_penalties_add_up_with_their_weights() -> None:
    fields = {"sparsity": "l1", "sparsity_weight": 0.3}
    both = AESpec(3, (8,), contraction=0.2, **fields)  # type: ignore[arg-type]
    network, x = made(both), uniform(N, D)
    parts = [penalty(spec, network, x) for spec in (AESpec(3, (8,), contraction=0.2), AESpec(3, (8,), **fields))]  # type: ignore[arg-type]
    torch.testing.assert_close(penalty(both, network, x), parts[0] + parts[1])


@pytest.mark.parametrize("spec", [AESpec(3, (8,), classifier_weight=0.5), VAESpec(3, (8,), classifier_weight=0.5)])
def test_the_classifier_reads_the_code_and_costs_its_cross_entropy(spec: AESpec | VAESpec) -> None:
    network, x, labels = made(spec, n_classes=4), uniform(N, D), torch.tensor([0, 1, 2, 3, 1])
    terms = loss_terms(spec, network, Batch(x, x, labels))
    assert network.classifier is not None
    code = network.encode(x)[:, :3]
    oracle = cross_entropy(network.classifier(code), labels, reduction="none")
    assert terms.classification_nats is not None
    torch.testing.assert_close(terms.classification_nats, oracle)
    torch.testing.assert_close(oracle, -network.classifier(code).log_softmax(dim=1)[torch.arange(N), labels])


def test_the_classifier_of_a_vae_reads_the_draw() -> None:
    spec = VAESpec(3, (8,), classifier_weight=0.5)
    network, x, labels = made(spec, n_classes=4), uniform(N, D), torch.tensor([0, 1, 2, 3, 1])
    terms = loss_terms(spec, network, Batch(x, x, labels), code_noise(spec, N, torch.Generator().manual_seed(5)))
    mean, log_var = network.posterior(x)
    draw = mean + (0.5 * log_var).exp() * torch.randn(mean.shape, generator=torch.Generator().manual_seed(5))
    assert network.classifier is not None
    assert terms.classification_nats is not None
    oracle = cross_entropy(network.classifier(draw), labels, reduction="none")
    torch.testing.assert_close(terms.classification_nats, oracle, rtol=1e-5, atol=1e-5)


def test_a_denoising_loss_compares_with_the_clean_sample() -> None:
    spec = AESpec(3, (8,), corruption="masking")
    network, clean, noisy = made(spec), uniform(N, D), uniform(N, D, seed=1)
    terms = loss_terms(spec, network, Batch(noisy, clean))
    decoded = torch.sigmoid(network.decode(network.encode(noisy)))
    torch.testing.assert_close(terms.reconstruction, squared_error(clean, decoded))


def test_a_weighted_total_correlation_is_the_penalty_of_a_vae() -> None:
    spec, x, epsilon = VAESpec(3, (8,), tc_weight=2.5), uniform(N, D), torch.randn(N, 3)
    network = made(spec)
    terms = loss_terms(spec, network, Batch(x, x), epsilon)
    mean, log_var = network.posterior(x)
    assert terms.penalty is not None
    z = mean + (log_var / 2).exp() * epsilon
    torch.testing.assert_close(terms.penalty, 2.5 * total_correlation_nats(z, mean, log_var))
    assert loss_terms(VAESpec(3, (8,)), network, Batch(x, x), epsilon).penalty is None
