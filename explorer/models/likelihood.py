"""What a decoder says about pixels: the distribution p(x|z), asked of the model in one place."""

from dataclasses import dataclass

import numpy as np

from explorer.models.latent_model import Array, LatentModel
from explorer.models.ppca import PPCA
from explorer.models.spec import AESpec, ModelSpec, PPCASpec, VAESpec

GREY_PIXELS = (
    "Grey pixels are no draws of a Bernoulli distribution, so these nats are a loss and not a likelihood: they do not "
    "compare with those of black and white pixels."
)
GREY_SAMPLES = (
    "The samples that this model was trained on have grey pixels too; no draw of a Bernoulli distribution has."
)


@dataclass(frozen=True)
class PixelDistribution:
    """p(x|z): independent pixels around the decoder's mean, Gaussian of one variance σ², Bernoulli where that is None.

    variance: in squared pixel values.
    """

    variance: float | None

    @property
    def is_density(self) -> bool:
        """Whether its nats are those of a density, which lie below 0 too and move with the unit of pixels."""
        return self.variance is not None

    @property
    def formula(self) -> str:
        """The distribution of a pixel in symbols."""
        return "Bernoulli(x̂)" if self.variance is None else f"N(x̂, σ² I) with σ = {np.sqrt(self.variance):.3g}"

    def sample(self, mean: Array, rng: np.random.Generator) -> Array:
        """One draw of x for each mean, (N, D); a Gaussian draw is not confined to the pixels' range."""
        if self.variance is None:
            return (rng.random(mean.shape) < mean).astype(np.float32)
        noise = rng.standard_normal(mean.shape, dtype=np.float32)
        return np.asarray(mean + np.float32(np.sqrt(self.variance)) * noise)


def pixel_distribution(model: LatentModel) -> PixelDistribution | None:
    """p(x|z) of a model that states one, None for PCA and for autoencoders, which give a picture alone."""
    if isinstance(model, PPCA):
        return PixelDistribution(model.noise_variance)
    if not isinstance(model.spec, VAESpec):
        return None
    if model.spec.likelihood != "gaussian":
        return PixelDistribution(None)
    return PixelDistribution(float(model.network.log_variance.detach().exp()))  # type: ignore[attr-defined]


def is_density(spec: ModelSpec) -> bool:
    """Whether a distortion is that of a density, as for PPCA and Gaussian decoders, and not of Bernoulli pixels."""
    return isinstance(spec, PPCASpec) or (isinstance(spec, VAESpec) and spec.likelihood == "gaussian")


def is_trained_in_nats(spec: ModelSpec) -> bool:
    """Whether the reconstruction of a training costs nats, and not a squared error."""
    is_entropy = isinstance(spec, AESpec) and spec.reconstruction_loss == "cross_entropy"
    return is_entropy or isinstance(spec, VAESpec)


def grey_pixels_note(spec: ModelSpec) -> str:
    """What the nats of a Bernoulli decoder on grey pixels are; nothing for other models."""
    return GREY_PIXELS if _is_bernoulli_of_grey(spec) else ""


def grey_samples_note(spec: ModelSpec) -> str:
    """Why pixels drawn from p(x|z) look unlike the training samples, under a Bernoulli decoder of grey pixels."""
    return GREY_SAMPLES if _is_bernoulli_of_grey(spec) else ""


def _is_bernoulli_of_grey(spec: ModelSpec) -> bool:
    return isinstance(spec, VAESpec) and spec.likelihood == "bernoulli" and spec.binarisation == "none"
