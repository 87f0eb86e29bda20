"""Two unbiased estimates of one gradient: through the draw, and by the score function."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Wide = NDArray[np.float64]
# From draws of one latent dimension (n,) to the loss of each (n,).
Loss = Callable[[Wide], Wide]
STEP = 1e-2


@dataclass(frozen=True, eq=False)
class GradientEstimates:
    """Estimates of d E[f(z)] / dμ for z ~ N(μ, σ²), one for each draw, (n,): both have the same mean.

    pathwise: f'(z) at z = μ + σ ε (Kingma & Welling 2014, eq. 4); score: f(z) d log q(z) / dμ (Williams 1992).
    """

    pathwise: Wide
    score: Wide

    @property
    def variance_ratio(self) -> float:
        """How many times the variance of the score-function estimate is larger."""
        return float(self.score.var() / self.pathwise.var())


def gradient_estimates(loss: Loss, mean: float, std: float, n: int, rng: np.random.Generator) -> GradientEstimates:
    """Both estimates from the same n draws; the derivative of the loss is a central difference of step σ / 100."""
    z = mean + std * rng.standard_normal(n)
    step = STEP * std
    pathwise = (loss(z + step) - loss(z - step)) / (2 * step)
    return GradientEstimates(pathwise, loss(z) * (z - mean) / std**2)
