"""Densities against scikit-learn, SciPy and brute force, and each refusal."""

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn.mixture import GaussianMixture

from explorer.analysis import density
from explorer.analysis.density import (
    BANDWIDTHS,
    SAMPLER_NAMES,
    Kernel,
    Mixture,
    fit_aggregate,
    fit_sampler,
    prior_of,
)
from explorer.analysis.flow import FLOW
from explorer.analysis.toy_codes import TOY_CODES, toy_codes
from explorer.errors import AnalysisError
from explorer.models import AESpec, GMVAESpec, VAESpec
from explorer.models.autoencoder import build_autoencoder
from explorer.models.mixture import MixtureOfGaussians, standard_normal

SKEWED = np.array([[2.0, 0.6], [0.6, 0.5]])


def skewed_codes(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).multivariate_normal([3, -1], SKEWED, n).astype(np.float32)


def test_standard_normal_and_prior_are_independent_of_the_codes() -> None:
    z = skewed_codes(50)
    expected = stats.norm.logpdf(z.astype(np.float64)).sum(axis=1)
    for name, prior in (("standard_normal", None), ("prior", standard_normal(2))):
        sampler = fit_sampler(name, skewed_codes(200), 0, prior)
        np.testing.assert_allclose(sampler.log_density(z), expected, atol=1e-5)


LEARNED = MixtureOfGaussians(
    np.array([0.2, 0.5, 0.3], np.float32),
    np.array([[-4, 0], [3, 3], [2, -5]], np.float32),
    np.log(np.array([[0.25, 1], [4, 0.09], [1, 1]], np.float32)),
)


def test_a_learned_prior_has_the_density_of_torch() -> None:
    sampler = fit_sampler("prior", skewed_codes(100), 0, LEARNED)
    parts = torch.distributions.Independent(
        torch.distributions.Normal(torch.tensor(LEARNED.means), torch.tensor(LEARNED.log_vars).mul(0.5).exp()), 1
    )
    oracle = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(torch.tensor(LEARNED.weights)), parts
    )
    z = np.random.default_rng(0).normal(0, 4, (50, 2)).astype(np.float32)
    np.testing.assert_allclose(sampler.log_density(z), oracle.log_prob(torch.from_numpy(z)), rtol=1e-4, atol=1e-4)


def test_a_learned_prior_is_drawn_by_weight_and_within_its_components() -> None:
    sampler = fit_sampler("prior", skewed_codes(100), 0, LEARNED)
    assert isinstance(sampler, Mixture)
    z, component = sampler.sample_with_components(20_000, np.random.default_rng(0))
    counts = np.bincount(component, minlength=3)
    assert stats.chisquare(counts, 20_000 * LEARNED.weights.astype(np.float64)).pvalue > 0.01
    for c in range(3):
        deviations = (z[component == c] - LEARNED.means[c]) / np.exp(0.5 * LEARNED.log_vars[c])
        assert min(stats.kstest(deviations[:, k], "norm").pvalue for k in range(2)) > 0.01


def test_the_prior_belongs_to_models_that_were_trained_with_one() -> None:
    ae, vae, gmvae = (
        build_autoencoder(spec, (4, 4), seed=0)
        for spec in (AESpec(hidden=(8,)), VAESpec(hidden=(8,)), GMVAESpec(hidden=(8,), n_components=7))
    )
    assert prior_of(ae) is None
    for model, n_components in ((vae, 1), (gmvae, 7)):
        prior = prior_of(model)
        assert prior is not None
        assert prior.means.shape == (n_components, 2)


