"""What probabilistic PCA tells: likelihood against k, the two terms of its exact ELBO, and samples beside PCA's."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.pca import ErrorCurve, tails
from explorer.models.latent_model import Gaussian
from explorer.models.pca import PCA
from explorer.models.ppca import PPCA, count_varying, maximum_likelihood
from explorer.models.spec import PPCASpec

Array = NDArray[np.float32]
Floats = NDArray[np.float64]
LOG_2_PI = float(np.log(2 * np.pi))


def mean_log_likelihoods_nats(pca: PCA, errors: ErrorCurve) -> Floats:
    """The mean of log p(x) over a split for each number k of latent dimensions, (rank,) nats per image, k the index.

    errors: of that split, whose differences are the mean squared scores. Along the axes the covariance of x is
    diagonal: the variances of train up to k, the noise's beyond (Tipping & Bishop 1999, eqs. 5 to 8); k = 0 is noise
    alone. Raises DatasetError when samples vary along fewer than two directions.
    """
    variances = pca.variances.astype(np.float64)
    n_pixels, rank = len(variances), count_varying(variances)
    ks, kept = np.arange(rank), variances[: rank - 1]
    noise = tails(variances)[:rank] / (n_pixels - ks)
    log_determinants = _sums_before(np.log(kept)) + (n_pixels - ks) * np.log(noise)
    explained = _sums_before(-np.diff(errors.sse)[: rank - 1] / kept)
    return np.asarray(-0.5 * (n_pixels * LOG_2_PI + log_determinants + explained + errors.sse[:rank] / noise))


def _sums_before(values: Floats) -> Floats:
    """(n,) -> (n + 1,), entry k the sum of the first k."""
    return np.concatenate(([0.0], np.cumsum(values)))


def exact_rate_and_distortion_nats(model: PPCA, x: Array) -> tuple[Floats, Floats]:
    """KL(p(z|x) || N(0, I)) and the mean of -log p(x|z) over p(z|x), each (N,) in nats, without any draw.

    x: (N, D). The posterior is exact, so that their sum is -log p(x) (Kingma & Welling 2014, eq. 3 without a gap).
    """
    weight, covariance = model.weight.astype(np.float64), model.posterior_covariance()
    means = (x - model.mean.astype(np.float64)) @ weight @ covariance / model.noise_variance
    log_determinant = np.linalg.slogdet(covariance).logabsdet
    rates = 0.5 * (np.square(means).sum(axis=1) + np.trace(covariance) - model.latent_dim - log_determinant)
    errors = np.square(x - model.mean.astype(np.float64) - means @ weight.T).sum(axis=1) + np.trace(
        weight @ covariance @ weight.T
    )
    distortions = 0.5 * (len(model.mean) * (LOG_2_PI + np.log(model.noise_variance)) + errors / model.noise_variance)
    return np.asarray(rates), np.asarray(distortions)


def posterior_of_scores(pca: PCA, scores: Array) -> Gaussian:
    """p(z|x) of PPCA with K dimensions from the first K scores (N, K) of x, without x itself; raises SpecError.

    With W = U (Λ - σ² I)^½ the posterior mean is the score times (λ_j - σ²)^½ / λ_j, its variance σ² / λ_j.
    """
    latent_dim = scores.shape[1]
    model = maximum_likelihood(pca, PPCASpec(latent_dim=latent_dim))
    variances = pca.variances[:latent_dim].astype(np.float64)
    shrinkage = np.sqrt(np.maximum(variances - model.noise_variance, 0)) / variances
    log_var = np.log(model.noise_variance / variances).astype(np.float32)
    return Gaussian((scores * shrinkage).astype(np.float32), np.tile(log_var, (len(scores), 1)))


@dataclass(frozen=True, eq=False)
class Samples:
    """Images (N, D) from the same N draws of N(0, I) in K dimensions, by three ways.

    from_scores: PCA with a Gaussian fitted to its scores; means: PPCA's decoded draws without the pixels' noise;
    noisy: the same draws with noise, which is how PPCA says that data come about.
    """

    from_scores: Array
    means: Array
    noisy: Array


def sample_images(pca: PCA, latent_dim: int, n_samples: int, seed: int) -> Samples:
    """Samples of PCA and PPCA with K dimensions, which differ in the scale of the axes and in the noise.

    Raises DatasetError, SpecError.
    """
    model = maximum_likelihood(pca, PPCASpec(latent_dim=latent_dim))
    draws = np.random.default_rng(seed).standard_normal((n_samples, latent_dim), dtype=np.float32)
    stds = np.sqrt(pca.variances[:latent_dim])
    # The same generator draws z first and then the noise, so that both kinds show one z.
    noisy = model.sample(n_samples, np.random.default_rng(seed))
    return Samples(pca.truncated(latent_dim).decode(draws * stds), model.decode(draws), noisy)
