"""Decoders from too weak to too strong: the more a decoder knows by itself, the less the code has to tell it."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from explorer.analysis.measure import Interval, Progress, mean_interval
from explorer.data import Dataset
from explorer.models.networks import mlp
from explorer.models.objectives import bernoulli_nll_nats, bounded_log_var, gaussian_kl_nats, reparameterise
from explorer.training.adam import Adam, cosine_rates

Array = NDArray[np.float32]
SIDE, LATENT_DIM, WIDTH = 8, 2, 64
N_PIXELS = SIDE * SIDE
# Of the chain: the probability that a pixel is as the one before it, and how many pictures there are.
STAYS, N_TRAIN, N_TEST = 0.8, 2_000, 1_000
# Settings are chosen on pictures of a seed of their own.
TRAIN_SEED, VALIDATION_SEED, TEST_SEED = 0, 2, 3
N_EPOCHS, BATCH, LEARNING_RATE = 60, 64, 3e-3
# A weight between two pixels is as large as its logit, so it has further to go than those of a network.
PIXELS_FASTER = 10
N_DRAWS = 7


@dataclass(frozen=True)
class Decoder:
    """What a decoder is given: `hidden` widths between z and the pixels, and how many pixels before its own it sees."""

    title: str
    hidden: tuple[int, ...]
    reach: int


DECODERS = (
    Decoder("one matrix", (), 0),
    Decoder("a hidden layer", (WIDTH,), 0),
    Decoder("sees 1 pixel", (WIDTH,), 1),
    Decoder("sees 8 pixels", (WIDTH,), SIDE),
)


class SeeingVAE(nn.Module):
    """A VAE of black and white pictures, in raster order, whose decoder also sees pixels before the one it decodes."""

    def __init__(self, decoder: Decoder) -> None:
        super().__init__()
        self.encoder = mlp((N_PIXELS, WIDTH, 2 * LATENT_DIM), "relu")
        self.of_code = mlp((LATENT_DIM, *decoder.hidden, N_PIXELS), "relu")
        self.of_pixels = nn.Parameter(torch.zeros(N_PIXELS, N_PIXELS))
        self.seen: Tensor
        self.register_buffer("seen", pixels_before(decoder.reach))

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x: (N, D) -> mean and log_var of q(z|x), (N, K) each."""
        mean, raw = self.encoder(x).chunk(2, dim=-1)
        return mean, bounded_log_var(raw)

    def logits(self, z: Tensor, x: Tensor) -> Tensor:
        """Of each pixel given z and the pixels before it that are seen; z: (N, K), x: (N, D) -> (N, D)."""
        decoded: Tensor = self.of_code(z) + x @ (self.of_pixels * self.seen).T
        return decoded

    def terms(self, x: Tensor, epsilon: Tensor) -> tuple[Tensor, Tensor]:
        """Distortion and KL in nats; x: (N, D), epsilon: (N, K) -> (N,) each."""
        mean, log_var = self.posterior(x)
        z = reparameterise(mean, log_var, epsilon)
        return bernoulli_nll_nats(x, self.logits(z, x)), gaussian_kl_nats(mean, log_var).sum(dim=-1)


def pixels_before(reach: int) -> Tensor:
    """(D, D), 1 where the pixel of a row sees that of a column: one of the `reach` before it."""
    ahead = torch.arange(N_PIXELS)[:, None] - torch.arange(N_PIXELS)
    return ((ahead > 0) & (ahead <= reach)).float()


@dataclass(frozen=True, eq=False)
class Strength:
    """One VAE on test images, nats per image; draws: (T, D), x ~ p(x|z) with z ~ q(z|x) of the first of them."""

    title: str
    distortion_nats: Interval
    kl_nats: Interval
    negative_elbo_nats: Interval
    draws: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Strengths:
    """VAEs that differ in their decoders alone; picture: (D,), the first test image; entropy_nats: of the data, which
    no -ELBO can be below on average, NaN where nobody knows it."""

    picture: Array
    models: tuple[Strength, ...]
    entropy_nats: float
    n_test: int


