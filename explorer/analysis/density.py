"""Densities fitted to codes, and a model's own prior, as samplers with a log-density."""

import math
import re
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.spatial.distance import cdist
from scipy.special import logsumexp
from scipy.stats import multivariate_normal
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity

from explorer.analysis.flow import FLOW, fit_flow
from explorer.analysis.log_sums import log_sum_rows
from explorer.analysis.neighbours import MAX_TREE_DIM
from explorer.analysis.whitening import Whitening, check_codes, fit_whitening
from explorer.errors import AnalysisError
from explorer.models.foreign_spec import has_encoder
from explorer.models.latent_model import LatentModel, VariationalModel
from explorer.models.mixture import MixtureOfGaussians
from explorer.models.mixture import standard_normal as standard_normal_prior

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
SAMPLER_NAMES = ("prior", "standard_normal", "gaussian", "gmm10", "kde", FLOW)
MAX_COMPONENTS = 500
# A mixture's fit does not gain from more codes than this.
N_MIXTURE_CODES = 20_000
# In more dimensions than this, EM of several Gaussians works in single precision, in half the time; another seed moves
# the density three times as far as that does (docs/holes.md).
MAX_PRECISE_DIM = 32
N_BANDWIDTH_HELD_OUT = 500
BANDWIDTHS = (0.005, 1.0)
NAMED_BANDWIDTHS = (0.001, 10.0)
MAX_KERNEL_DIM, AGGREGATE_MIXTURE = 5, "gmm20"
# Kernel sums may stop once they are known to this relative precision: 0.001 nats.
KERNEL_TOLERANCE = 1e-3
N_ROWS_AT_ONCE = 512


class Sampler(Protocol):
    """A density over codes that can be drawn from."""

    @property
    def name(self) -> str:
        """The name on the command line."""
        ...

    def sample(self, n: int, rng: np.random.Generator) -> Array:
        """n draws, (n, K)."""
        ...

    def log_density(self, z: NDArray[np.floating]) -> Wide:
        """log p(z) of z (n, K) in nats, (n,)."""
        ...


@dataclass(frozen=True, eq=False)
class Mixture:
    """A mixture of C Gaussians: weights (C,), means (C, K), covariances (C, K, K)."""

    name: str
    weights: Wide
    means: Wide
    covariances: Wide

    def sample(self, n: int, rng: np.random.Generator) -> Array:
        """n draws, (n, K)."""
        return self.sample_with_components(n, rng)[0]

    def sample_with_components(self, n: int, rng: np.random.Generator) -> tuple[Array, NDArray[np.int64]]:
        """n draws (n, K): a component by its weight, then a draw from it; and the components (n,)."""
        component = rng.choice(len(self.weights), size=n, p=self.weights)
        noise = rng.standard_normal((n, self.means.shape[1]))
        factors = np.linalg.cholesky(self.covariances)
        for c, factor in enumerate(factors):
            noise[component == c] = noise[component == c] @ factor.T
        return (self.means[component] + noise).astype(np.float32), component

    def moments(self) -> tuple[Wide, Wide]:
        """The mean (K,) and the covariance (K, K) of the whole mixture."""
        mean = self.weights @ self.means
        apart = self.means - mean  # (C, K)
        between = np.einsum("c,ci,cj->ij", self.weights, apart, apart)
        return mean, np.einsum("c,cij->ij", self.weights, self.covariances) + between

    def log_density(self, z: NDArray[np.floating]) -> Wide:
        """log p(z) = log sum_c weight_c N(z; mean_c, covariance_c), (n,)."""
        parts = [
            np.log(weight) + multivariate_normal.logpdf(z, mean, covariance).reshape(len(z))
            for weight, mean, covariance in zip(self.weights, self.means, self.covariances, strict=True)
        ]
        return np.asarray(logsumexp(parts, axis=0))


