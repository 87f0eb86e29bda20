"""log p(x) of the shipped VAE of two dimensions by a grid and by draws, and the parts of the gap.

`python -m benchmarks elbo`; needs MNIST.
"""

import math
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.analysis.elbo import elbo_gap
from explorer.analysis.evidence import Observation, TruePosterior, observed, true_posterior
from explorer.analysis.measure import mean_interval
from explorer.analysis.ppca import exact_rate_and_distortion_nats
from explorer.data import load_dataset
from explorer.models.autoencoder import VariationalAutoencoder
from explorer.models.ppca import PPCA
from explorer.store import load_checkpoint

PPCA_NAME = "ppca"
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
    for title, nats in (
        ("the encoder's q", np.array([each.draws_nats for each in true])),
        ("a Gaussian with the mean and 1.25 times the covariance of p(z given x)", wide),
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
