"""The spec of a network that was made elsewhere: its layers, without their weights."""

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from explorer.errors import SpecError
from explorer.models.architecture import skeleton
from explorer.models.fields import Choice, Group, Range, limited, validate
from explorer.models.layers import Layer, output_shapes


def shape_of_text(text: str) -> tuple[int, ...]:
    """The shape of a sample from a text such as 28x28, () for ''; raises SpecError."""
    lengths = text.split("x") if text else []
    if len(lengths) > 3 or not all(length.isdecimal() and 0 < int(length) < 1 << 21 for length in lengths):
        raise SpecError(f"The shape of a sample is {text[:40]!r}, but must be 1 to 3 lengths such as 28x28.")
    return tuple(map(int, lengths))


def has_encoder(spec: object) -> bool:
    """Whether samples have codes under a model: under each but a decoder that was made elsewhere."""
    return not isinstance(spec, ForeignSpec) or spec.encodes


def is_foreign_vae(spec: object) -> bool:
    """Whether a model was made elsewhere and its encoder gives a Gaussian."""
    return isinstance(spec, ForeignSpec) and spec.is_variational


@dataclass(frozen=True)
class ForeignSpec:
    """A decoder that was made elsewhere, with an encoder where there is one; raises SpecError for what is no network.

    decoder: its layers from K codes, as `architecture` writes them; encoder: those from D values to K codes, or to K
    means and K log-variances where it is variational; '' for none.
    """

    family: ClassVar[str] = "foreign"
    latent_dim: int = limited(2, Range(int, 1, 1024), "number of latent dimensions K", label="Dimensions K")
    decoder: str = "dense:1"
    encoder: str = ""
    variational: str = limited(
        "no", Choice(("no", "yes")), "whether the encoder gives means and log-variances", Group.NETWORK
    )
    fitted_decoder: str = limited(
        "no",
        Choice(("no", "yes")),
        "whether the decoder is affine and was fitted here, to an encoder that came alone",
        Group.NETWORK,
    )

    def __post_init__(self) -> None:
        validate(self, self.family)
        if not all(isinstance(text, str) for text in (self.decoder, self.encoder)):
            raise SpecError("foreign: decoder and encoder must be texts that name their layers.")
        n_values = prod(output_shapes(self.decoder_skeleton, self.latent_dim)[-1])
        wanted = self.latent_dim * (2 if self.is_variational else 1)
        if self.encoder and (given := prod(output_shapes(self.encoder_skeleton, n_values)[-1])) != wanted:
            raise SpecError(f"foreign: the encoder gives {given} numbers, but {wanted} are wanted.")

    @property
    def title(self) -> str:
        """What it is, in a word or two."""
        if self.has_fitted_decoder:
            return "Foreign encoder"
        return "Foreign VAE" if self.is_variational else "Foreign AE" if self.encodes else "Foreign decoder"

    @property
    def encodes(self) -> bool:
        """Whether there is an encoder."""
        return bool(self.encoder)

    @property
    def has_fitted_decoder(self) -> bool:
        """Whether the encoder came without a decoder."""
        return self.fitted_decoder == "yes"

    @property
    def is_variational(self) -> bool:
        """Whether the encoder gives a Gaussian."""
        return self.encodes and self.variational == "yes"

    @property
    def decoder_skeleton(self) -> tuple[Layer, ...]:
        """The decoder's layers with weights of 0."""
        return skeleton(self.decoder, self.latent_dim)

    @property
    def encoder_skeleton(self) -> tuple[Layer, ...]:
        """The encoder's layers with weights of 0; none where there is no encoder."""
        n_values = prod(output_shapes(self.decoder_skeleton, self.latent_dim)[-1])
        return skeleton(self.encoder, n_values) if self.encoder else ()
