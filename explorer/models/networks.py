"""The networks of autoencoders, from their specs."""

import math
from collections.abc import Callable
from itertools import pairwise
from math import prod

import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from explorer.errors import SpecError
from explorer.models.layers import LEAKY_SLOPE
from explorer.models.objectives import bounded_log_var
from explorer.models.priors import MixturePrior, VampPrior
from explorer.models.shapes import Size, convolved, image_sizes, n_channels, strides
from explorer.models.spec import K_SPARSE, AESpec, ConvAESpec, ConvVAESpec, CVAESpec, GMVAESpec, LinearAESpec, VAESpec

NetworkSpec = LinearAESpec | AESpec | VAESpec
ACTIVATION_MODULES: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": lambda: nn.LeakyReLU(LEAKY_SLOPE),
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}
NONLINEARITIES = (nn.ReLU, nn.LeakyReLU, nn.Tanh, nn.Sigmoid)

# Of a decoder that learns its variance: about that of images in [0, 1], since Adam moves a logarithm slowly.
FIRST_VARIANCE = 0.1


class Shift(nn.Module):
    """Adds a constant vector (D,) that is stored but not learned."""

    offset: Tensor

    def __init__(self, offset: Tensor) -> None:
        super().__init__()
        self.register_buffer("offset", offset)

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, D) -> (N, D)."""
        return x + self.offset


class Signed(nn.Module):
    """Pixels from 0 to 1 as pixels from -1 to 1."""

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, D) -> (N, D)."""
        return 2 * x - 1


class ColourMaps(nn.Module):
    """Colour images whose pixels lie side by side as three maps."""

    def __init__(self, height: int, width: int, channels: int) -> None:
        super().__init__()
        self.shape = (height, width, channels)

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, H * W * C) -> (N, C, H, W)."""
        return x.reshape(*x.shape[:-1], *self.shape).movedim(-1, -3)


class ChannelsLastModule(nn.Module):
    """Maps as colour images whose pixels lie side by side."""

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, C, H, W) -> (N, H * W * C)."""
        return x.movedim(-3, -1).flatten(-3)


class KeepLargest(nn.Module):
    """Keeps the `n_kept` largest units of a code and sets the others to 0 (Makhzani & Frey 2014).

    Largest by their signed value, so that a large negative unit is set to 0, or by their magnitude |z|. The gradient is
    exact: that of the kept units is 1, that of the others 0.
    """

    def __init__(self, n_kept: int, *, by_magnitude: bool = False) -> None:
        super().__init__()
        self.n_kept, self.by_magnitude = n_kept, by_magnitude

    def forward(self, z: Tensor) -> Tensor:
        """z: (N, K) -> (N, K)."""
        kept = (z.abs() if self.by_magnitude else z).topk(self.n_kept, dim=-1).indices
        return z * torch.zeros_like(z).scatter(-1, kept, 1)


