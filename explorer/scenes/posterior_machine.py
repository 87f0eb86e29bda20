"""A VAE as one machine: a sample, its posterior among others, and the decoder that answers for any z."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.figures.theme import EPSILON, MU, SIGMA, Z
from explorer.models.layers import Layer
from explorer.scenes.layer_message import layer_specs, weight_arrays
from explorer.scenes.message import Message, make_message

Array = NDArray[np.float32]
HUES = {"mu": MU, "sigma": SIGMA, "epsilon": EPSILON, "z": Z}


@dataclass(frozen=True, eq=False)
class PosteriorMachine:
    """One sample on its way through a VAE.

    x: (H, W) uint8, None where the data set is missing; mean, std: (K,) of its posterior; epsilons: (E, K) draws of
    N(0, I) that z = mean + std * epsilon takes in turn; dimensions: the two that the plane shows, from 0; means,
    labels: (N, 2) and (N,) of other samples in that plane; decoder: layers from K to H * W; encoder_name,
    decoder_name: the networks in words; missing: the sentence in the place of x.
    """

    x: NDArray[np.uint8] | None
    image_shape: tuple[int, int]
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
    }
    arrays: dict[str, NDArray[Any]] = {
        "means": machine.means.astype(np.float32, copy=False),
        "labels": machine.labels.astype(np.uint8),
        "epsilons": machine.epsilons.astype(np.float32, copy=False),
        **weight_arrays(machine.decoder),
    }
    if machine.x is not None:
        arrays["x"] = machine.x
    return make_message(facts, arrays)


def widths_in_words(widths: Sequence[int]) -> str:
    """The widths of a network's layers, such as '784–256–64'."""
    return "–".join(str(width) for width in widths)
