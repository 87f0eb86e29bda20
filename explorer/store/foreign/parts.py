"""What a foreign file holds: a decoder, an encoder, or both, as plain layers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import CheckpointError
from explorer.models.architecture import skeleton, text_of_layers, weights_of, with_weights
from explorer.models.layers import Dense, Layer, Reshape, Shape
from explorer.store.foreign.chain import Chain

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Parts:
    """The layers of a decoder from K codes and of an encoder of D values, () for what is missing.

    latent_dim: K; is_variational: the encoder gives K means and K log-variances; sample_shape: of a sample, as the file
    has it.
    """

    latent_dim: int
    decoder: tuple[Layer, ...] = ()
    encoder: tuple[Layer, ...] = ()
    is_variational: bool = False
    sample_shape: Shape = ()

    def joined(self, other: "Parts") -> "Parts":
        """Two files' parts as those of one model; raises CheckpointError where they do not fit."""
        first, second = (self, other) if self.decoder else (other, self)
        if second.decoder or first.encoder or not first.decoder:
            raise CheckpointError("they are no decoder and encoder")
        if first.latent_dim != second.latent_dim:
            raise CheckpointError(
                f"the decoder takes {first.latent_dim:,} codes, but the encoder gives {second.latent_dim:,}"
            )
        shape = first.sample_shape if len(first.sample_shape) > 1 else second.sample_shape
        return replace(first, encoder=second.encoder, is_variational=second.is_variational, sample_shape=shape)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The same as arrays; raises SpecError for what is too large to be a network here."""
        texts = {"decoder": text_of_layers(self.decoder), "encoder": text_of_layers(self.encoder)}
        n_values = prod(self.sample_shape)
        for part, n_inputs in (("decoder", self.latent_dim), ("encoder", n_values)):
            if texts[part]:
                skeleton(texts[part], n_inputs)
        return {
            **{name: np.array(text) for name, text in texts.items()},
            "latent_dim": np.array(self.latent_dim),
            "is_variational": np.array(self.is_variational),
            "sample_shape": np.array(self.sample_shape, np.int64),
            **weights_of(self.decoder, "decoder"),
            **weights_of(self.encoder, "encoder"),
        }


def parts_of(arrays: Arrays) -> Parts:
    """The inverse of `Parts.arrays`; raises SpecError."""
    latent_dim, shape = int(arrays["latent_dim"]), tuple(int(length) for length in arrays["sample_shape"])
    layers = {}
    for part, n_inputs in (("decoder", latent_dim), ("encoder", prod(shape))):
        text = str(arrays[part])
        layers[part] = with_weights(skeleton(text, n_inputs), part, arrays) if text else ()
    return Parts(latent_dim, layers["decoder"], layers["encoder"], bool(arrays["is_variational"]), shape)


def decoder_part(chain: Chain) -> Parts:
    """A decoder's layers; where no dense layer comes first, as the plane wants it, one that changes nothing does.

    Raises CheckpointError.
    """
    if chain.begins_with_sample:
        raise CheckpointError("its codes are taken apart as the pixels of a picture")
    shape, layers, n = chain.sample_shape, chain.finish(), chain.n_inputs
    first = () if isinstance(layers[0], Dense) else (Dense(np.eye(n, dtype=np.float32), np.zeros(n, np.float32)),)
    return Parts(n, (*first, *layers), sample_shape=shape)


def encoder_part(mean: Chain, log_var: Chain | None = None) -> Parts:
    """An encoder's layers, of which the last gives codes, or means and log-variances; raises CheckpointError."""
    start = [layer for layer in mean.layers[:1] if isinstance(layer, Reshape)]
    shape = Chain(mean.n_inputs, [*start]).sample_shape
    layers = mean.finish() if log_var is None else _both(mean.finish(), log_var.finish())
    return Parts(prod(mean.shape), (), layers, log_var is not None, shape)


def _both(mean: tuple[Layer, ...], log_var: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """Two ways from the same values whose last dense layers alone differ, as one way to both."""
    first, second = mean[-1], log_var[-1]
    is_one_way = text_of_layers(mean) == text_of_layers(log_var) and all(
        np.array_equal(left, right)
        for left, right in zip(weights_of(mean[:-1], "").values(), weights_of(log_var[:-1], "").values(), strict=True)
    )
    if not (is_one_way and isinstance(first, Dense) and isinstance(second, Dense)):
        raise CheckpointError("its means and log-variances differ in more than their last dense layers")
    weight, bias = (np.concatenate([getattr(one, name) for one in (first, second)]) for name in ("weight", "bias"))
    return (*mean[:-1], Dense(weight, bias))
