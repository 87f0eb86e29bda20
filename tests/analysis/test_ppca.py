"""Likelihood against k, the exact ELBO and samples, each against the model itself."""

import numpy as np
import pytest

from explorer.analysis.evaluate import evaluate
from explorer.analysis.pca import ErrorCurve, reconstruction_errors
from explorer.analysis.ppca import (
    exact_rate_and_distortion_nats,
    mean_log_likelihoods_nats,
    posterior_of_scores,
    sample_images,
)
from explorer.data import Dataset, load_dataset
from explorer.errors import DatasetError, SpecError
from explorer.models.pca import PCA, fit_pca
from explorer.models.ppca import PPCA, maximum_likelihood
from explorer.models.spec import PCASpec, PPCASpec


@pytest.fixture(scope="module")
def parts() -> tuple[Dataset, Dataset]:
    return load_dataset("digits"), load_dataset("digits", "test")


@pytest.fixture(scope="module")
def pca(parts: tuple[Dataset, Dataset]) -> PCA:
    return fit_pca(parts[0].pixels(), parts[0].sample_shape, PCASpec(latent_dim=2))


@pytest.fixture(scope="module")
def model(pca: PCA) -> PPCA:
    return maximum_likelihood(pca, PPCASpec(latent_dim=4))


def test_curve_is_the_mean_likelihood_of_each_model(pca: PCA, parts: tuple[Dataset, Dataset]) -> None:
    for split in parts:
        curve, x = mean_log_likelihoods_nats(pca, reconstruction_errors(pca, split)), split.pixels()
        for k in (1, 2, 10, 40):
            one = maximum_likelihood(pca, PPCASpec(latent_dim=k)).log_likelihood_nats(x).mean()
            assert curve[k] == pytest.approx(one, abs=1e-4)


def test_curve_begins_with_noise_alone_and_ends_before_none_is_left(pca: PCA, parts: tuple[Dataset, Dataset]) -> None:
    train = parts[0]
    curve = mean_log_likelihoods_nats(pca, reconstruction_errors(pca, train))
    noise = pca.variances.mean(dtype=np.float64)
    squared = np.square(train.pixels() - pca.mean, dtype=np.float64).sum(axis=1).mean()
    assert curve[0] == pytest.approx(-0.5 * (64 * np.log(2 * np.pi * noise) + squared / noise), rel=1e-6)
    maximum_likelihood(pca, PPCASpec(latent_dim=len(curve) - 1))
    with pytest.raises(SpecError):
        maximum_likelihood(pca, PPCASpec(latent_dim=len(curve)))


def test_curve_of_samples_that_never_vary() -> None:
    flat = fit_pca(np.ones((5, 3), np.float32), (3,), PCASpec(latent_dim=1))
    with pytest.raises(DatasetError, match="at least 2 directions, but these vary along 0"):
        mean_log_likelihoods_nats(flat, ErrorCurve(np.zeros(4), np.empty((0, 0))))


def test_rate_and_distortion_add_up_to_the_likelihood(model: PPCA, parts: tuple[Dataset, Dataset]) -> None:
    x = parts[1].pixels()
    rates, distortions = exact_rate_and_distortion_nats(model, x)
    assert (rates > 0).all()
    np.testing.assert_allclose(rates + distortions, -model.log_likelihood_nats(x), atol=1e-4)


def test_rate_and_distortion_are_what_draws_of_z_estimate(model: PPCA, parts: tuple[Dataset, Dataset]) -> None:
    x = np.repeat(parts[1].pixels()[:1], 50_000, axis=0)
    posterior = model.posterior(x)
    z = posterior.sample(np.random.default_rng(0)).astype(np.float64)
    log_ratio = 0.5 * (np.square(z) - np.square((z - posterior.mean) / posterior.std) - posterior.log_var)
    errors = np.square(x - model.decode(z.astype(np.float32))).sum(axis=1)
    nll = 0.5 * (64 * np.log(2 * np.pi * model.noise_variance) + errors / model.noise_variance)
    rates, distortions = exact_rate_and_distortion_nats(model, x[:1])
    assert rates[0] == pytest.approx(log_ratio.sum(axis=1).mean(), abs=0.05)
    assert distortions[0] == pytest.approx(nll.mean(), abs=0.05)


def test_scores_are_enough_for_the_posterior(pca: PCA, model: PPCA, parts: tuple[Dataset, Dataset]) -> None:
    x = parts[1].pixels()
    found, expected = posterior_of_scores(pca, pca.truncated(4).encode(x)), model.posterior(x)
    np.testing.assert_allclose(found.mean, expected.mean, atol=1e-5)
    np.testing.assert_allclose(found.log_var, expected.log_var, atol=1e-5)


def test_figures_of_merit(model: PPCA, parts: tuple[Dataset, Dataset]) -> None:
    metrics = evaluate(model, *parts)
    assert metrics["negative_elbo_nats"] == pytest.approx(
        -model.log_likelihood_nats(parts[1].pixels()).mean(), abs=1e-4
    )
    assert metrics["negative_elbo_nats"] == pytest.approx(
        (metrics["rate_nats"] or 0) + (metrics["distortion_nats"] or 0)
    )
    assert (metrics["active_units"], metrics["bce_nats"], metrics["iwae_nats"]) == (4, None, None)


def test_samples_share_their_draws(pca: PCA, model: PPCA) -> None:
    samples = sample_images(pca, 4, 20_000, seed=3)
    scores = pca.truncated(4).encode(samples.from_scores)
    np.testing.assert_allclose(scores.var(axis=0), pca.variances[:4], rtol=0.05)
    shrunk = scores * np.sqrt(1 - model.noise_variance / pca.variances[:4])
    np.testing.assert_allclose(pca.truncated(4).encode(samples.means), shrunk, atol=1e-4)
    noise = samples.noisy - samples.means
    assert noise.var() == pytest.approx(model.noise_variance, rel=0.01)
    assert abs(np.corrcoef(noise[:, 20], samples.means[:, 20])[0, 1]) < 0.03
