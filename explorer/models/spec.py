"""The families of models, each a frozen spec: widget output, cache key, URL, checkpoint and command line at once."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from explorer.errors import SpecError
from explorer.models.fields import (
    Choice,
    Range,
    Widths,
    limited,
    reject_unknown,
    validate,
)

_LATENT_DIM = Range(int, 1, 512)
_ACTIVATION = Choice(("relu", "leaky_relu", "tanh", "sigmoid"))
_OUTPUT = Choice(("sigmoid", "identity"))


@dataclass(frozen=True)
class PCASpec:
    """Principal component analysis: the best linear autoencoder, in closed form (Pearson 1901)."""

    family: ClassVar[str] = "pca"
    title: ClassVar[str] = "PCA"
    latent_dim: int = limited(2, Range(int, 1, 4096), "number of principal components K used as the code")

    def __post_init__(self) -> None:
        validate(self, self.family)


@dataclass(frozen=True)
class PPCASpec:
    """Probabilistic PCA: a Gaussian density of rank K plus noise, in closed form (Tipping & Bishop 1999)."""

    family: ClassVar[str] = "ppca"
    title: ClassVar[str] = "PPCA"
    latent_dim: int = limited(2, Range(int, 1, 4095), "number of latent dimensions K")

    def __post_init__(self) -> None:
        validate(self, self.family)


@dataclass(frozen=True)
class LinearAESpec:
    """A linear autoencoder; without the sigmoid it spans PCA's subspace (Baldi & Hornik 1989)."""

    family: ClassVar[str] = "linear_ae"
    title: ClassVar[str] = "Linear AE"
    latent_dim: int = limited(2, _LATENT_DIM, "number of latent dimensions K")
    output: str = limited("identity", _OUTPUT, "what follows the decoder's last layer")

    def __post_init__(self) -> None:
        validate(self, self.family)


@dataclass(frozen=True)
class AESpec:
    """An autoencoder of dense layers with mirrored encoder and decoder (Hinton & Salakhutdinov 2006)."""

    family: ClassVar[str] = "ae"
    title: ClassVar[str] = "AE"
    latent_dim: int = limited(2, _LATENT_DIM, "number of latent dimensions K")
    hidden: tuple[int, ...] = limited((256, 64), Widths(), "widths of the hidden layers from input to code")
    activation: str = limited("relu", _ACTIVATION, "nonlinearity of the hidden layers")
    output: str = limited("sigmoid", _OUTPUT, "what follows the decoder's last layer")

    def __post_init__(self) -> None:
        validate(self, self.family)


@dataclass(frozen=True)
class VAESpec:
    """A variational autoencoder with a diagonal Gaussian posterior and prior N(0, I) (Kingma & Welling 2014)."""

    family: ClassVar[str] = "vae"
    title: ClassVar[str] = "VAE"
    latent_dim: int = limited(2, _LATENT_DIM, "number of latent dimensions K")
    hidden: tuple[int, ...] = limited((256, 64), Widths(), "widths of the hidden layers from input to code")
    activation: str = limited("relu", _ACTIVATION, "nonlinearity of the hidden layers")
    likelihood: str = limited(
        "bernoulli",
        Choice(("bernoulli", "gaussian")),
        "the decoder's distribution p(x|z)",
    )
    variance: float | str = limited(
        "learned",
        Range(float, 1e-6, 1e3, "learned"),
        "the Gaussian decoder's variance per pixel",
    )
    output: str = limited("sigmoid", _OUTPUT, "what follows the decoder's last layer; a Bernoulli's is a sigmoid")
    beta: float = limited(1.0, Range(float, 0, 1000), "weight of the KL term (Higgins et al. 2017)")

    def __post_init__(self) -> None:
        validate(self, self.family)
        if self.likelihood == "bernoulli" and self.output != "sigmoid":
            raise SpecError("vae: a Bernoulli decoder needs output=sigmoid; choose that or likelihood=gaussian.")


# What is solved for rather than descended to.
CLOSED_FORM = (PCASpec, PPCASpec)
ModelSpec = PCASpec | PPCASpec | LinearAESpec | AESpec | VAESpec
FAMILIES: dict[str, type[ModelSpec]] = {cls.family: cls for cls in (PCASpec, PPCASpec, LinearAESpec, AESpec, VAESpec)}


def family_class(family: str) -> type[ModelSpec]:
    """The spec class of a family; raises SpecError that names the families there are."""
    if family not in FAMILIES:
        raise SpecError(f"There is no model family {family!r}; choose one of {', '.join(FAMILIES)}.")
    return FAMILIES[family]


def make_spec(family: str, given: Mapping[str, object]) -> ModelSpec:
    """A validated spec from a family and some of its fields, as text or values; raises SpecError."""
    cls = family_class(family)
    reject_unknown(cls, given, family)
    return cls(**given)  # type: ignore[arg-type]


def spec_to_json(spec: ModelSpec) -> dict[str, Any]:
    """A spec as a JSON object with its family."""
    return {"family": spec.family, **asdict(spec)}


def spec_from_json(document: Mapping[str, Any]) -> ModelSpec:
    """The inverse of `spec_to_json`; raises SpecError for an unknown family, field or value."""
    given = dict(document)
    return make_spec(str(given.pop("family", "")), given)
