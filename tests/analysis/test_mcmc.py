"""Markov chains against a linear model, whose posterior is known exactly."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from explorer.analysis import mcmc
from explorer.analysis.evidence import observed, true_posterior
from explorer.analysis.mcmc import N_BINS, N_CHAINS, Bins, Chains, metropolis, run_chains
from explorer.analysis.variation import total_variation
from tests.analysis.linear_gaussian import PRECISIONS, linear_gaussian, samples

X = samples(1)
MEAN = linear_gaussian().posterior(X).mean[0]


@pytest.fixture(scope="module")
def chains() -> Chains:
    of = observed(linear_gaussian(shift=0.8), X[0])
    return run_chains(of, true_posterior(of))


def test_chains_end_as_draws_of_the_exact_posterior() -> None:
    places, accepted = metropolis(observed(linear_gaussian(), X[0]), 0.6, np.random.default_rng(0))
    assert places.shape == (len(mcmc.LOOKED_AT), N_CHAINS, 2)
    std = PRECISIONS**-0.5
    np.testing.assert_allclose(places[-1].mean(axis=0), MEAN, atol=(4 * std / N_CHAINS**0.5).max())
    np.testing.assert_allclose(places[-1].std(axis=0), std, rtol=0.15)
    # They begin at the prior, which is another distribution.
    np.testing.assert_allclose(places[0].std(axis=0), 1, rtol=0.15)
    assert 0.1 < accepted < 0.9


def test_chains_come_as_near_as_exact_draws_and_a_wrong_q_does_not(chains: Chains) -> None:
    assert chains.distances[0].low > chains.floor.high
    assert chains.encoder.low > chains.floor.high
    assert chains.distances[-1].value == pytest.approx(chains.floor.value, abs=0.07)
    assert list(chains.steps) == list(mcmc.LOOKED_AT)


def test_a_q_that_is_the_posterior_is_as_near_as_exact_draws(chains: Chains) -> None:
    of = observed(linear_gaussian(), X[0])
    assert run_chains(of, chains.posterior).encoder.value == pytest.approx(chains.floor.value, abs=0.03)


def test_the_same_seed_gives_the_same_chains(chains: Chains) -> None:
    of = observed(linear_gaussian(shift=0.8), X[0])
    np.testing.assert_array_equal(run_chains(of, chains.posterior).places, chains.places)


def test_bins_hold_the_posteriors_mass_and_one_more_is_for_what_lies_outside(chains: Chains) -> None:
    bins, true = Bins(chains.posterior), chains.posterior
    p = bins.of_posterior()
    assert (len(p), p[-1]) == (N_BINS**2 + 1, 0)
    exact = multivariate_normal(MEAN, np.diag(1 / PRECISIONS)).rvs(20_000, np.random.default_rng(0))
    assert total_variation(bins.shares(bins.numbers(exact)), p) < 0.03
    corner = np.array([[true.x[0], true.y[0]], [true.x[-1], true.y[0]], [true.x[0], true.y[-1]], [99, 0]])
    assert bins.numbers(corner).tolist() == [0, N_BINS - 1, (N_BINS - 1) * N_BINS, N_BINS**2]
