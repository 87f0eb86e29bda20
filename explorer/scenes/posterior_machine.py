"""A VAE as one machine: a sample, its posterior among others, and the decoder that answers for any z."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.density import prior_of
from explorer.analysis.latent_plane import subscript
from explorer.data import Dataset, Split, load_dataset
from explorer.data.subsets import evenly
from explorer.figures.theme import EPSILON, MU, SIGMA, Z, class_colour
from explorer.models import ConditionalModel
from explorer.models.latent_model import Gaussian, PlainEncoder
from explorer.models.layers import Layer, Weighted, output_shapes
from explorer.scenes.latent_scene import bytes_of, samples_at_hand
from explorer.scenes.layer_message import layer_specs, weight_arrays
from explorer.scenes.message import Message, in_half_precision, make_message
from explorer.store import Checkpoint

Array = NDArray[np.float32]
N_OTHERS, N_DRAWS = 2000, 100
HUES = {"mu": MU, "sigma": SIGMA, "epsilon": EPSILON, "z": Z}


@dataclass(frozen=True, eq=False)
class PosteriorMachine:
    """One sample on its way through a VAE.

    x: (H, W) or (H, W, 3) uint8, None where the data set is missing; mean, std: (K,) of its posterior; epsilons:
    (E, K) draws of N(0, I) that z = mean + std * epsilon takes in turn; dimensions: the two that the plane shows, from
    0; means, labels: (N, 2) and (N,) of other samples in that plane; decoder: layers from K to the values of x;
    encoder_name, decoder_name: the networks in words; missing: the sentence in the place of x; encoder: which follows
    a drawing while the pen moves, None for a test sample.
    """

    x: NDArray[np.uint8] | None
    image_shape: tuple[int, ...]
    mean: Array
    std: Array
    epsilons: Array
    dimensions: tuple[int, int]
    axis_names: tuple[str, str]
    means: Array
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    colors: tuple[str, ...]
    decoder: tuple[Layer, ...]
    encoder_name: str
    decoder_name: str
    shows_prior: bool
    alt: str
    missing: str = ""
    encoder: PlainEncoder | None = None


def build_machine(
    checkpoint: Checkpoint,
    row: int,
    dimensions: tuple[int, int],
    load: Callable[[str, Split], Dataset] = load_dataset,
) -> PosteriorMachine:
    """The machine of a VAE of images with one test sample, and the codes of others in two of its dimensions."""
    codes, names = checkpoint.codes, checkpoint.header.class_names
    shape = checkpoint.header.sample_shape
    others = evenly(len(codes.test), N_OTHERS)
    decoder = _decoder(checkpoint, int(codes.test_labels[row]))
    widths = network_widths(decoder, codes.test.shape[1])
    samples, prior = samples_at_hand(checkpoint, load), prior_of(checkpoint.model)
    return PosteriorMachine(
        x=None if samples is None else bytes_of(samples.samples[[row]]).reshape(shape),
        image_shape=shape,
        mean=codes.test[row],
        std=np.exp(codes.test_log_var[row] / 2),
        epsilons=np.random.default_rng(0).standard_normal((N_DRAWS, codes.test.shape[1]), dtype=np.float32),
        dimensions=dimensions,
        axis_names=(f"z{subscript(dimensions[0] + 1)}", f"z{subscript(dimensions[1] + 1)}"),
        means=codes.test[others][:, list(dimensions)],
        labels=codes.test_labels[others],
        class_names=names,
        colors=tuple(class_colour(label) for label in range(len(names))),
        decoder=decoder,
        encoder_name="–".join(widths[:0:-1]),
        decoder_name="–".join(widths[1:]),
        shows_prior=prior is not None and prior.is_standard_normal,
        alt=f"Posterior of test sample {row} of {checkpoint.run.dataset}, among the means of {len(others):,} others",
        missing="" if samples is not None else f"The picture needs {checkpoint.run.dataset}",
    )


def with_drawing(
    machine: PosteriorMachine, x: Array, posterior: Gaussian, encoder: PlainEncoder | None
) -> PosteriorMachine:
    """The machine with a drawing x (H, W), in [0, 1], and its posterior (1, K) in the place of the test sample.

    encoder: with which the browser follows the pen; None where the server alone can encode.
    """
    others = f"among the means of {len(machine.means):,} test samples"
    return replace(
        machine,
        x=bytes_of(x),
        mean=posterior.mean[0],
        std=posterior.std[0],
        alt=f"Posterior of a drawing, {others}",
        missing="",
        encoder=encoder,
    )


def _decoder(checkpoint: Checkpoint, label: int) -> tuple[Layer, ...]:
    """The decoder; a conditional model's as it is told the sample's own class."""
    model = checkpoint.model
    return model.decoder_layers(label) if isinstance(model, ConditionalModel) else model.decoder_layers()


def network_widths(decoder: tuple[Layer, ...], latent_dim: int) -> list[str]:
    """K and what each layer with weights gives, such as ['2', '64', '256', '784'] or ['2', '64×7×7', '1×28×28']."""
    shapes = zip(decoder, output_shapes(decoder, latent_dim), strict=True)
    weighted = [shape for layer, shape in shapes if isinstance(layer, Weighted)]
    return [str(latent_dim), *("×".join(str(size) for size in shape) for shape in weighted)]


@lru_cache(maxsize=8)
def machine_message(machine: PosteriorMachine) -> Message:
    """The machine as the browser reads it."""
    facts = {
        "mean": machine.mean.tolist(),
        "std": machine.std.tolist(),
        "dimensions": machine.dimensions,
        "axis_names": machine.axis_names,
        "class_names": machine.class_names,
        "colors": machine.colors,
        "image_shape": machine.image_shape,
        "layers": layer_specs(machine.decoder, len(machine.mean)),
        "encoder_name": machine.encoder_name,
        "decoder_name": machine.decoder_name,
        "shows_prior": machine.shows_prior,
        "hues": HUES,
        "alt": machine.alt,
        "missing": machine.missing,
        **_encoder_facts(machine.encoder, machine.image_shape),
    }
    arrays: dict[str, NDArray[Any]] = {
        "means": machine.means.astype(np.float32, copy=False),
        "labels": machine.labels.astype(np.uint8),
        "epsilons": machine.epsilons.astype(np.float32, copy=False),
        **weight_arrays(machine.decoder),
    }
    if machine.encoder is not None:
        weights = weight_arrays(machine.encoder.layers, "encoder_")
        arrays |= {name: in_half_precision(array) for name, array in weights.items()}
    if machine.x is not None:
        arrays["x"] = machine.x
    return make_message(facts, arrays)


def _encoder_facts(encoder: PlainEncoder | None, image_shape: tuple[int, ...]) -> dict[str, Any]:
    if encoder is None:
        return {"encoder": None, "log_var_limit": None}
    specs = layer_specs(encoder.layers, prod(image_shape), "encoder_")
    return {"encoder": specs, "log_var_limit": encoder.log_var_limit}