def chain(n: int, seed: int) -> Array:
    """Pictures (n, D) whose pixels, in raster order, are each as the one before with probability STAYS."""
    rng = np.random.default_rng(seed)
    turns = rng.random((n, N_PIXELS)) > STAYS
    turns[:, 0] = rng.random(n) < 0.5
    return (turns.cumsum(axis=1) % 2).astype(np.float32)


def chain_entropy_nats() -> float:
    """H = log 2 + (D - 1) h(STAYS), with the entropy h of one turn."""
    turn = -STAYS * log(STAYS) - (1 - STAYS) * log(1 - STAYS)
    return log(2) + (N_PIXELS - 1) * turn


def black_or_white(dataset: Dataset) -> Array:
    """Pictures (N, D) with every pixel 0 or 1, whichever is nearer."""
    return (dataset.pixels() > 0.5).astype(np.float32)


def compare_decoders(train: Array, test: Array, entropy_nats: float, seed: int = 0) -> Iterator[Progress[Strengths]]:
    """Train a VAE for each of DECODERS on pictures (N, D) of 0 and 1; the result grows by one at a time."""
    done, x = list[Strength](), torch.from_numpy(test)
    for decoder in DECODERS:
        found = Strengths(test[0], tuple(done), entropy_nats, len(test))
        yield Progress(len(done) / len(DECODERS), f"training a decoder: {decoder.title}", found)
        done.append(measured(decoder.title, trained(decoder, torch.from_numpy(train), seed), x, seed))
    yield Progress(1.0, "done", Strengths(test[0], tuple(done), entropy_nats, len(test)))


def validated(decoder: Decoder, pixels_faster: int, seed: int = 0) -> Interval:
    """-ELBO in nats of a decoder on validation images of the chain, by which `PIXELS_FASTER` was chosen."""
    train, validation = (torch.from_numpy(chain(*of)) for of in ((N_TRAIN, TRAIN_SEED), (N_TEST, VALIDATION_SEED)))
    model = trained(decoder, train, seed, pixels_faster)
    return measured(decoder.title, model, validation, seed).negative_elbo_nats


def trained(decoder: Decoder, x: Tensor, seed: int, pixels_faster: int = PIXELS_FASTER) -> SeeingVAE:
    """A VAE after N_EPOCHS on pictures x (N, D); pixels_faster: the rate of weights between pixels over the others'."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = SeeingVAE(decoder)
    generator = torch.Generator().manual_seed(seed)
    networks = [*model.encoder.parameters(), *model.of_code.parameters()]
    optimizer = Adam([{"params": networks}, {"params": [model.of_pixels]}])
    for rate in cosine_rates(LEARNING_RATE, N_EPOCHS):
        for group, factor in zip(optimizer.param_groups, (1, pixels_faster), strict=True):
            group["lr"] = factor * rate
        for rows in torch.randperm(len(x), generator=generator).split(BATCH):
            distortion, kl = model.terms(x[rows], torch.randn((len(rows), LATENT_DIM), generator=generator))
            optimizer.zero_grad()
            (distortion + kl).mean().backward()
            optimizer.step()
    return model


@torch.no_grad()
def measured(title: str, model: SeeingVAE, x: Tensor, seed: int) -> Strength:
    """Both terms on pictures x (N, D), and draws of the first."""
    generator = torch.Generator().manual_seed(seed + 1)
    distortion, kl = model.terms(x, torch.randn((len(x), LATENT_DIM), generator=generator))
    of = [mean_interval(nats.double().numpy()) for nats in (distortion, kl, distortion + kl)]
    return Strength(title, of[0], of[1], of[2], draws_of(model, x[:1], generator))


def draws_of(model: SeeingVAE, x: Tensor, generator: torch.Generator) -> NDArray[np.uint8]:
    """x' ~ p(x|z) with z ~ q(z|x) of one picture (1, D), pixel after pixel: (T, D) of 0 and 1."""
    mean, log_var = model.posterior(x.repeat(N_DRAWS, 1))
    z = reparameterise(mean, log_var, torch.randn(mean.shape, generator=generator))
    drawn = torch.zeros(N_DRAWS, x.shape[1])
    for pixel in range(x.shape[1]):
        p = torch.sigmoid(model.logits(z, drawn)[:, pixel])
        drawn[:, pixel] = (torch.rand(N_DRAWS, generator=generator) < p).float()
    return drawn.byte().numpy()
