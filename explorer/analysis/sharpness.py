"""How much of the edges a reconstruction keeps, and how many numbers a model was trained to."""

import numpy as np
from numpy.typing import NDArray

from explorer.models.autoencoder import Autoencoder
from explorer.models.latent_model import LatentModel
from explorer.models.pca import PCA

Array = NDArray[np.float32]
Wide = NDArray[np.float64]


def edge_energy(images: Array) -> Wide:
    """The squared differences of neighbouring pixels, across and down, summed; images: (N, H, W) -> (N,)."""
    wide = images.astype(np.float64)
    across, down = np.diff(wide, axis=2), np.diff(wide, axis=1)
    return np.asarray(np.square(across).sum(axis=(1, 2)) + np.square(down).sum(axis=(1, 2)))


def kept_edges(images: Array, reconstructed: Array) -> float:
    """The edge energy of reconstructions over that of their originals, both (N, H, W): 1 is as sharp, 0 is flat."""
    return float(edge_energy(reconstructed).sum() / edge_energy(images).sum())


def trained_parameters(model: LatentModel) -> int:
    """How many numbers encoder and decoder have; for PCA the mean and the axes of its code."""
    if isinstance(model, PCA):
        return len(model.mean) * (model.latent_dim + 1)
    if not isinstance(model, Autoencoder):
        raise TypeError(f"{model.spec.title} has no parameters that were trained")
    coders = (model.network.encoder, model.network.decoder)
    return sum(parameter.numel() for coder in coders for parameter in coder.parameters())
