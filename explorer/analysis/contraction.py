"""Sensitivity of codes to their pictures: Jacobians at a point, their directions, and their size over pictures."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.analysis.denoising import mean_squared_error
from explorer.analysis.differentiable import apply_with_gradient
from explorer.models.autoencoder import Autoencoder
from explorer.models.objectives import squared_jacobian_norm

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
CHUNK = 500


@dataclass(frozen=True, eq=False)
class Directions:
    """A Jacobian taken apart: values (K,) in falling order and, for each, a direction among pictures (K, D).

    Directions have length 1, and their entry of largest magnitude is positive.
    """

    values: Array
    pictures: Array


@dataclass(frozen=True, eq=False)
class LocalGeometry:
    """At one picture: the right singular vectors of dz/dx, and the left singular vectors of dx̂/dz."""

    encoder: Directions
    decoder: Directions


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """How much codes change with their pictures.

    norms: (N,), the Frobenius norm of dz/dx at each picture; spread: the root of the codes' total variance;
    mse: of the reconstruction, per pixel.
    """

    norms: Wide
    spread: float
    mse: float

    @property
    def mean_norm(self) -> float:
        """The mean Frobenius norm."""
        return float(self.norms.mean())

    @property
    def relative_norm(self) -> float:
        """The mean norm in units of the codes' own spread, which no rescaling of the code changes."""
        return self.mean_norm / self.spread


def encoder_jacobian(model: Autoencoder, x: Array) -> Array:
    """dz/dx at one picture x: (D,) -> (K, D)."""
    return _jacobian(model.network.encoder, torch.from_numpy(x[None]))


def decoder_jacobian(model: Autoencoder, z: Array) -> Array:
    """dx̂/dz at one code z: (K,) -> (D, K), after the output function."""
    layers = model.decoder_layers()
    return _jacobian(lambda code: apply_with_gradient(layers, code), torch.from_numpy(z[None]))


def _jacobian(function: Callable[[Tensor], Tensor], at: Tensor) -> Array:
    jacobian = torch.autograd.functional.jacobian(function, at)
    flat: Array = jacobian.reshape(-1, at.shape[1]).detach().numpy()
    return flat


def local_geometry(model: Autoencoder, x: Array) -> LocalGeometry:
    """The singular values and directions of both Jacobians at one picture x: (D,)."""
    of_encoder = encoder_jacobian(model, x)
    of_decoder = decoder_jacobian(model, model.encode(x[None])[0])
    return LocalGeometry(_directions(of_encoder), _directions(of_decoder.T))


def _directions(jacobian: Array) -> Directions:
    """Of a Jacobian with pictures as rows (K, D)."""
    _, values, pictures = np.linalg.svd(jacobian, full_matrices=False)
    largest = np.take_along_axis(pictures, np.abs(pictures).argmax(axis=1)[:, None], axis=1)
    return Directions(values, pictures * np.where(largest < 0, -1, 1).astype(np.float32))


def sensitivity(model: Autoencoder, x: Array) -> Sensitivity:
    """The norms of dz/dx over pictures x: (N, D), beside the codes' spread and the reconstruction's error."""
    codes = model.encode(x)
    spread = float(np.sqrt(codes.var(axis=0, dtype=np.float64).sum()))
    return Sensitivity(jacobian_norms(model, x), spread, mean_squared_error(x, model.decode(codes)))


def jacobian_norms(model: Autoencoder, x: Array) -> Wide:
    """The Frobenius norm of dz/dx at each picture; x: (N, D) -> (N,)."""
    norms = []
    for part in torch.from_numpy(x).split(CHUNK):
        pictures = part.clone().requires_grad_()
        norms.append(squared_jacobian_norm(model.network.encode(pictures), pictures).detach().sqrt().numpy())
    return np.concatenate(norms).astype(np.float64)


@dataclass(frozen=True, eq=False)
class CodeChanges:
    """How far codes move when their pictures do, beside the bound ‖J‖_F ‖δ‖ of small changes δ; J = dz/dx.

    All in units of the codes' spread. lengths: (S,), ‖δ‖; random, leading: (S, N), ‖f(x + δ) - f(x)‖ for δ in a random
    direction, and in the one in which the code is most sensitive; norms: (N,), ‖J‖_F at each picture.
    """

    lengths: Wide
    random: Wide
    leading: Wide
    norms: Wide

    def used(self, moved: Wide) -> Wide:
        """How much of the bound codes moved (S, N) use, (S, N): 1 meets it, more is beyond it."""
        return np.asarray(moved / (self.lengths[:, None] * self.norms))


def code_changes(model: Autoencoder, x: Array, lengths: Wide, seed: int) -> CodeChanges:
    """Move pictures x (N, D) by each length, in a random direction and in the leading one; measure their codes."""
    directions = np.random.default_rng(seed).standard_normal(x.shape)
    jacobians = [encoder_jacobian(model, picture) for picture in x]
    leading = np.stack([_directions(jacobian).pictures[0] for jacobian in jacobians])
    codes = model.encode(x)
    spread = float(np.sqrt(codes.var(axis=0, dtype=np.float64).sum()))

    def moved(along: Wide | Array) -> Wide:
        of_length_1 = along / np.linalg.norm(along, axis=1, keepdims=True)
        changes = [model.encode((x + length * of_length_1).astype(np.float32)) - codes for length in lengths]
        return np.asarray(np.linalg.norm(np.stack(changes).astype(np.float64), axis=2) / spread)

    norms = np.array([np.linalg.norm(jacobian) for jacobian in jacobians], np.float64) / spread
    return CodeChanges(lengths, moved(directions), moved(leading), norms)