@dataclass(frozen=True, eq=False)
class Kernel:
    """A kernel density: a Gaussian of one bandwidth, in units of the codes' spread, around each whitened code."""

    name: str
    whitening: Whitening
    estimate: KernelDensity

    @property
    def bandwidth(self) -> float:
        """The kernel's standard deviation in standard deviations of the codes."""
        return float(self.estimate.bandwidth)

    def sample(self, n: int, rng: np.random.Generator) -> Array:
        """n draws, (n, K): a code at random, plus noise of the bandwidth."""
        drawn = self.estimate.sample(n, random_state=int(rng.integers(2**31)))
        return self.whitening.undo(drawn).astype(np.float32)

    def log_density(self, z: NDArray[np.floating]) -> Wide:
        """log p(z) = log mean_n N(z; code_n, bandwidth² covariance), (n,)."""
        whitened = self.whitening.apply(z)
        # In many dimensions a tree visits nearly every code, and plain distances are ten times faster.
        is_wide = whitened.shape[1] > MAX_TREE_DIM
        log_density: Wide = self._plainly(whitened) if is_wide else self.estimate.score_samples(whitened)
        return log_density - self.whitening.log_volume

    def _plainly(self, whitened: Wide) -> Wide:
        codes = np.asarray(self.estimate.tree_.data, np.float32)  # (N, K)
        n, latent_dim = codes.shape
        log_volume = math.log(n) + latent_dim * math.log(self.bandwidth * math.sqrt(2 * math.pi))
        sums = [
            log_sum_rows(euclidean_distances(rows, codes, squared=True) * np.float32(-0.5 / self.bandwidth**2))
            for rows in np.array_split(whitened.astype(np.float32), math.ceil(len(whitened) / N_ROWS_AT_ONCE))
        ]
        return np.asarray(np.concatenate(sums) - log_volume, np.float64)


def prior_of(model: LatentModel) -> MixtureOfGaussians | None:
    """The distribution p(z) that a model was trained with, None where it has none; of a foreign decoder N(0, I)."""
    if not has_encoder(model.spec):
        return standard_normal_prior(model.latent_dim)
    return model.prior() if isinstance(model, VariationalModel) else None


def own_prior(model: LatentModel) -> MixtureOfGaussians:
    """The distribution p(z) that a model was trained with; raises AnalysisError where it has none."""
    prior = prior_of(model)
    if prior is None:
        raise AnalysisError(f"{model.spec.title} was trained without a prior; choose a VAE or PPCA.")
    return prior


def fit_sampler(name: str, codes: Array, seed: int, prior: MixtureOfGaussians | None = None) -> Sampler:
    """The sampler of a name, fitted to codes (N, K) where it has anything to fit.

    prior: the model's own, N(0, I) or a learned mixture; standard_normal: N(0, I); gaussian: mean and full covariance;
    gmm10: ten such Gaussians (or any number) by EM; kde: a kernel density whose bandwidth has the highest held-out
    likelihood; kde0.1: one of that bandwidth, in standard deviations of the codes; flow: a velocity field from
    N(0, I) to the codes. The whole of the fit depends on
    `seed` alone. Raises AnalysisError for codes or a
    name without meaning.
    """
    check_codes(codes)
    if name == "prior":
        if prior is None:
            raise AnalysisError(
                "The sampler is 'prior', but this model has none, only a VAE does; choose standard_normal, gaussian, "
                "gmm10, kde or flow."
            )
        return as_mixture(prior)
    if name == "standard_normal":
        return standard_normal(name, codes.shape[1])
    if name == FLOW:
        return fit_flow(codes, seed)
    if name.startswith("kde"):
        return fit_kernel(name, codes, seed)
    return fit_mixture(name, codes, n_components(name), seed)


def as_mixture(prior: MixtureOfGaussians) -> Mixture:
    """A model's own prior as a sampler, its variances as full covariances."""
    weights = prior.weights.astype(np.float64)
    variances = np.exp(prior.log_vars.astype(np.float64))
    covariances = variances[:, :, None] * np.eye(variances.shape[1])
    return Mixture("prior", weights / weights.sum(), prior.means.astype(np.float64), covariances)


def n_components(name: str) -> int:
    """How many Gaussians a sampler's name stands for; raises AnalysisError for a name that there is not."""
    match = re.fullmatch(r"gmm(\d{1,4})", name)
    number = 1 if name == "gaussian" else int(match[1]) if match else 0
    if not 1 <= number <= MAX_COMPONENTS:
        raise _unknown(name)
    return number


def _unknown(name: str) -> AnalysisError:
    low, high = NAMED_BANDWIDTHS
    return AnalysisError(
        f"There is no sampler {name!r}; choose one of {', '.join(SAMPLER_NAMES)}, gmm1 to gmm{MAX_COMPONENTS} for a "
        f"mixture, or kde{low:g} to kde{high:g} for a kernel of that bandwidth."
    )


