"""Rate, aggregate posterior and ellipses against torch.distributions, quadrature and the definition."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence

from explorer.analysis.tradeoff import (
    NATS_OF_A_DRAW,
    SQUARED_ERROR_OF_THE_MEAN,
    RateDistortion,
    aggregate_posterior,
    costliest_dimensions,
    effective_beta,
    ellipse,
    in_tenths,
    kl_per_dim_nats,
    nats_of_dimensions,
    rate_per_dim_nats,
)
from explorer.models.latent_model import Gaussian
from explorer.models.mixture import MixtureOfGaussians, standard_normal
from explorer.models.priors import MixturePrior


def posteriors() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    return rng.standard_normal((300, 3)).astype(np.float32), rng.uniform(-3, 1, (300, 3)).astype(np.float32)


def test_kl_per_dimension_is_that_of_torch() -> None:
    mean, log_var = posteriors()
    q = Normal(torch.from_numpy(mean), torch.from_numpy(np.exp(0.5 * log_var)))
    expected = kl_divergence(q, Normal(0.0, 1.0)).mean(dim=0).numpy()
    assert np.allclose(kl_per_dim_nats(mean, log_var), expected, atol=1e-5)


def test_posterior_that_is_the_prior_costs_nothing() -> None:
    assert kl_per_dim_nats(np.zeros((4, 2), np.float32), np.zeros((4, 2), np.float32)).tolist() == [0, 0]


def planted_mixture(n_components: int = 3, latent_dim: int = 3) -> MixtureOfGaussians:
    rng = np.random.default_rng(5)
    weights = rng.uniform(0.2, 1, n_components).astype(np.float32)
    means = rng.normal(0, 3, (n_components, latent_dim)).astype(np.float32)
    log_vars = rng.uniform(-2, 1, (n_components, latent_dim)).astype(np.float32)
    return MixtureOfGaussians(weights / weights.sum(), means, log_vars)


def test_rate_under_the_standard_normal_is_the_closed_form() -> None:
    posterior = Gaussian(*posteriors())
    rate = rate_per_dim_nats(posterior, standard_normal(3), np.random.default_rng(0))
    np.testing.assert_allclose(rate, kl_per_dim_nats(posterior.mean, posterior.log_var), rtol=1e-5)


def test_rate_under_one_learned_gaussian_is_that_of_torch() -> None:
    posterior, prior = Gaussian(*posteriors()), planted_mixture(1)
    q = Normal(torch.from_numpy(posterior.mean), torch.from_numpy(posterior.std))
    p = Normal(torch.from_numpy(prior.means), torch.from_numpy(np.exp(0.5 * prior.log_vars)))
    expected = kl_divergence(q, p).mean(dim=0).numpy()
    np.testing.assert_allclose(rate_per_dim_nats(posterior, prior, np.random.default_rng(0)), expected, rtol=1e-4)


def test_rate_under_a_mixture_is_what_the_training_counts() -> None:
    posterior, prior = Gaussian(*posteriors()), planted_mixture()
    trained = MixturePrior(3, 3)
    trained.place(prior)
    z = posterior.sample(np.random.default_rng(0))
    with torch.no_grad():
        terms = trained.kl_nats(*map(torch.from_numpy, (posterior.mean, posterior.log_var, z))).mean(dim=0)
    rate = rate_per_dim_nats(posterior, prior, np.random.default_rng(0))
    np.testing.assert_allclose(rate, terms.numpy(), rtol=2e-3, atol=1e-3)
    assert not np.allclose(rate[:3], kl_per_dim_nats(posterior.mean, posterior.log_var), rtol=0.1)


@pytest.mark.parametrize("prior", [standard_normal(3), planted_mixture()])
def test_aggregate_integrates_to_one_and_has_the_moments_of_draws(prior: MixtureOfGaussians) -> None:
    posterior = Gaussian(*posteriors())
    aggregate = aggregate_posterior(posterior, prior, n_places=4000)
    assert np.trapezoid(aggregate.density, aggregate.places, axis=1) == pytest.approx(np.ones(3), abs=1e-2)
    assert np.trapezoid(aggregate.prior, aggregate.places, axis=1) == pytest.approx(np.ones(3), abs=1e-2)
    draws = posterior.mean + posterior.std * np.random.default_rng(2).standard_normal((1000, *posterior.mean.shape))
    assert aggregate.mean == pytest.approx(draws.mean(axis=(0, 1)), abs=0.02)
    assert aggregate.std == pytest.approx(draws.std(axis=(0, 1)), abs=0.02)
    of_prior = prior.sample(200_000, np.random.default_rng(3))
    first_moment = np.trapezoid(aggregate.prior * aggregate.places, aggregate.places, axis=1)
    assert first_moment == pytest.approx(of_prior.mean(axis=0), abs=0.03)


@pytest.mark.parametrize(
    "prior",
    [
        standard_normal(4),
        replace(planted_mixture(), means=np.zeros((3, 4), np.float32), log_vars=np.zeros((3, 4), np.float32)),
    ],
)
def test_the_two_dimensions_that_cost_most_stand_in_their_order(prior: MixtureOfGaussians) -> None:
    mean = np.random.default_rng(0).standard_normal((200, 4)).astype(np.float32) * np.array([1, 5, 0.1, 3], np.float32)
    posterior = Gaussian(mean, np.zeros_like(mean))
    assert len(nats_of_dimensions(posterior, prior)) == 4
    assert costliest_dimensions(posterior, prior) == (1, 3)


def test_the_range_holds_codes_far_beyond_the_prior() -> None:
    far = np.array([[-20.0], [30.0]], np.float32)
    aggregate = aggregate_posterior(Gaussian(far, np.zeros_like(far)), standard_normal(1))
    assert aggregate.places[0] < -24
    assert aggregate.places[-1] > 34


def test_aggregate_of_prior_posteriors_is_the_prior_and_overlaps_with_it() -> None:
    zeros = np.zeros((5, 1), np.float32)
    aggregate = aggregate_posterior(Gaussian(zeros, zeros), standard_normal(1))
    assert np.allclose(aggregate.density, aggregate.prior, atol=1e-6)
    assert aggregate.overlap == pytest.approx([1], abs=1e-3)


def test_the_overlap_of_two_gaussians_is_that_of_their_distance() -> None:
    aggregate = aggregate_posterior(
        Gaussian(np.full((1, 1), 2, np.float32), np.zeros((1, 1), np.float32)), standard_normal(1)
    )
    assert aggregate.overlap == pytest.approx(2 * Normal(0.0, 1.0).cdf(torch.tensor([-1.0])).numpy(), abs=1e-3)


def reached(rates: tuple[float, ...], values: tuple[float, ...], units: tuple[int, ...]) -> RateDistortion:
    return RateDistortion(NATS_OF_A_DRAW, (0.1, 1.0, 30.0), rates, values, units, 6)


def test_a_curve_is_called_one_where_every_step_costs() -> None:
    sweep = reached((29.6, 12.5, 1.3), (109.4, 114.35, 205.6), (6, 6, 2))
    assert sweep.is_curve
    assert sweep.finding() == (
        "From β = 0.1 to β = 30 the KL term falls from 29.6 to 1.3 nats per image and the distortion −log p(x|z) of "
        "one draw z rises from 109.4 to 205.6 nats per image. At each step of β the rate falls and the "
        "reconstruction gets worse: the line is a rate–distortion curve of this network. Of 6 units 6 are active at "
        "the lowest β and 2 at the highest."
    )


@pytest.mark.parametrize(
    ("rates", "values", "best"),
    [
        ((60.0, 10.2, 5.4), (151.3, 150.5, 152.3), "best at β = 1 with 150.5"),
        ((10.2, 60.0, 5.4), (150.5, 151.3, 152.3), "best at β = 0.1 with 150.5"),
        ((10.2, 9.0, 5.4), (150.5, 150.5, 152.3), "best at β = 0.1 with 150.5"),
    ],
)
def test_what_is_not_monotone_is_called_no_curve(
    rates: tuple[float, ...], values: tuple[float, ...], best: str
) -> None:
    sweep = reached(rates, values, (2, 2, 2))
    assert not sweep.is_curve
    assert best in sweep.finding()
    assert "without being a rate–distortion curve" in sweep.finding()
    assert "At both ends 2 of 6 units are active." in sweep.finding()


def test_a_distortion_that_falls_is_said_to_fall() -> None:
    assert in_tenths(0.0) == "0.0"
    assert (in_tenths(0.012), in_tenths(0.06), in_tenths(2e-6)) == ("0.01", "0.1", "less than 0.001")
    assert "one draw z falls from 120.0 to 100.0" in reached((9, 8, 7), (120, 110, 100), (2, 2, 2)).finding()
    assert "the KL term stays at 0.0 nats per image" in reached((0, 0, 0), (120, 110, 100), (2, 2, 2)).finding()


def test_collapse_is_named_with_its_beta() -> None:
    sweep = reached((12.5, 3.3, 0.0), (114.4, 152.8, 205.6), (6, 6, 0))
    assert sweep.finding().endswith("At β = 30 no unit is active: the posterior has collapsed onto the prior.")
    sweep = reached((12.5, 0.0, 0.0), (114.4, 205.5, 205.6), (6, 0, 0))
    assert f"At β = {sweep.betas[1]:g} no unit is active" in sweep.finding()


def test_a_caption_has_the_unit_of_the_distortion() -> None:
    nats = reached((29.6, 12.5, 1.3), (109.4, 114.35, 205.6), (6, 6, 2))
    assert nats.caption(2) == "β = 30 · KL 1.3 + distortion 205.6 nats · 2 of 6 units active"
    error = RateDistortion(SQUARED_ERROR_OF_THE_MEAN, (1.0,), (5.4,), (34.9,), (2,), 2)
    assert error.caption(0) == "β = 1 · KL 5.4 nats, error 34.9 · 2 of 2 units active"
    assert "the squared error of the decoded mean" in error.finding()


def test_ellipse_is_closed_and_lies_at_its_distance() -> None:
    mean, std = np.array([1, -2], np.float32), np.array([0.5, 3], np.float32)
    outline = ellipse(mean, std, 2)
    assert np.allclose(outline[0], outline[-1], atol=1e-5)
    assert np.allclose(np.linalg.norm((outline - mean) / std, axis=1), 2, atol=1e-5)


def test_pairs_of_equal_product_have_the_same_minimum() -> None:
    sse, kl = np.linspace(50, 5, 30), np.linspace(0, 25, 30) ** 1.5

    def best(beta: float, variance: float) -> int:
        return int(np.argmin(sse / (2 * variance) + beta * kl))

    assert effective_beta(0.5, 0.4) == pytest.approx(effective_beta(2.0, 0.1))
    assert best(0.5, 0.4) == best(2.0, 0.1) != best(2.0, 0.4)
