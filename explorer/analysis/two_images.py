"""A VAE is trained on two images in turns, one draw of z at each step, until their clouds of codes part."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.analysis.measure import Interval, Progress, share_interval
from explorer.data import Dataset
from explorer.errors import AnalysisError
from explorer.models.autoencoder import Batch, build_autoencoder, decode_mean, distortion_nats, loss_terms
from explorer.models.networks import AutoencoderNetwork
from explorer.models.objectives import Weights, gaussian_kl_nats, reparameterise, total_loss
from explorer.models.spec import VAESpec

Array = NDArray[np.float32]
WIDTH, LEARNING_RATE = 64, 1e-3
N_STEPS, N_JUDGED, N_POINTS, N_DECODED = 1000, 2000, 150, 17
# Most happens early, so the frames are spread evenly over the logarithm of the step.
STEPS = tuple(int(step) for step in np.unique(np.geomspace(1, N_STEPS, 26).round()))


@dataclass(frozen=True, eq=False)
class Frame:
    """The VAE after some steps, seen by draws of both posteriors that are made with the same noise in every frame.

    codes: (2, M, 2) draws z; decoded: (2, T, D) what the first T of them decode to, bytes; reconstruction_nats and
    kl_nats (K,) of each dimension: means over both images; accuracy: how often the likelier posterior of a draw is
    its own.
    """

    step: int
    codes: Array
    decoded: NDArray[np.uint8]
    reconstruction_nats: float
    kl_nats: Array
    accuracy: Interval


@dataclass(frozen=True, eq=False)
class TwoImages:
    """A training on two images (2, D), frame by frame."""

    images: Array
    frames: tuple[Frame, ...]


def first_of_classes(samples: Dataset, names: tuple[str, str]) -> tuple[int, int]:
    """The rows of the first sample of each class; raises AnalysisError for a class without any."""
    wanted = [samples.class_names.index(name) for name in names]
    rows = [np.flatnonzero(samples.labels == label) for label in wanted]
    if not all(map(len, rows)):
        raise AnalysisError(f"{samples.name} ({samples.split}) has no sample of {names[0]} or of {names[1]}.")
    return int(rows[0][0]), int(rows[1][0])


def network_of(beta: float) -> VAESpec:
    """The VAE that is trained, so small that it learns while a class looks on."""
    return VAESpec(2, (WIDTH,), beta=beta)


def learn_two_images(
    images: Array, shape: tuple[int, ...], beta: float, seed: int = 0
) -> Iterator[Progress[TwoImages]]:
    """Train a VAE on two images (2, D) of a shape; the result grows by one frame at a time."""
    spec, frames = network_of(beta), list[Frame]()
    network = build_autoencoder(spec, shape, seed).network
    x, noise = torch.from_numpy(images), judging_noise(seed)
    for step in take_turns(spec, network, x, seed):
        if step in STEPS:
            frames.append(frame_of(spec, network, x, noise, step))
            yield Progress(step / N_STEPS, f"step {step:,}", TwoImages(images, tuple(frames)))


def take_turns(spec: VAESpec, network: AutoencoderNetwork, x: Tensor, seed: int) -> Iterator[int]:
    """Descend for one image of x (2, D) after the other, a draw of z for each step; yields the steps taken so far."""
    optimizer = torch.optim.Adam(network.parameters(), LEARNING_RATE)
    generator = torch.Generator().manual_seed(seed)
    for step in range(N_STEPS):
        image = x[step % 2][None]  # (1, D)
        epsilon = torch.randn((1, spec.latent_dim), generator=generator)
        loss = total_loss(loss_terms(spec, network, Batch(image, image), epsilon), Weights(spec.beta))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield step + 1


def judging_noise(seed: int) -> Tensor:
    """Draws (2, M, 2) from N(0, I), other ones for each image."""
    return torch.randn((2, N_JUDGED, 2), generator=torch.Generator().manual_seed(seed + 1))


@torch.no_grad()
def frame_of(spec: VAESpec, network: AutoencoderNetwork, x: Tensor, noise: Tensor, step: int) -> Frame:
    """What draws by noise (2, M, 2) show of a VAE on images x (2, D)."""
    mean, log_var = network.posterior(x)  # (2, 2)
    z = reparameterise(mean[:, None], log_var[:, None], noise)  # (2, M, 2)
    shown = z[:, :N_DECODED]
    pixels = x[:, None].expand(-1, z.shape[1], -1)  # (2, M, D)
    return Frame(
        step,
        codes=z[:, :N_POINTS].numpy(),
        decoded=(255 * decode_mean(spec, network, shown)).round().byte().numpy(),
        reconstruction_nats=float(distortion_nats(spec, network, pixels, z).mean()),
        kl_nats=gaussian_kl_nats(mean, log_var).mean(dim=0).numpy(),
        accuracy=accuracy(mean, log_var, z),
    )


def accuracy(mean: Tensor, log_var: Tensor, z: Tensor) -> Interval:
    """How often q(z|own image) > q(z|other image) for draws z (2, M, K) of both; mean, log_var: (2, K).

    No rule that guesses the image from a draw is right more often (Bayes); 0.5 where both posteriors are one.
    """
    of_first, of_second = (_log_density(z, mean[i], log_var[i]) for i in (0, 1))  # (2, M) each
    margin = of_first - of_second
    return share_interval(torch.cat((margin[0] > 0, margin[1] < 0)).numpy())


def _log_density(z: Tensor, mean: Tensor, log_var: Tensor) -> Tensor:
    """log N(z; mean, exp(log_var)) without its constant; z: (..., K) -> (...)."""
    return -0.5 * ((z - mean).square() * torch.exp(-log_var) + log_var).sum(dim=-1)
