"""log p(x) of the shipped VAE of two dimensions by a grid and by draws, and the parts of the gap.

`python -m benchmarks elbo`; needs MNIST.
"""

import math
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import multivariate_normal
from sklearn.mixture import GaussianMixture

from explorer.analysis.elbo import elbo_gap
from explorer.analysis.evidence import Observation, TruePosterior, observed, true_posterior
from explorer.analysis.measure import mean_interval
from explorer.analysis.ppca import exact_rate_and_distortion_nats
from explorer.data import load_dataset
from explorer.models.autoencoder import VariationalAutoencoder
from explorer.models.ppca import PPCA
from explorer.store import load_checkpoint

PPCA_NAME = "ppca"
# Parts of a mixture that proposes codes, how much wider than p(z|x) it is, and codes to which it is fitted.
N_PARTS, WIDER, N_FITTED = 4, 1.25, 4_000
NAME, N_IMAGES, N_GAPS, N_DRAWS, TOLERANCE_NATS = "vae-2d", 100, 30, 5000, 0.05
Floats = NDArray[np.float64]


@torch.inference_mode()
def wide_draws_nats(of: Observation, true: TruePosterior) -> float:
    """log p(x) by N_DRAWS importance weights of a Gaussian as wide as p(z|x) and an eighth wider, without the grid."""
    across, up = np.meshgrid(true.x, true.y)
    weights = (true.density * true.cell).ravel()
    places = np.column_stack([across.ravel(), up.ravel()])
    mean = weights @ places
    covariance = 1.25 * np.cov(places.T, aweights=weights)
    rng = np.random.default_rng(0)
    z = rng.multivariate_normal(mean, covariance, N_DRAWS)
    epsilon = np.linalg.solve(np.linalg.cholesky(covariance), (z - mean).T)
    log_q = -0.5 * (np.square(epsilon).sum(axis=0) + np.linalg.slogdet(covariance).logabsdet) - math.log(2 * math.pi)
    log_joint = of.log_joint_nats(torch.from_numpy(z).float()).double().numpy()
    return float(np.logaddexp.reduce(log_joint - log_q) - math.log(N_DRAWS))


@torch.inference_mode()
def mixture_draws_nats(of: Observation, true: TruePosterior) -> float:
    """log p(x) by N_DRAWS importance weights of a mixture that is fitted to p(z|x) and a little wider."""
    across, up = np.meshgrid(true.x, true.y)
    places, weights = np.column_stack([across.ravel(), up.ravel()]), (true.density * true.cell).ravel()
    rng = np.random.default_rng(0)
    codes = places[rng.choice(len(places), N_FITTED, p=weights / weights.sum())]
    codes += rng.uniform(-0.5, 0.5, codes.shape) * (true.x[1] - true.x[0], true.y[1] - true.y[0])
    fitted = GaussianMixture(N_PARTS, random_state=0).fit(codes)
    factors = np.sqrt(WIDER) * np.linalg.cholesky(fitted.covariances_)  # (P, 2, 2)
    parts = rng.choice(N_PARTS, N_DRAWS, p=fitted.weights_)
    z = fitted.means_[parts] + np.einsum("nij,nj->ni", factors[parts], rng.standard_normal((N_DRAWS, 2)))
    log_parts = [
        multivariate_normal.logpdf(z, mean, factor @ factor.T)
        for mean, factor in zip(fitted.means_, factors, strict=True)
    ]  # (P, n)
    log_q = np.logaddexp.reduce(np.log(fitted.weights_)[:, None] + np.array(log_parts), axis=0)
    log_joint = of.log_joint_nats(torch.from_numpy(z).float()).double().numpy()
    return float(np.logaddexp.reduce(log_joint - log_q) - math.log(N_DRAWS))


def observations() -> list[Observation]:
    """The first test images, as the model sees them."""
    model, test = load_checkpoint(NAME).model, load_dataset("mnist", "test")
    assert isinstance(model, VariationalAutoencoder)
    return [observed(model, x) for x in test.pixels(np.arange(N_IMAGES))]


def table() -> Iterator[str]:
    """How often draws meet the grid, and the mean gap in its parts with 95 % intervals."""
    seen = observations()
    true = [true_posterior(of) for of in seen]
    grid = np.array([each.log_evidence_nats for each in true])
    yield f"{NAME} on the first {N_IMAGES} test images of MNIST; log p(x) by the grid: mean {grid.mean():.2f} nats."
    yield ""
    yield f"| {N_DRAWS:,} draws of | within {TOLERANCE_NATS} nats of the grid | median difference | largest |"
    yield "|---|---|---|---|"
    wide = np.array([wide_draws_nats(of, each) for of, each in zip(seen, true, strict=True)])
    mixture = np.array([mixture_draws_nats(of, each) for of, each in zip(seen, true, strict=True)])
    for title, nats in (
        ("the encoder's q", np.array([each.draws_nats for each in true])),
        ("a Gaussian with the mean and 1.25 times the covariance of p(z given x)", wide),
        (f"a mixture of {N_PARTS} Gaussians fitted to p(z given x), {WIDER} times as wide", mixture),
    ):
        off = nats - grid
        share, worst = (np.abs(off) <= TOLERANCE_NATS).mean(), off[np.abs(off).argmax()]
        yield f"| {title} | {100 * share:.0f} % | {np.median(off):+.3f} nats | {worst:+.2f} nats |"
    yield ""
    yield from gaps(seen[:N_GAPS])


def ppca_gap_nats() -> float:
    """The largest gap of probabilistic PCA, which is 0 but for rounding."""
    model, x = load_checkpoint(PPCA_NAME).model, load_dataset("mnist", "test").pixels(np.arange(N_IMAGES))
    assert isinstance(model, PPCA)
    rates, distortions = exact_rate_and_distortion_nats(model, x)
    return float(np.abs(model.log_likelihood_nats(x) + rates + distortions).max())


def gaps(seen: list[Observation]) -> Iterator[str]:
    """What each q leaves of log p(x), on average."""
    found = [elbo_gap(of) for of in seen]
    yield f"| q | gap on the first {len(seen)} images, mean with its 95 % interval |"
    yield "|---|---|"
    for place, title in enumerate(own.title for own in found[0].approximations):
        gap = mean_interval(np.array([one.approximations[place].gap_nats for one in found]))
        yield f"| {title} | {gap.value:.2f} nats ({gap.low:.2f} to {gap.high:.2f}) |"
    worst = max(abs(one.imbalance_nats) for one in found)
    yield ""
    yield f"{PPCA_NAME}, whose posterior is exact, leaves {ppca_gap_nats():.0e} nats of an image at most."
    yield f"ELBO and gap add up to log p(x) within {worst:.4f} nats for the encoder's q."