def standard_normal(name: str, latent_dim: int) -> Mixture:
    """N(0, I) in K dimensions."""
    return Mixture(name, np.ones(1), np.zeros((1, latent_dim)), np.eye(latent_dim)[None])


def fit_mixture(name: str, codes: Array, n: int, seed: int) -> Mixture:
    """A mixture of n Gaussians with full covariances by EM; raises AnalysisError for more Gaussians than codes."""
    if n > len(codes):
        raise AnalysisError(f"{name} has {n} Gaussians, but there are only {len(codes)} codes; choose at most as many.")
    whitening = fit_whitening(codes)
    some = _subset(codes, max(N_MIXTURE_CODES, n) if n > 1 else len(codes), np.random.default_rng(seed))
    # Whitened, so that scikit-learn's floor under the variances means the same for every model.
    whitened: NDArray[Any] = whitening.apply(some)
    if n > 1 and codes.shape[1] > MAX_PRECISE_DIM:
        whitened = whitened.astype(np.float32)
    fit = GaussianMixture(n, random_state=seed, max_iter=1000).fit(whitened)
    scale, weights = whitening.scale, fit.weights_.astype(np.float64)
    return Mixture(name, weights / weights.sum(), whitening.undo(fit.means_), scale @ fit.covariances_ @ scale.T)


def fit_kernel(name: str, codes: Array, seed: int) -> Kernel:
    """A kernel density on all codes, of the bandwidth in its name or else the likeliest."""
    given = named_bandwidth(name)
    whitening = fit_whitening(codes)
    whitened = whitening.apply(codes)
    bandwidth = choose_bandwidth(whitened, np.random.default_rng(seed)) if given is None else given
    return Kernel(name, whitening, _kernel_estimate(whitened, bandwidth))


def named_bandwidth(name: str) -> float | None:
    """The bandwidth in a sampler's name such as kde0.1, None for kde; raises AnalysisError for one out of range."""
    if name == "kde":
        return None
    match = re.fullmatch(r"kde(\d{1,2}(?:\.\d{1,4})?)", name)
    bandwidth = float(match[1]) if match else 0.0
    if not NAMED_BANDWIDTHS[0] <= bandwidth <= NAMED_BANDWIDTHS[1]:
        raise _unknown(name)
    return bandwidth


def fit_aggregate(codes: Array, seed: int) -> Sampler:
    """The density of a model's codes themselves, q(z), to set a sampler's density against.

    Up to five dimensions a kernel density, which keeps small holes open, and whose bandwidth follows one rule for
    every model, so that two maps can stand side by side (of a VAE pass sampled z, not means). Beyond, where a kernel
    sees single codes alone, a mixture of twenty Gaussians.
    """
    return fit_sampler("kde" if codes.shape[1] <= MAX_KERNEL_DIM else AGGREGATE_MIXTURE, codes, seed)


def choose_bandwidth(whitened: Wide, rng: np.random.Generator) -> float:
    """The bandwidth under which 500 codes left out are most likely given all the others; whitened: (N, K).

    All the others, since the best bandwidth for a part of them carried over by Silverman's N^(-1 / (K + 4)) is too wide
    for codes that are rougher than a Gaussian.
    """
    shuffled = rng.permutation(whitened)
    n_held_out = min(N_BANDWIDTH_HELD_OUT, len(shuffled) // 2)
    squared = cdist(shuffled[:n_held_out], shuffled[n_held_out:], "sqeuclidean").astype(np.float32)

    def loss(log_bandwidth: float) -> float:
        log_sums = log_sum_rows(squared * np.float32(-0.5 * np.exp(-2 * log_bandwidth)))
        return float(whitened.shape[1] * log_bandwidth - log_sums.mean(dtype=np.float64))

    best = minimize_scalar(loss, bounds=np.log(BANDWIDTHS), method="bounded", options={"xatol": 0.05})
    return math.exp(float(best.x))


def _kernel_estimate(whitened: Wide, bandwidth: float) -> KernelDensity:
    return KernelDensity(bandwidth=bandwidth, algorithm="kd_tree", rtol=KERNEL_TOLERANCE).fit(whitened)


def _subset(codes: NDArray[Any], n: int, rng: np.random.Generator) -> NDArray[Any]:
    return codes[rng.permutation(len(codes))[:n]]
