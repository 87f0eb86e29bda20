"""A flow from N(0, I) to the codes of a model: a sampler whose draws move along a velocity field, with its density."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import stats

from explorer.analysis.differentiable import apply_with_gradient
from explorer.analysis.measure import Progress
from explorer.analysis.whitening import Whitening, fit_whitening
from explorer.models.layers import Layer, apply_layers
from explorer.training.flow import N_STEPS, train_flow

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
FLOW = "flow"
N_MIDPOINT_STEPS = 32
CHUNK = 10_000


@dataclass(frozen=True, eq=False)
class Flow:
    """dz/dt = v(z, t) from z ~ N(0, I) at t = 0 to whitened codes at t = 1 (Chen et al. 2018; Lipman et al. 2023).

    layers: (N, K + 1) whitened points and their time -> (N, K) the velocity.
    """

    name: str
    whitening: Whitening
    layers: tuple[Layer, ...]

    def velocity(self, z: Array, t: float) -> Array:
        """v(z, t) at whitened points z (n, K), (n, K)."""
        return apply_layers(self.layers, _with_time(z, t))

    def sample(self, n: int, rng: np.random.Generator) -> Array:
        """n draws (n, K): noise that is carried from t = 0 to 1 by the midpoint rule."""
        noise = rng.standard_normal((n, len(self.whitening.mean))).astype(np.float32)
        return self.whitening.undo(self.transport(noise).astype(np.float64)).astype(np.float32)

    def transport(self, noise: Array) -> Array:
        """Where whitened points (n, K) at t = 0 are at t = 1, (n, K)."""
        z, step = noise, 1 / N_MIDPOINT_STEPS
        for index in range(N_MIDPOINT_STEPS):
            half = z + step / 2 * self.velocity(z, index * step)  # (n, K)
            z = z + step * self.velocity(half, (index + 0.5) * step)
        return z

    def log_density(self, z: NDArray[np.floating]) -> Wide:
        """log p(z) = log N(z₀; 0, I) − ∫ div v dt along the way back from z (n, K) to z₀ (Chen et al. 2018), (n,)."""
        whitened = self.whitening.apply(z).astype(np.float32)
        parts = [self._log_density(part) for part in np.array_split(whitened, len(whitened) // CHUNK + 1)]
        return np.concatenate(parts) - self.whitening.log_volume

    def _log_density(self, whitened: Array) -> Wide:
        z, step, log_volume = whitened, 1 / N_MIDPOINT_STEPS, np.zeros(len(whitened))
        for index in range(N_MIDPOINT_STEPS, 0, -1):
            half = z - step / 2 * self.velocity(z, index * step)  # (n, K)
            velocity, divergence = self.velocity_and_divergence(half, (index - 0.5) * step)  # (n, K), (n,)
            z, log_volume = z - step * velocity, log_volume + step * divergence
        return np.asarray(stats.norm.logpdf(z.astype(np.float64)).sum(axis=1) - log_volume)

    def velocity_and_divergence(self, z: Array, t: float) -> tuple[Array, Wide]:
        """v(z, t) at whitened points z (n, K), (n, K), and its divergence Σ ∂v_k / ∂z_k, (n,)."""
        points = torch.from_numpy(z).requires_grad_()
        velocity = apply_with_gradient(self.layers, torch.cat((points, torch.full((len(z), 1), t)), dim=1))
        divergence = np.zeros(len(z))
        for k in range(z.shape[1]):
            (slope,) = torch.autograd.grad(velocity[:, k].sum(), points, retain_graph=True)
            divergence += slope[:, k].numpy()
        return velocity.detach().numpy(), divergence


def _with_time(z: Array, t: float) -> Array:
    return np.column_stack((z, np.full(len(z), t, np.float32)))


def flow_steps(codes: Array, seed: int, n_steps: int = N_STEPS) -> Iterator[Progress[Flow]]:
    """A flow to codes (N, K), with its progress; raises AnalysisError for codes that cannot be whitened."""
    whitening = fit_whitening(codes)
    for record in train_flow(whitening.apply(codes).astype(np.float32), seed, n_steps):
        doing = f"step {record.step:,} of {record.n_steps:,}, loss {record.loss:.3f}"
        yield Progress(record.step / record.n_steps, doing, Flow(FLOW, whitening, record.layers))


def fit_flow(codes: Array, seed: int) -> Flow:
    """The flow to codes (N, K) after its whole training; raises AnalysisError as `flow_steps`."""
    *_, end = flow_steps(codes, seed)
    return end.result
