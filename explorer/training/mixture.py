"""A mixture of Gaussians fitted to codes, as the prior that a VAE goes on from."""

import numpy as np

from explorer.models.latent_model import Array
from explorer.models.mixture import MixtureOfGaussians

N_FITTED = 20_000
N_STARTS = 20


def fit_mixture(codes: Array, n_components: int, seed: int) -> MixtureOfGaussians:
    """A mixture of diagonal Gaussians by EM (Dempster et al. 1977), the likeliest of 20 starts; codes: (N, K)."""
    from sklearn.mixture import GaussianMixture

    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(codes))[:N_FITTED]
    mixture = GaussianMixture(n_components, covariance_type="diag", n_init=N_STARTS, random_state=seed)
    mixture.fit(codes[rows].astype(np.float64))
    parts = (mixture.weights_, mixture.means_, np.log(mixture.covariances_))
    return MixtureOfGaussians(*(part.astype(np.float32) for part in parts))