def test_a_decoder_made_elsewhere_is_taken_to_have_a_standard_normal_prior(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(density, "has_encoder", lambda _: False)
    prior = prior_of(build_autoencoder(AESpec(3, (8,)), (4, 4), seed=0))
    assert prior is not None
    assert prior.is_standard_normal
    assert prior.means.shape == (1, 3)


def test_moments_of_a_mixture_weigh_its_components_and_their_distance() -> None:
    mixture = Mixture("a", np.array([0.8, 0.2]), np.array([[0.0, 0.0], [5.0, 0.0]]), np.stack([np.eye(2), SKEWED]))
    mean, covariance = mixture.moments()
    # Between the components along the first axis: 0.8 × 0.2 × 5².
    np.testing.assert_allclose(mean, [1.0, 0.0])
    np.testing.assert_allclose(covariance, 0.8 * np.eye(2) + 0.2 * SKEWED + np.diag([4.0, 0.0]))


def test_gaussian_has_the_codes_mean_and_covariance() -> None:
    codes = skewed_codes(5000)
    sampler = fit_sampler("gaussian", codes, 0)
    expected = stats.multivariate_normal(codes.mean(0), np.cov(codes.T, ddof=0)).logpdf(codes[:100])
    np.testing.assert_allclose(sampler.log_density(codes[:100]), expected, atol=1e-3)


def test_mixture_agrees_with_scikit_learn() -> None:
    codes = toy_codes("two_clusters", 2000, np.random.default_rng(0))
    sampler = fit_sampler("gmm3", codes, 0)
    assert isinstance(sampler, Mixture)
    oracle = GaussianMixture(3)
    oracle.weights_, oracle.means_ = sampler.weights, sampler.means
    oracle.precisions_cholesky_ = np.linalg.cholesky(np.linalg.inv(sampler.covariances))
    np.testing.assert_allclose(sampler.log_density(codes[:50]), oracle.score_samples(codes[:50]), atol=1e-4)


def test_mixture_finds_two_clusters() -> None:
    codes = toy_codes("two_clusters", 4000, np.random.default_rng(0))
    sampler = fit_sampler("gmm2", codes, 0)
    assert isinstance(sampler, Mixture)
    np.testing.assert_allclose(np.sort(sampler.means[:, 0]), [-2, 2], atol=0.1)
    np.testing.assert_allclose(sampler.covariances, np.tile(0.25 * np.eye(2), (2, 1, 1)), atol=0.03)


def test_kernel_is_the_mean_of_gaussians_around_the_codes() -> None:
    codes = skewed_codes(300)
    sampler = fit_sampler("kde", codes, 0)
    assert isinstance(sampler, Kernel)
    covariance = sampler.bandwidth**2 * np.cov(codes.T)
    by_hand = [np.log(np.mean(stats.multivariate_normal(z, covariance).pdf(codes))) for z in codes[:20]]
    np.testing.assert_allclose(sampler.log_density(codes[:20]), by_hand, atol=2e-3)


def test_kernel_in_many_dimensions_is_the_same_mean() -> None:
    codes = np.random.default_rng(0).normal(2, 3, (200, 10)).astype(np.float32)
    sampler = fit_sampler("kde0.7", codes, 0)
    near, far = codes[:20] + np.float32(0.3), codes[:20] + np.float32(100)
    parts = [stats.multivariate_normal(code, 0.49 * np.cov(codes.T)) for code in codes]
    for z, within in ((near, 1e-3), (far, 0.1)):
        by_hand = np.logaddexp.reduce([part.logpdf(z) for part in parts]) - np.log(len(codes))
        np.testing.assert_allclose(sampler.log_density(z), by_hand, atol=within)


def test_mixture_in_very_many_dimensions_is_fitted_in_single_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    codes = (rng.normal(0, 0.3, (900, 6)) + 2 * np.eye(6)[rng.choice(3, 900, p=[0.2, 0.3, 0.5])]).astype(np.float32)
    double = fit_sampler("gmm3", codes, 0)
    monkeypatch.setattr(density, "MAX_PRECISE_DIM", 5)
    single = fit_sampler("gmm3", codes, 0)
    assert isinstance(double, Mixture)
    assert isinstance(single, Mixture)
    assert single.weights.sum() == pytest.approx(1, abs=1e-12)
    assert 0 < np.abs(single.means - double.means).max() < 1e-3
    np.testing.assert_allclose(single.log_density(codes), double.log_density(codes), atol=0.01)


def test_kernel_takes_the_bandwidth_in_its_name() -> None:
    sampler = fit_sampler("kde0.25", skewed_codes(300), 0)
    assert isinstance(sampler, Kernel)
    assert (sampler.name, sampler.bandwidth) == ("kde0.25", 0.25)


def test_kernel_bandwidth_is_near_the_best_for_a_gaussian() -> None:
    # Silverman 1986, section 4.3.2: (4 / (N (K + 2)))^(1 / (K + 4)) for a Gaussian.
    sampler = fit_sampler("kde", skewed_codes(20_000), 0)
    assert isinstance(sampler, Kernel)
    assert sampler.bandwidth == pytest.approx((1 / 20_000) ** (1 / 6), rel=0.35)


@pytest.mark.parametrize("name", ["gaussian", "gmm10", "kde"])
@pytest.mark.parametrize("toy", ["two_bumps", "ring"])
def test_densities_integrate_to_one(name: str, toy: str) -> None:
    sampler = fit_sampler(name, toy_codes(toy, 1000, np.random.default_rng(0)), 0)
    axis = np.linspace(-7, 7, 281)
    grid = np.stack(np.meshgrid(*[axis] * (1 if toy == "two_bumps" else 2)), axis=-1).reshape(len(axis), -1)
    z = grid.reshape(-1, 1 if toy == "two_bumps" else 2)
    cell = 0.05 ** z.shape[1]
    assert np.exp(sampler.log_density(z)).sum() * cell == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("name", ["gaussian", "gmm10", "kde"])
def test_samples_have_the_codes_moments_and_density(name: str) -> None:
    codes = skewed_codes(5000)
    sampler = fit_sampler(name, codes, 0)
    draws = sampler.sample(5000, np.random.default_rng(1))
    assert draws.shape == (5000, 2)
    assert draws.dtype == np.float32
    np.testing.assert_allclose(draws.mean(0), codes.mean(0), atol=0.1)
    # Noise around every code adds its own variance.
    widened = 1 + sampler.bandwidth**2 if isinstance(sampler, Kernel) else 1
    np.testing.assert_allclose(np.cov(draws.T), widened * SKEWED, atol=0.12)
    # The mean log-density of draws is minus the entropy, known for the Gaussian that the codes follow.
    entropy = stats.multivariate_normal([3, -1], widened * SKEWED).entropy()
    assert sampler.log_density(draws).mean() == pytest.approx(-entropy, abs=0.08)


@pytest.mark.parametrize("name", [name for name in SAMPLER_NAMES if name != FLOW])
@pytest.mark.parametrize("latent_dim", [1, 2, 64])
def test_every_sampler_serves_every_dimension_and_repeats_itself(name: str, latent_dim: int) -> None:
    codes = np.random.default_rng(0).standard_normal((500, latent_dim)).astype(np.float32)
    prior = standard_normal(latent_dim)
    first, second = (fit_sampler(name, codes, 3, prior).sample(5, np.random.default_rng(0)) for _ in range(2))
    assert first.shape == (5, latent_dim)
    np.testing.assert_array_equal(first, second)


def test_aggregate_is_a_kernel_in_the_plane_and_a_mixture_in_many_dimensions() -> None:
    rng = np.random.default_rng(0)
    assert fit_aggregate(rng.standard_normal((200, 2)).astype(np.float32), 0).name == "kde"
    assert fit_aggregate(rng.standard_normal((200, 16)).astype(np.float32), 0).name == "gmm20"


def test_bandwidth_of_repeated_codes_stays_above_its_floor() -> None:
    codes = np.repeat(np.random.default_rng(0).standard_normal((20, 2)), 50, axis=0).astype(np.float32)
    sampler = fit_sampler("kde", codes, 0)
    assert isinstance(sampler, Kernel)
    assert sampler.bandwidth >= 0.9 * BANDWIDTHS[0]


def constant_dimension() -> np.ndarray:
    codes = skewed_codes(100)
    codes[:, 1] = 3
    return codes


def flat_plane() -> np.ndarray:
    codes = skewed_codes(100)
    return np.column_stack([codes, codes.sum(axis=1)])


def with_nan() -> np.ndarray:
    codes = skewed_codes(100)
    codes[3, 1] = np.nan
    return codes


@pytest.mark.parametrize(
    ("name", "codes", "sentence"),
    [
        ("prior", skewed_codes(100), "'prior', but this model has none"),
        ("gmm101", skewed_codes(100), "gmm101 has 101 Gaussians, but there are only 100 codes"),
        ("gmm0", skewed_codes(100), "There is no sampler 'gmm0'; choose one of prior, "),
        ("gmm501", skewed_codes(1000), "gmm1 to gmm500"),
        ("kde0", skewed_codes(100), "There is no sampler 'kde0'; .* or kde0.001 to kde10 for a kernel"),
        ("kde-1", skewed_codes(100), "There is no sampler 'kde-1'"),
        ("kde1e9", skewed_codes(100), "There is no sampler 'kde1e9'"),
        ("flows", skewed_codes(100), "There is no sampler 'flows'"),
        ("gaussian", with_nan(), "1 of 100 codes are not finite"),
        ("kde", constant_dimension(), "do not vary along 1 of 2 dimensions, the first of them number 2"),
        ("kde", np.zeros((100, 2), np.float32), "do not vary along 2 of 2 dimensions"),
        ("gmm10", flat_plane(), "fewer than their 3 dimensions"),
        ("gaussian", skewed_codes(2), "There are 2 codes of 2 dimensions; their covariance needs at least 3"),
        ("gaussian", skewed_codes(100)[:, 0], "shape \\(100,\\)"),
    ],
)
def test_refusals_are_one_sentence(name: str, codes: np.ndarray, sentence: str) -> None:
    with pytest.raises(AnalysisError, match=sentence) as refusal:
        fit_sampler(name, codes, 0)
    assert "\n" not in str(refusal.value)


def test_toy_codes_have_their_shapes_and_an_unknown_one_is_refused() -> None:
    rng = np.random.default_rng(0)
    assert {name: toy_codes(name, 7, rng).shape[1] for name in TOY_CODES} == {
        "two_bumps": 1,
        "gaussian": 2,
        "ring": 2,
        "gaussian_without_disc": 2,
        "two_clusters": 2,
        "two_moons": 2,
    }
    assert np.linalg.norm(toy_codes("gaussian_without_disc", 2000, rng), axis=1).min() >= 0.9999
    with pytest.raises(AnalysisError, match="no toy codes 'torus'; choose one of two_bumps"):
        toy_codes("torus", 10, rng)


def test_gaussian_without_disc_is_a_gaussian_elsewhere() -> None:
    radius = np.linalg.norm(toy_codes("gaussian_without_disc", 4000, np.random.default_rng(0)), axis=1)
    conditional = stats.rayleigh.cdf(radius) - stats.rayleigh.cdf(1)
    assert stats.kstest(conditional / (1 - stats.rayleigh.cdf(1)), "uniform").pvalue > 0.01