class Codebook(nn.Module):
    """Replaces each part of a code by the nearest of the vectors that are learned for it (van den Oord et al. 2017)."""

    def __init__(self, size: int, n_parts: int, latent_dim: int) -> None:
        super().__init__()
        shape = (n_parts, size, latent_dim // n_parts)
        self.vectors = nn.Parameter((2 * torch.rand(shape, generator=torch.default_generator) - 1) / size)

    def nearest(self, z: Tensor) -> Tensor:
        """z: (N, K) -> the number of the nearest vector of each part, (N, P)."""
        parts = z.unflatten(-1, (len(self.vectors), -1))  # (N, P, K / P)
        of_vectors = self.vectors.square().sum(dim=-1)  # (P, C)
        return (of_vectors - 2 * torch.einsum("npk,pck->npc", parts, self.vectors)).argmin(dim=-1)

    def vectors_of(self, numbers: Tensor) -> Tensor:
        """The vectors by their numbers; numbers: (N, P) -> (N, K)."""
        rows = numbers.T.unsqueeze(-1).expand(-1, -1, self.vectors.shape[-1])  # (P, N, K / P)
        return self.vectors.gather(1, rows).movedim(0, 1).flatten(1)

    def forward(self, z: Tensor) -> Tensor:
        """z: (N, K) -> (N, K)."""
        return self.vectors_of(self.nearest(z.detach()))


class AutoencoderNetwork(nn.Module):
    """An encoder (D -> K, or 2K for mean and log-variance) and a decoder (K -> D, before its output function).

    log_variance: (), of a Gaussian decoder; classifier: K -> C logits, or None; prior: a mixture, or None for N(0, I);
    mean_activation: (K,), of a code that a KL penalty keeps sparse, or (H + K,) with the hidden layers, or None.
    n_conditions: classes whose one-hot code joins the inputs of encoder and decoder, 0 for none; codebook: what the
    encoder's output is replaced from, or None.
    log_vars_per_output: 1 where the encoder gives log σ², 2 where it gives log σ.
    """

    def __init__(self, encoder: nn.Sequential, decoder: nn.Sequential, n_conditions: int = 0) -> None:
        super().__init__()
        self.encoder = encoder
        self.decoder = decoder
        self.n_conditions = n_conditions
        self.log_vars_per_output = 1.0
        self.log_variance: Tensor
        self.mean_activation: Tensor | None
        self.register_buffer("mean_activation", None)
        self.classifier: nn.Linear | None = None
        self.prior: MixturePrior | VampPrior | None = None
        self.codebook: Codebook | None = None

    def encode(self, x: Tensor, labels: Tensor | None = None) -> Tensor:
        """x: (N, D), labels: (N,) of a conditional network -> (N, K), or (N, 2K) of a variational one."""
        encoded: Tensor = self.encoder(self._with_labels(x, labels))
        return encoded if self.codebook is None else self.codebook(encoded)

    def encode_by_layer(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x: (N, D) -> the hidden layers after their nonlinearities, side by side (N, H), and codes (N, K)."""
        places = [place for place, module in enumerate(self.encoder) if isinstance(module, nn.Linear)]
        hidden = [x[:, :0]]
        for place, module in enumerate(self.encoder):
            x = module(x)
            if place < places[-1] and isinstance(module, NONLINEARITIES):
                hidden.append(x.flatten(1))
        return torch.cat(hidden, dim=1), x

    def decode(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """z: (N, K), labels: (N,) of a conditional network -> (N, D), before the output function."""
        decoded: Tensor = self.decoder(self._with_labels(z, labels))
        return decoded

    def posterior(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """x: (N, D) -> mean and log_var of q(z|x), each (N, K)."""
        mean, raw = self.encode(x, labels).chunk(2, dim=-1)
        return mean, bounded_log_var(self.log_vars_per_output * raw)

    def _with_labels(self, values: Tensor, labels: Tensor | None) -> Tensor:
        if not self.n_conditions:
            return values
        if labels is None:
            raise SpecError("A conditional model needs a label for each sample; say which class is meant.")
        return torch.cat((values, one_hot(labels, self.n_conditions).to(values.dtype)), dim=-1)


def mlp(widths: tuple[int, ...], activation: str) -> nn.Sequential:
    """Dense layers through `widths` with a nonlinearity between, none after the last."""
    layers: list[nn.Module] = []
    for n_in, n_out in pairwise(widths):
        layers += [nn.Linear(n_in, n_out), ACTIVATION_MODULES[activation]()]
    return nn.Sequential(*layers[:-1])


def build_network(
    spec: NetworkSpec, sample_shape: tuple[int, ...], seed: int, data_mean: Tensor | None = None, n_classes: int = 0
) -> AutoencoderNetwork:
    """A fresh network with PyTorch's default initial weights, drawn from `seed` alone.

    data_mean: (D,), what a linear autoencoder without output function subtracts and adds again; zeros if None.
    n_classes: of the labels, for a conditional model or a classifier.
    Raises SpecError for convolutions on samples that are no images, or for labels that are wanted but not there.
    """
    n_conditions = n_classes if isinstance(spec, CVAESpec) else 0
    _check_classes(spec, n_classes)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        mean = torch.zeros(prod(sample_shape)) if data_mean is None else data_mean
        network = AutoencoderNetwork(*_coders(spec, sample_shape, n_conditions, mean), n_conditions)
        _add_parts(network, spec, n_classes, prod(sample_shape))
        _add_prior(network, spec, prod(sample_shape))
    # Only batch normalisation tells training from use, and it is set to train for a step only.
    return network.eval()


def _check_classes(spec: NetworkSpec, n_classes: int) -> None:
    wants = "a conditional model" if isinstance(spec, CVAESpec) else "a classifier"
    if (isinstance(spec, CVAESpec) or has_classifier(spec)) and n_classes < 2:
        raise SpecError(
            f"{spec.family}: {wants} needs labels of at least 2 classes, but the data has {n_classes}; choose labelled "
            "data or another family."
        )


def has_classifier(spec: NetworkSpec) -> bool:
    """Whether a classifier reads the code."""
    return isinstance(spec, AESpec | VAESpec) and spec.classifier_weight > 0


def has_penalty(spec: NetworkSpec) -> bool:
    """Whether the code is charged for being dense, sensitive, off its codebook, or dependent between dimensions."""
    if isinstance(spec, VAESpec):
        return spec.tc_weight > 0
    if not isinstance(spec, AESpec):
        return False
    return spec.contraction > 0 or spec.sparsity in ("kl", "l1", "l2") or spec.quantisation == "codebook"


def is_batch_normalised(spec: NetworkSpec) -> bool:
    """Whether a sample's output depends on its batch while training."""
    return isinstance(spec, ConvAESpec | ConvVAESpec) and spec.batch_norm == "yes"


def is_stackable(spec: NetworkSpec) -> bool:
    """Whether networks of this architecture can descend as one; a Jacobian is differentiated sample by sample."""
    return not (isinstance(spec, AESpec) and spec.contraction > 0)


def _add_parts(network: AutoencoderNetwork, spec: NetworkSpec, n_classes: int, n_pixels: int) -> None:
    log_variance = torch.tensor(_initial_log_variance(spec))
    if isinstance(spec, VAESpec) and spec.likelihood == "gaussian" and spec.variance == "learned":
        network.log_variance = nn.Parameter(log_variance)
    else:
        network.register_buffer("log_variance", log_variance)
    if isinstance(spec, VAESpec) and spec.spread == "log_std":
        network.log_vars_per_output = 2.0
    if has_classifier(spec):
        network.classifier = nn.Linear(spec.latent_dim, n_classes)
    if isinstance(spec, AESpec) and spec.quantisation == "codebook":
        network.codebook = Codebook(spec.codebook_size, spec.code_parts, spec.latent_dim)
    if isinstance(spec, AESpec) and spec.sparsity == "kl":
        network.mean_activation = torch.full((_n_penalised(network, spec, n_pixels),), spec.sparsity_rate)


@torch.no_grad()
def _n_penalised(network: AutoencoderNetwork, spec: AESpec, n_pixels: int) -> int:
    """How many units a penalty is on."""
    if spec.sparse_layers == "code":
        return spec.latent_dim
    return network.encode_by_layer(torch.zeros(1, n_pixels))[0].shape[1] + spec.latent_dim


def _add_prior(network: AutoencoderNetwork, spec: NetworkSpec, n_pixels: int) -> None:
    if isinstance(spec, GMVAESpec):
        network.prior = MixturePrior(spec.n_components, spec.latent_dim)
    elif isinstance(spec, VAESpec) and spec.prior == "vamp":
        network.prior = VampPrior(spec.pseudo_inputs, n_pixels, network.posterior, is_bounded=spec.output != "identity")


def _coders(
    spec: NetworkSpec, sample_shape: tuple[int, ...], n_conditions: int, data_mean: Tensor
) -> tuple[nn.Sequential, nn.Sequential]:
    n_pixels, n_latent = prod(sample_shape), spec.latent_dim + n_conditions
    if isinstance(spec, LinearAESpec):
        return _linear_coders(spec, n_pixels, data_mean)
    n_codes = 2 * spec.latent_dim if isinstance(spec, VAESpec) else spec.latent_dim
    if isinstance(spec, ConvAESpec | ConvVAESpec):
        encoder, decoder = convolutional_coders(spec, sample_shape, n_codes)
    else:
        encoder = mlp((n_pixels + n_conditions, *spec.hidden, n_codes), spec.activation)
        decoder = mlp((n_latent, *reversed(spec.hidden), n_pixels), spec.activation)
    if isinstance(spec, AESpec):
        encoder.extend(_code_modules(spec))
    return nn.Sequential(Signed(), *encoder) if spec.output == "tanh" else encoder, decoder


def _code_modules(spec: AESpec) -> list[nn.Module]:
    modules = [] if spec.code_activation == "identity" else [ACTIVATION_MODULES[spec.code_activation]()]
    if spec.sparsity not in K_SPARSE:
        return modules
    return [*modules, KeepLargest(spec.sparse_units, by_magnitude=spec.sparsity == "k_sparse_abs")]


def convolutional_coders(
    spec: ConvAESpec | ConvVAESpec, sample_shape: tuple[int, ...], n_codes: int
) -> tuple[nn.Sequential, nn.Sequential]:
    """Encoder D -> n_codes and decoder K -> D of 3x3 convolutions; raises SpecError for samples that are no images."""
    sizes = image_sizes(spec, sample_shape)
    features = spec.channels[-1] * prod(sizes[-1])
    dense = (features, *spec.hidden)
    is_colour, n_colours = len(sample_shape) > 2, n_channels(sample_shape)
    maps = ColourMaps(*sizes[0], n_colours) if is_colour else nn.Unflatten(1, (1, *sample_shape))
    encoder = [maps, *_shrinking(spec, n_colours), nn.Flatten()]
    if spec.hidden:
        encoder += [*mlp(dense, spec.activation), ACTIVATION_MODULES[spec.activation]()]
    encoder.append(nn.Linear(dense[-1], n_codes))
    decoder = [*mlp((spec.latent_dim, *reversed(dense)), spec.activation), ACTIVATION_MODULES[spec.activation]()]
    decoder += [nn.Unflatten(1, (spec.channels[-1], *sizes[-1])), *_growing(spec, sizes, n_colours)]
    decoder.append(ChannelsLastModule() if is_colour else nn.Flatten())
    return nn.Sequential(*encoder), nn.Sequential(*decoder)


def _shrinking(spec: ConvAESpec | ConvVAESpec, n_colours: int) -> list[nn.Module]:
    modules: list[nn.Module] = []
    for (n_in, n_out), stride in zip(pairwise((n_colours, *spec.channels)), strides(spec), strict=True):
        modules += [nn.Conv2d(n_in, n_out, 3, stride=stride, padding=1), *_after_convolution(spec, n_out)]
        # A last odd row is pooled by itself.
        modules += [nn.MaxPool2d(2, ceil_mode=True)] if spec.pooling == "max" else []
    return modules


def _growing(spec: ConvAESpec | ConvVAESpec, sizes: list[Size], n_colours: int) -> list[nn.Module]:
    modules: list[nn.Module] = []
    channels = pairwise((*reversed(spec.channels), n_colours))
    for (n_in, n_out), large, stride in zip(channels, sizes[-2::-1], reversed(strides(spec)), strict=True):
        modules += _unpooled(spec, large, stride)
        modules += [*_larger(spec, n_in, n_out, large, stride), *_after_convolution(spec, n_out)]
    return modules[: -len(_after_convolution(spec, 1))]


def _unpooled(spec: ConvAESpec | ConvVAESpec, large: Size, stride: int) -> list[nn.Module]:
    """What takes maps back to their size before a pooling."""
    return [nn.Upsample(size=convolved(large, stride))] if spec.pooling == "max" else []


def _larger(spec: ConvAESpec | ConvVAESpec, n_in: int, n_out: int, large: Size, stride: int) -> list[nn.Module]:
    """The convolution that takes maps back to their size before a stride."""
    if spec.upsampling == "nearest":
        return [nn.Upsample(size=large), nn.Conv2d(n_in, n_out, 3, padding=1)]
    # What a stride leaves over at the edge is added again.
    rows, columns = ((size - 1) % stride for size in large)
    return [nn.ConvTranspose2d(n_in, n_out, 3, stride=stride, padding=1, output_padding=(rows, columns))]


def _after_convolution(spec: ConvAESpec | ConvVAESpec, n_channels: int) -> list[nn.Module]:
    normalised = [nn.BatchNorm2d(n_channels)] if spec.batch_norm == "yes" else []
    return [*normalised, ACTIVATION_MODULES[spec.activation]()]


def _linear_coders(spec: LinearAESpec, n_pixels: int, data_mean: Tensor) -> tuple[nn.Sequential, nn.Sequential]:
    if spec.output == "sigmoid":
        return mlp((n_pixels, spec.latent_dim), "relu"), mlp((spec.latent_dim, n_pixels), "relu")
    # The mean is PCA's, so that only the subspace is left to learn.
    encoder = nn.Sequential(Shift(-data_mean), nn.Linear(n_pixels, spec.latent_dim, bias=False))
    return encoder, nn.Sequential(nn.Linear(spec.latent_dim, n_pixels, bias=False), Shift(data_mean.clone()))


def _initial_log_variance(spec: NetworkSpec) -> float:
    if not isinstance(spec, VAESpec):
        return 0.0
    return math.log(spec.variance if isinstance(spec.variance, float) else FIRST_VARIANCE)
