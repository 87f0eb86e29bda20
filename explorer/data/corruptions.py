"""Noise on samples, for denoising: additive Gaussian, masking, salt and pepper."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Generator, Tensor


def corrupted(x: "Tensor", kind: str, level: float, generator: "Generator") -> "Tensor":
    """Samples with fresh noise (Vincent et al. 2010, section 4.3), not clipped; x: (N, D) -> (N, D), on x's device.

    gaussian adds noise of standard deviation `level`; masking sets a value to 0 with probability `level`;
    salt_and_pepper sets it to 0 or 1, either with half that probability; none leaves x as it is.
    """
    import torch

    if kind == "none":
        return x
    if kind == "gaussian":
        return x + level * torch.randn(x.shape, generator=generator, device=x.device)
    chance = torch.rand(x.shape, generator=generator, device=x.device)
    if kind == "masking":
        return x * (chance >= level)
    return torch.where(chance < level, (chance < level / 2).to(x.dtype), x)


def corrupted_pixels(x: NDArray[np.float32], kind: str, level: float, seed: int) -> NDArray[np.float32]:
    """`corrupted` with NumPy in and out, the same for the same seed; x: (N, D) -> (N, D)."""
    import torch

    noisy: NDArray[np.float32] = corrupted(
        torch.from_numpy(x), kind, level, torch.Generator().manual_seed(seed)
    ).numpy()
    return noisy


def binarised(x: "Tensor", generator: "Generator") -> "Tensor":
    """Black or white pixels, each white with the probability that its grey level is; x: (N, D) in [0, 1] -> (N, D).

    Salakhutdinov & Murray 2008.
    """
    import torch

    return (torch.rand(x.shape, generator=generator, device=x.device) < x).to(x.dtype)
