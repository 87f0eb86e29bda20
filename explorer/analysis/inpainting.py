"""Filling in missing pixels: by PPCA in closed form, by repeated projection, by the MAP code."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.density import Mixture, as_mixture, prior_of
from explorer.analysis.measure import Progress
from explorer.analysis.pca import spectrum
from explorer.analysis.whitening import fit_whitening
from explorer.data import Dataset
from explorer.data.subsets import some_rows
from explorer.errors import AnalysisError
from explorer.models.latent_model import LatentModel
from explorer.models.pca import PCA
from explorer.models.ppca import PPCA, largest_latent_dim, maximum_likelihood
from explorer.models.spec import PPCASpec

if TYPE_CHECKING:
    from torch.distributions import Distribution

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]
# From pictures and the pixels that are hidden of them, both (N, D), to an estimate of every pixel, (N, D).
Imputer = Callable[[Array, Mask], Array]
N_ROUNDS, N_STEPS = 50, 200
STEP_SIZE = 0.1
# A decoder's errors are alike in neighbouring pixels: counted one by one, the visible ones would drown the prior.
PIXELS_A_PATCH = 16
CHUNK = 50
N_PICTURES, N_FOR_NOISE = 200, 1_000
EXPLAINED = 0.99
MEAN, ITERATIVE, MAP_CODE = "mean image", "repeated projection", "MAP code"


@dataclass(frozen=True)
class ImputationError:
    """The squared error of one way of filling in, mean over hidden pixels and pictures, beside the mean image's."""

    title: str
    mse: float
    null_mse: float

    @property
    def times_better(self) -> float:
        """How many times the mean image's error is larger."""
        return self.null_mse / self.mse


def check_mask(hidden: Mask) -> None:
    """Raise AnalysisError unless some pixels of (D,) are hidden and some are not."""
    n_hidden, n_pixels = int(hidden.sum()), hidden.size
    if n_hidden == 0:
        raise AnalysisError(f"None of the {n_pixels} pixels is hidden, so nothing is missing; draw over some of them.")
    if n_hidden == n_pixels:
        raise AnalysisError(
            f"All {n_pixels} pixels are hidden, so nothing tells this picture from any other; uncover some of them."
        )


def mean_imputer(mean: Array) -> Imputer:
    """The mean image, (D,), whatever is visible."""
    return lambda x, _hidden: np.broadcast_to(mean, x.shape)


def ppca_imputer(model: PPCA) -> Imputer:
    """The mean of all pixels given the visible ones under probabilistic PCA, in closed form."""

    def fill(x: Array, hidden: Mask) -> Array:
        estimate = np.empty_like(x)
        masks, of_row = np.unique(hidden, axis=0, return_inverse=True)
        for place, mask in enumerate(masks):
            rows = of_row.reshape(-1) == place
            estimate[rows] = model.conditional_mean(x[rows], ~mask)
        return estimate

    return fill


def iterative_imputer(model: LatentModel, mean: Array, n_rounds: int = N_ROUNDS) -> Imputer:
    """Encode, decode, put the visible pixels back, and again, from the mean image's pixels where they are hidden."""

    def fill(x: Array, hidden: Mask) -> Array:
        estimate = np.where(hidden, mean, x)
        for _ in range(n_rounds):
            estimate = np.where(hidden, model.decode(model.encode(estimate)), x)
        return estimate

    return fill


def map_imputer(model: LatentModel, mean: Array, prior: Mixture, noise_variance: float) -> Imputer:
    """What the decoder makes of the MAP code given the visible pixels, found by Adam from the encoder's guess.

    It minimises Σ_visible (x − g(z))² / (2 σ² m) − log p(z), with m = PIXELS_A_PATCH pixels that err alike and
    σ² = noise_variance, the model's mean squared error per pixel.
    """

    def fill(x: Array, hidden: Mask) -> Array:
        guess = model.encode(np.where(hidden, mean, x).astype(np.float32))
        return model.decode(map_codes(model, prior, x, ~hidden, noise_variance * PIXELS_A_PATCH, guess))

    return fill


def map_codes(model: LatentModel, prior: Mixture, x: Array, seen: Mask, variance: float, guess: Array) -> Array:
    """The codes (N, K) that minimise Σ_seen (x − g(z))² / (2 variance) − log p(z), found from `guess` (N, K).

    Adam walks in coordinates in which the prior has unit covariance.
    """
    import torch

    from explorer.analysis.differentiable import apply_with_gradient
    from explorer.training.adam import cosine_rates, descend

    layers, density = model.decoder_layers(), _differentiable(prior)
    centre, covariance = prior.moments()
    mean, scale = torch.from_numpy(centre).float(), torch.from_numpy(np.linalg.cholesky(covariance)).float()
    target, weight = torch.from_numpy(x), torch.from_numpy(seen / np.float32(2 * variance))
    start = torch.linalg.solve_triangular(scale, (torch.from_numpy(guess) - mean).T, upper=False).T
    whitened = start.contiguous().requires_grad_()

    def loss() -> torch.Tensor:
        z = mean + whitened @ scale.T  # (N, K)
        misfit = weight * (target - apply_with_gradient(layers, z)).square()
        return misfit.sum() - density.log_prob(z).sum()

    descend(loss, [whitened], cosine_rates(STEP_SIZE, N_STEPS))
    codes: Array = (mean + whitened @ scale.T).detach().numpy()
    return codes


