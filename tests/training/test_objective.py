"""What a batch looks like to each objective, and how its terms are weighed along the way."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.distributions import Categorical

from explorer.models import AESpec, ConvAESpec, GMVAESpec, LinearAESpec, VAESpec
from explorer.models.autoencoder import Batch
from explorer.models.networks import NetworkSpec
from explorer.models.objectives import LossTerms, Weights, total_loss
from explorer.training.objective import loss_weights, noisy_batch

X = torch.linspace(0.05, 0.95, 300).expand(400, 300).clone()
CLEAN = Batch(X, X)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("spec", [LinearAESpec(), AESpec(), ConvAESpec(), VAESpec()])
def test_without_noise_a_batch_is_its_own_target_and_nothing_is_drawn(spec: NetworkSpec) -> None:
    source = generator()
    batch = noisy_batch(spec, CLEAN, source)
    assert torch.equal(batch.x, X)
    assert torch.equal(batch.target, X)
    torch.testing.assert_close(source.get_state(), generator().get_state())


@pytest.mark.parametrize("corruption", ["gaussian", "masking", "salt_and_pepper"])
@pytest.mark.parametrize("family", [AESpec, VAESpec])
def test_noise_is_on_the_input_alone(family: type[AESpec | VAESpec], corruption: str) -> None:
    batch = noisy_batch(family(corruption=corruption, corruption_level=0.4), CLEAN, generator())
    assert torch.equal(batch.target, X)
    assert not torch.equal(batch.x, X)


def test_dynamic_binarisation_makes_input_and_target_alike_and_anew() -> None:
    source, spec = generator(), VAESpec(binarisation="dynamic")
    first, second = noisy_batch(spec, CLEAN, source), noisy_batch(spec, CLEAN, source)
    assert torch.equal(first.x, first.target)
    assert not torch.equal(first.x, second.x)
    assert set(first.x.unique().tolist()) == {0, 1}
    torch.testing.assert_close(first.x.mean(dim=0), X[0], atol=0.12, rtol=0)
    assert abs((first.x - X).mean().item()) < 4 * 0.5 / math.sqrt(X.numel())


def test_what_is_binarised_is_corrupted_after_it() -> None:
    spec = VAESpec(binarisation="dynamic", corruption="masking", corruption_level=0.5)
    batch = noisy_batch(spec, CLEAN, generator())
    assert set(batch.target.unique().tolist()) == {0, 1}
    assert (batch.x <= batch.target).all()
    kept = batch.x[batch.target == 1].mean().item()
    assert kept == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("epoch", "beta"), [(0, 0.0), (1, 0.8), (2.5, 2.0), (4.999, 3.9992), (5, 4.0), (9, 4.0), (math.inf, 4.0)]
)
def test_the_weight_of_the_kl_rises_to_beta(epoch: float, beta: float) -> None:
    assert loss_weights(VAESpec(beta=4, warm_up=5), 10, epoch).beta == pytest.approx(beta)


def test_without_warm_up_the_weight_is_beta_from_the_start() -> None:
    assert loss_weights(VAESpec(beta=4), 10, 0).beta == 4
    assert loss_weights(VAESpec(beta=4, warm_up=5), 10).beta == 4


@pytest.mark.parametrize(("epoch", "beta"), [(0, 0.0), (2.99, 0.0), (3, 1.5), (6, 3.0)])
def test_a_mixture_waits_for_its_pretraining(epoch: float, beta: float) -> None:
    spec = GMVAESpec(beta=3, pretraining=3, warm_up=6)
    assert loss_weights(spec, 10, epoch).beta == pytest.approx(beta)
    assert loss_weights(GMVAESpec(beta=3, pretraining=3), 10, 3).beta == 3


def test_lambda_is_beside_the_error_of_one_pixel() -> None:
    """MSE + λ CE has the same minimum as SSE + λ D CE."""
    weights = loss_weights(AESpec(classifier_weight=0.3), 784)
    assert weights == Weights(classification=0.3 * 784)
    error, logits, labels = torch.rand(5, 784), torch.randn(5, 4), torch.tensor([0, 1, 2, 3, 0])
    cross_entropy = -Categorical(logits=logits).log_prob(labels)
    total = total_loss(LossTerms(error.sum(dim=1), classification_nats=cross_entropy), weights)
    mse = error.mean()
    torch.testing.assert_close(total / 784, mse + 0.3 * cross_entropy.mean())


def test_penalties_join_the_sum_as_they_are() -> None:
    terms = LossTerms(torch.tensor([1.0, 3.0]), penalty=torch.tensor([0.5, 1.5]))
    assert total_loss(terms, Weights(beta=7, classification=9)).item() == 3.0


def free_bits_by_hand(kl_nats: Tensor, free: float) -> float:
    columns = np.asarray(kl_nats).mean(axis=0)
    return float(sum(max(free, column) for column in columns))


@pytest.mark.parametrize("free", [0.1, 0.5, 2.0])
def test_free_bits_are_a_floor_under_each_dimension(free: float) -> None:
    kl_nats = torch.tensor([[0.0, 1.0, 0.2], [0.4, 3.0, 0.2]])
    terms = LossTerms(torch.tensor([10.0, 20.0]), kl_nats)
    expected = 15 + 2 * free_bits_by_hand(kl_nats, free)
    assert total_loss(terms, Weights(beta=2, free_bits=free)).item() == pytest.approx(expected)


def test_below_the_floor_a_dimension_has_no_gradient() -> None:
    kl_nats = torch.tensor([[0.1, 1.0], [0.3, 2.0]], requires_grad=True)
    total_loss(LossTerms(torch.zeros(2), kl_nats), Weights(beta=1, free_bits=0.5)).backward()
    assert kl_nats.grad is not None
    torch.testing.assert_close(kl_nats.grad, torch.tensor([[0.0, 0.5], [0.0, 0.5]]))
