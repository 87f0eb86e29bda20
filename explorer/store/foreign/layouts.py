"""Layouts: how the tensors of a state_dict are the weights of layers, as a text with the tensors' names."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from explorer.errors import CheckpointError
from explorer.models.layers import (
    Activation,
    ActivationName,
    Convolution,
    Dense,
    Shape,
    TransposedConvolution,
    Upsampling,
)
from explorer.store.foreign.chain import Chain
from explorer.store.foreign.parts import Parts, decoder_part, encoder_part

Tensors = Mapping[str, NDArray[np.float32]]
EPSILON = 1e-5
MAX_SPEC_BYTES = 100_000


@dataclass(frozen=True)
class Layout:
    """Networks as texts of words such as `dense:fc1 relu`, in which a layer's tensors are named.

    dense:NAME, convolution:NAME:STRIDE:PADDING, transposed:NAME:STRIDE:PADDING:OUTPUT_PADDING, norm:NAME (batch
    normalisation), maps:CxHxW, upsampling:HxW, flatten, leaky_relu:SLOPE, and the other nonlinearities by their names.
    encoder: the layers before mean and log_var, '' for none; mean: those that give codes; log_var: '' for an
    autoencoder that is not variational.
    """

    decoder: str
    encoder: str = ""
    mean: str = ""
    log_var: str = ""
    sample_shape: Shape = ()

    @property
    def tensors(self) -> set[str]:
        """The names of the tensors that the texts name, without their endings."""
        words = f"{self.decoder} {self.encoder} {self.mean} {self.log_var}".split()
        parts = (word.split(":") for word in words)
        return {part[1] for part in parts if part[0] in _WEIGHTED}


_PYTHAE_MLP = Layout(
    "dense:decoder.layers.0.0 relu dense:decoder.layers.1.0 sigmoid",
    "dense:encoder.layers.0.0 relu",
    "dense:encoder.embedding",
    "dense:encoder.log_var",
)
_PYTHAE_MNIST = Layout(
    "dense:decoder.layers.0 maps:1024x4x4 transposed:decoder.layers.1.0:2:1:0 norm:decoder.layers.1.1 relu "
    "transposed:decoder.layers.2.0:2:1:1 norm:decoder.layers.2.1 relu transposed:decoder.layers.3.0:2:1:1 sigmoid",
    "maps:1x28x28 "
    + " ".join(f"convolution:encoder.layers.{i}.0:2:1 norm:encoder.layers.{i}.1 relu" for i in range(4)),
    "dense:encoder.embedding",
    "dense:encoder.log_var",
    (28, 28),
)
LAYOUTS = {
    "pytorch-example": Layout("dense:fc3 relu dense:fc4 sigmoid", "dense:fc1 relu", "dense:fc21", "dense:fc22"),
    "pythae-vae": _PYTHAE_MLP,
    "pythae-ae": Layout(_PYTHAE_MLP.decoder, _PYTHAE_MLP.encoder, _PYTHAE_MLP.mean),
    "pythae-vae-mnist": _PYTHAE_MNIST,
    "pythae-ae-mnist": Layout(_PYTHAE_MNIST.decoder, _PYTHAE_MNIST.encoder, _PYTHAE_MNIST.mean, "", (28, 28)),
}


def layout_of_file(content: bytes) -> Layout:
    """The layout that a JSON file beside the weights describes; raises CheckpointError."""
    allowed = [field.name for field in fields(Layout)]
    try:
        document = json.loads(content.decode("utf-8")) if len(content) <= MAX_SPEC_BYTES else None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        document = None
    if not isinstance(document, dict) or not set(document) <= set(allowed) or "decoder" not in document:
        raise CheckpointError(f"The spec must be a JSON object with decoder and, if need be, {', '.join(allowed[1:])}.")
    shape = document.pop("sample_shape", [])
    texts = all(isinstance(text, str) for text in document.values())
    if not texts or not isinstance(shape, list) or not all(type(length) is int and length > 0 for length in shape):
        raise CheckpointError("The spec's layers must be texts, and its sample_shape lengths such as [28, 28].")
    return Layout(**document, sample_shape=tuple(shape))


def layout_by_names(tensors: Tensors) -> Layout:
    """The known layout that has the tensors of a file; raises CheckpointError that names those there are."""
    owners = {name.rpartition(".")[0] for name in tensors}
    for layout in LAYOUTS.values():
        if layout.tensors == owners:
            return layout
    raise CheckpointError(
        f"The tensors' names ({', '.join(sorted(owners)[:4])[:120]}, …) are of no layout that is known "
        f"({', '.join(LAYOUTS)}); give a JSON file that says which layers they are."
    )


def parts_of_tensors(layout: Layout, tensors: Tensors) -> Parts:
    """Decoder and encoder with the weights of a state_dict; raises CheckpointError that names what does not fit."""
    try:
        decoder = decoder_part(_network(layout.decoder, tensors))
        shape = layout.sample_shape or decoder.sample_shape
        decoder = Parts(decoder.latent_dim, decoder.decoder, sample_shape=shape)
        if not layout.mean:
            return decoder
        mean = _network(f"{layout.encoder} {layout.mean}", tensors)
        log_var = _network(f"{layout.encoder} {layout.log_var}", tensors) if layout.log_var else None
        return decoder.joined(encoder_part(mean, log_var))
    except CheckpointError as error:
        raise CheckpointError(f"The weights cannot be read by this layout: {error}.") from error
    except (ValueError, TypeError, IndexError) as error:
        raise CheckpointError("The layout does not fit the tensors; correct its layers.") from error


def _network(text: str, tensors: Tensors) -> Chain:
    words = text.split()
    chain = Chain(_n_inputs(words, tensors))
    for word in words:
        name, *given = word.split(":")
        if name in get_args(ActivationName):
            chain.add(Activation(name, *(float(slope) for slope in given)))  # type: ignore[arg-type]
        elif name in _WORDS:
            _WORDS[name](chain, tensors, *given)
        else:
            raise CheckpointError(f"its word {word[:40]!r} is no layer; {', '.join(_WORDS)} are")
    return chain


def _n_inputs(words: list[str], tensors: Tensors) -> int:
    """What the first layer takes: maps as many as they are, a dense layer its weight's columns."""
    name, _, given = (words or [""])[0].partition(":")
    if name == "maps":
        return int(np.prod(_lengths(given)))
    if name == "dense":
        return int(_tensor(tensors, f"{given}.weight", 2).shape[1])
    raise CheckpointError("a network of it must begin with dense:NAME or maps:CxHxW")