def _differentiable(prior: Mixture) -> "Distribution":
    """A mixture whose log-density PyTorch differentiates."""
    import torch
    from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal

    weights, means, covariances = (
        torch.from_numpy(values).float() for values in (prior.weights, prior.means, prior.covariances)
    )
    components = MultivariateNormal(means, covariances, validate_args=False)
    return MixtureSameFamily(Categorical(weights), components, validate_args=False)


def code_prior(model: LatentModel, codes: Array) -> Mixture:
    """p(z) of the model where it has one, else the Gaussian of codes (N, K); raises AnalysisError."""
    prior = prior_of(model)
    if prior is not None:
        return as_mixture(prior)
    fitted = fit_whitening(codes)
    return Mixture("gaussian", np.ones(1), fitted.mean[None], (fitted.scale @ fitted.scale.T)[None])


def noise_variance(model: LatentModel, x: Array) -> float:
    """The model's squared error on pictures (N, D), mean over pixels, and no less than rounding."""
    return max(float(np.square(x - model.decode(model.encode(x))).mean()), 1e-6)


def hidden_mse(x: Array, estimate: Array, hidden: Mask) -> float:
    """Squared error, mean over the hidden pixels of all pictures, of an estimate confined to [0, 1]."""
    return float(np.square(x - np.clip(estimate, 0, 1), dtype=np.float64)[hidden].mean())


def imputers(model: LatentModel, pca: PCA, train: Dataset, codes: Array) -> dict[str, Imputer]:
    """Every way of filling in by its title, the mean image first; pca and codes (N, K): of the train split."""
    found: dict[str, Imputer] = {MEAN: mean_imputer(pca.mean)}
    for latent_dim in (model.latent_dim, spectrum(pca).components_for(EXPLAINED)):
        spec = PPCASpec(latent_dim=min(latent_dim, largest_latent_dim(pca)))
        found[f"PPCA, K = {spec.latent_dim}"] = ppca_imputer(maximum_likelihood(pca, spec))
    found[ITERATIVE] = iterative_imputer(model, pca.mean)
    variance = noise_variance(model, train.pixels(some_rows(len(train), N_FOR_NOISE)))
    found[MAP_CODE] = map_imputer(model, pca.mean, code_prior(model, codes), variance)
    return found


def measure_on_test(
    imputers: Mapping[str, Imputer], mean: Array, test: Dataset, hidden: Mask
) -> Iterator[Progress[tuple[ImputationError, ...]]]:
    """The errors on two hundred test images, with the same pixels (D,) hidden of each."""
    x = test.pixels(some_rows(len(test), N_PICTURES))
    return measure_imputation(imputers, mean, x, np.tile(hidden, (len(x), 1)))


def measure_imputation(
    imputers: Mapping[str, Imputer], mean: Array, x: Array, hidden: Mask
) -> Iterator[Progress[tuple[ImputationError, ...]]]:
    """The error of every way of filling in pictures (N, D) with hidden pixels (N, D), beside the mean image's."""
    null = hidden_mse(x, mean_imputer(mean)(x, hidden), hidden)
    done: list[ImputationError] = []
    chunks = [slice(start, start + CHUNK) for start in range(0, len(x), CHUNK)]
    for place, (title, imputer) in enumerate(imputers.items()):
        parts = []
        for number, rows in enumerate(chunks):
            yield Progress((place + number / len(chunks)) / len(imputers), title, tuple(done))
            parts.append(imputer(x[rows], hidden[rows]))
        done.append(ImputationError(title, hidden_mse(x, np.concatenate(parts), hidden), null))
    yield Progress(1.0, "done", tuple(done))


def random_half(n_pixels: int, seed: int) -> Mask:
    """A mask (D,) of half of the pixels, drawn at random."""
    hidden = np.zeros(n_pixels, np.bool_)
    hidden[np.random.default_rng(seed).permutation(n_pixels)[: n_pixels // 2]] = True
    return hidden


def lower_half(height: int, width: int) -> Mask:
    """A mask (D,) of the lower half of a picture."""
    hidden = np.zeros((height, width), np.bool_)
    hidden[height // 2 :] = True
    return hidden.reshape(-1)
