"""Mixtures of diagonal Gaussians over codes, N(0, I) among them."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LOG_2_PI = math.log(2 * math.pi)


@dataclass(frozen=True, eq=False)
class MixtureOfGaussians:
    """A mixture of C diagonal Gaussians: weights (C,), means and log_vars (C, K)."""

    weights: NDArray[np.float32]
    means: NDArray[np.float32]
    log_vars: NDArray[np.float32]

    @property
    def is_standard_normal(self) -> bool:
        """Whether this is N(0, I), and not a mixture that was learned."""
        return len(self.weights) == 1 and not self.means.any() and not self.log_vars.any()

    def sample(self, n: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """n draws, (n, K)."""
        return self.sample_with_components(n, rng)[0]

    def sample_with_components(self, n: int, rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """n draws (n, K), and the component that each came from (n,)."""
        weights = self.weights.astype(np.float64)
        component = rng.choice(len(weights), n, p=weights / weights.sum())
        noise = rng.standard_normal((n, self.means.shape[1]), dtype=np.float32)
        return self.means[component] + np.exp(np.float32(0.5) * self.log_vars[component]) * noise, component

    def log_prob_nats(self, z: NDArray[np.float32]) -> NDArray[np.float64]:
        """log p(z) in nats; z: (N, K) -> (N,)."""
        log_prob: NDArray[np.float64] = np.logaddexp.reduce(self._log_joint(z), axis=1)
        return log_prob

    def responsibilities(self, z: NDArray[np.float32]) -> NDArray[np.float64]:
        """p(c|z), the share that each component has in a code; z: (N, K) -> (N, C)."""
        log_joint = self._log_joint(z)
        shares: NDArray[np.float64] = np.exp(log_joint - np.logaddexp.reduce(log_joint, axis=1)[:, None])
        return shares

    def _log_joint(self, z: NDArray[np.float32]) -> NDArray[np.float64]:
        means, log_vars = self.means.astype(np.float64), self.log_vars.astype(np.float64)
        squared = np.square(z[:, None, :] - means) * np.exp(-log_vars)
        log_joint: NDArray[np.float64] = np.log(self.weights.astype(np.float64)) - 0.5 * (
            squared + log_vars + LOG_2_PI
        ).sum(axis=2)
        return log_joint


def standard_normal(latent_dim: int) -> MixtureOfGaussians:
    """N(0, I) as a mixture of one."""
    zeros = np.zeros((1, latent_dim), np.float32)
    return MixtureOfGaussians(np.ones(1, np.float32), zeros, zeros)