def _tensor(tensors: Tensors, name: str, n_axes: int) -> NDArray[np.float32]:
    if name not in tensors:
        raise CheckpointError(f"the file has no tensor {name[:80]!r}, which it names")
    if tensors[name].ndim != n_axes:
        raise CheckpointError(f"the tensor {name[:80]!r} has the shape {tensors[name].shape}; {n_axes} axes are wanted")
    return tensors[name]


def _bias(tensors: Tensors, name: str, n: int) -> NDArray[np.float32]:
    """A layer's bias; layers may have none."""
    key = f"{name}.bias"
    bias = _tensor(tensors, key, 1) if key in tensors else np.zeros(n, np.float32)
    if len(bias) != n:
        raise CheckpointError(f"the tensor {key[:80]!r} has {len(bias)} values, but its layer gives {n}")
    return bias


def _lengths(text: str) -> list[int]:
    return [int(length) for length in text.split("x")]


def _dense(chain: Chain, tensors: Tensors, name: str) -> None:
    weight = _tensor(tensors, f"{name}.weight", 2)
    if weight.shape[1] != np.prod(chain.shape):
        raise CheckpointError(f"{name[:80]!r} takes {weight.shape[1]:,} values, but {chain.shape} come to it")
    chain.add(Dense(weight, _bias(tensors, name, len(weight))))


def _convolution(chain: Chain, tensors: Tensors, name: str, stride: str = "1", padding: str = "0") -> None:
    weight = _tensor(tensors, f"{name}.weight", 4)
    chain.add(Convolution(weight, _bias(tensors, name, len(weight)), int(stride), int(padding)))


def _transposed(
    chain: Chain, tensors: Tensors, name: str, stride: str = "1", padding: str = "0", added: str = "0"
) -> None:
    weight = _tensor(tensors, f"{name}.weight", 4)
    bias = _bias(tensors, name, weight.shape[1])
    chain.add(TransposedConvolution(weight, bias, int(stride), int(padding), (int(added), int(added))))


def _norm(chain: Chain, tensors: Tensors, name: str) -> None:
    mean, variance = (_tensor(tensors, f"{name}.running_{part}", 1) for part in ("mean", "var"))
    gamma = tensors.get(f"{name}.weight", np.ones_like(mean)) / np.sqrt(variance + np.float32(EPSILON))
    chain.scale(gamma, tensors.get(f"{name}.bias", np.zeros_like(mean)) - mean * gamma)


def _maps(chain: Chain, _tensors: Tensors, sizes: str) -> None:
    channels, height, width = _lengths(sizes)
    chain.reshape((channels, height, width))


def _upsampling(chain: Chain, _tensors: Tensors, sizes: str) -> None:
    height, width = _lengths(sizes)
    chain.add(Upsampling((height, width)))


def _flatten(chain: Chain, _tensors: Tensors) -> None:
    chain.reshape((int(np.prod(chain.shape)),))


_WEIGHTED: dict[str, Callable[..., Any]] = {
    "dense": _dense,
    "convolution": _convolution,
    "transposed": _transposed,
    "norm": _norm,
}
_WORDS: dict[str, Callable[..., Any]] = {**_WEIGHTED, "maps": _maps, "upsampling": _upsampling, "flatten": _flatten}
