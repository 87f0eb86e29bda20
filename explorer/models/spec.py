"""The families of models, each a frozen spec: widget output, cache key, URL, checkpoint and command line at once."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

from explorer.errors import SpecError
from explorer.models.fields import (
    Choice,
    Group,
    OnlyIf,
    Range,
    Unless,
    Widths,
    field_names,
    group_of,
    limited,
    limited_fields,
    reject_unknown,
    validate,
)
from explorer.models.foreign_spec import ForeignSpec

_K = "Dimensions K"
_HIDDEN = "Hidden layers"
_LATENT_DIM = Range(int, 1, 1024)
_ACTIVATION = Choice(("relu", "leaky_relu", "tanh", "sigmoid"))
_OUTPUT = Choice(("sigmoid", "identity"))
# With tanh the network reads and gives pixels from -1 to 1; a decoded pixel is (1 + tanh) / 2.
_OUTPUT_OF_CODERS = Choice(("sigmoid", "identity", "tanh"))
CORRUPTIONS = ("gaussian", "masking", "salt_and_pepper")


@dataclass(frozen=True)
class PCASpec:
    """Principal component analysis: the best linear autoencoder, in closed form (Pearson 1901)."""

    family: ClassVar[str] = "pca"
    title: ClassVar[str] = "PCA"
    latent_dim: int = limited(2, Range(int, 1, 4096), "number of principal components K used as the code", label=_K)

    def __post_init__(self) -> None:
        validate(self, self.family)


@dataclass(frozen=True)
class PPCASpec:
    """Probabilistic PCA: a Gaussian density of rank K plus noise, in closed form (Tipping & Bishop 1999)."""

    family: ClassVar[str] = "ppca"
    title: ClassVar[str] = "PPCA"
    latent_dim: int = limited(2, Range(int, 1, 4095), "number of latent dimensions K", label=_K)

    def __post_init__(self) -> None:
        validate(self, self.family)


@dataclass(frozen=True)
class LinearAESpec:
    """A linear autoencoder; without the sigmoid it spans PCA's subspace (Baldi & Hornik 1989)."""

    family: ClassVar[str] = "linear_ae"
    title: ClassVar[str] = "Linear AE"
    latent_dim: int = limited(2, _LATENT_DIM, "number of latent dimensions K", label=_K)
    output: str = limited("identity", _OUTPUT, "nonlinearity of the decoder's last layer", Group.NETWORK)

    def __post_init__(self) -> None:
        validate(self, self.family)


@dataclass(frozen=True)
class _Coders:
    """What every autoencoder with hidden layers has."""

    latent_dim: int = limited(2, _LATENT_DIM, "number of latent dimensions K", label=_K)
    hidden: tuple[int, ...] = limited(
        (256, 64), Widths(), "widths of the hidden layers from input to code", label=_HIDDEN
    )
    activation: str = limited("relu", _ACTIVATION, "nonlinearity of the hidden layers", Group.NETWORK)
    output: str = limited(
        "sigmoid",
        _OUTPUT_OF_CODERS,
        "nonlinearity of the decoder's last layer; with tanh the network sees pixels from −1 to 1",
        Group.NETWORK,
    )


@dataclass(frozen=True)
class _Convolutions:
    """Convolutions that make the image smaller before the hidden layers, and their mirror image in the decoder."""

    hidden: tuple[int, ...] = limited(
        (), Widths(), "widths of the dense layers between the maps and the code", label=_HIDDEN
    )
    channels: tuple[int, ...] = limited(
        (16, 32),
        Widths(highest=256, most=4, least=1),
        "channels of the convolutions, each of which makes the image smaller",
    )
    stride: int = limited(
        2,
        Range(int, 2, 3),
        "stride of the first convolution, in pixels; the others have 2",
        Group.NETWORK,
        label="First stride",
    )
    pooling: str = limited(
        "none",
        Choice(("none", "max")),
        "pooling after each convolution: max keeps the largest of 2 × 2 values",
        Group.NETWORK,
    )
    upsampling: str = limited(
        "transposed",
        Choice(("transposed", "nearest")),
        "how the decoder enlarges its maps: transposed convolution or nearest neighbour (Odena et al. 2016)",
        Group.NETWORK,
    )
    batch_norm: str = limited("no", Choice(("no", "yes")), "batch normalisation after each convolution", Group.NETWORK)


@dataclass(frozen=True)
class _Corruption:
    """Noise on the encoder's input, while the loss compares with the clean sample (Vincent et al. 2008)."""

    corruption: str = limited(
        "none", Choice(("none", *CORRUPTIONS)), "noise on the input, fresh at each step", Group.OBJECTIVE
    )
    corruption_level: float = limited(
        0.3,
        Range(float, 0, 10),
        "standard deviation of the Gaussian noise, else the probability that a pixel is hit",
        Group.OBJECTIVE,
        only_if=OnlyIf("corruption", CORRUPTIONS),
    )


# The k units of a code that are kept: the largest by their signed value, or by their magnitude.
K_SPARSE = ("k_sparse", "k_sparse_abs")


@dataclass(frozen=True)
class _Penalties:
    """What an autoencoder may ask of its pictures and of its code."""

    reconstruction_loss: str = limited(
        "squared_error",
        Choice(("squared_error", "cross_entropy")),
        "loss of a decoded pixel; cross-entropy takes it for the probability of a white pixel",
        Group.OBJECTIVE,
    )
    code_activation: str = limited(
        "identity",
        Choice(("identity", "relu", "sigmoid", "tanh")),
        "nonlinearity of the encoder's last layer",
        Group.NETWORK,
    )
    sparsity: str = limited(
        "none",
        Choice(("none", *K_SPARSE, "kl", "l1", "l2")),
        "penalty or constraint that keeps the code sparse",
        Group.OBJECTIVE,
    )
    sparse_units: int = limited(
        5,
        Range(int, 1, 1024),
        "number k of units that a k-sparse code keeps (Makhzani & Frey 2014)",
        Group.OBJECTIVE,
        label="Units kept k",
        only_if=OnlyIf("sparsity", K_SPARSE),
    )
    sparsity_rate: float = limited(
        0.05,
        Range(float, 0.0001, 0.9999),
        "target ρ of each unit's mean activation, for the KL penalty (Ng 2011)",
        Group.OBJECTIVE,
        label="Mean activation ρ",
        only_if=OnlyIf("sparsity", ("kl",)),
    )
    sparsity_weight: float = limited(
        1.0,
        Range(float, 0, 1e6),
        "weight of the KL, L1 or L2 penalty",
        Group.OBJECTIVE,
        only_if=OnlyIf("sparsity", ("kl", "l1", "l2")),
    )
    sparse_layers: str = limited(
        "code",
        Choice(("code", "all")),
        "what the KL, L1 or L2 penalty acts on: the code alone, or the encoder's hidden layers too",
        Group.OBJECTIVE,
        label="Penalised layers",
        only_if=OnlyIf("sparsity", ("kl", "l1", "l2")),
    )
    contraction: float = limited(
        0.0,
        Range(float, 0, 1e6),
        "weight of the squared Frobenius norm of ∂z/∂x (Rifai et al. 2011)",
        Group.OBJECTIVE,
        label="Contraction weight",
    )


@dataclass(frozen=True)
class _Classifier:
    """A linear classifier that reads the code."""

    classifier_weight: float = limited(
        0.0,
        Range(float, 0, 1e6),
        "weight λ of the classifier's cross-entropy beside the error per pixel",
        Group.OBJECTIVE,
        label="Classifier weight λ",
        only_if=Unless("family", ("cvae",)),
    )


@dataclass(frozen=True)
class _Codebook:
    """A code that is replaced by the nearest of a few learned vectors."""

    quantisation: str = limited(
        "none",
        Choice(("none", "codebook")),
        "whether each part of the code is replaced by the nearest vector of a codebook (van den Oord et al. 2017)",
        Group.OBJECTIVE,
    )
    codebook_size: int = limited(
        64,
        Range(int, 2, 4096),
        "number of vectors of each codebook",
        Group.OBJECTIVE,
        label="Vectors of a codebook",
        only_if=OnlyIf("quantisation", ("codebook",)),
    )
    code_parts: int = limited(
        1,
        Range(int, 1, 1024),
        "number of equal parts of the code, each with a codebook of its own",
        Group.OBJECTIVE,
        label="Parts of the code",
        only_if=OnlyIf("quantisation", ("codebook",)),
    )
    commitment: float = limited(
        0.25,
        Range(float, 0, 1e6),
        "weight of the squared distance of the code from its vector, which trains the encoder",
        Group.OBJECTIVE,
        label="Commitment weight",
        only_if=OnlyIf("quantisation", ("codebook",)),
    )


@dataclass(frozen=True)
class _Posterior:
    """What makes an autoencoder variational."""

    likelihood: str = limited("bernoulli", Choice(("bernoulli", "gaussian")), "the decoder's distribution p(x|z)")
    variance: float | str = limited(
        "learned",
        Range(float, 1e-6, 1e3, "learned"),
        "the Gaussian decoder's variance per pixel",
        Group.DISTRIBUTIONS,
        label="Variance σ²",
        only_if=OnlyIf("likelihood", ("gaussian",)),
    )
    spread: str = limited(
        "log_variance",
        Choice(("log_variance", "log_std")),
        "what the encoder gives beside the mean: log σ², or log σ",
        Group.DISTRIBUTIONS,
        label="Encoder's spread",
    )
    binarisation: str = limited(
        "none",
        Choice(("none", "dynamic")),
        "draw black or white pixels from the grey ones, fresh at each step",
        Group.DISTRIBUTIONS,
        only_if=OnlyIf("likelihood", ("bernoulli",)),
    )
    prior: str = limited(
        "standard_normal",
        Choice(("standard_normal", "vamp")),
        "prior p(z): N(0, I), or the encoder's own q(z|u) averaged over pseudo-inputs u (Tomczak & Welling 2018)",
        Group.DISTRIBUTIONS,
        only_if=Unless("family", ("cvae", "gmvae")),
    )
    pseudo_inputs: int = limited(
        50,
        Range(int, 2, 1000),
        "number of pseudo-inputs u of a VampPrior, which are learned",
        Group.DISTRIBUTIONS,
        only_if=OnlyIf("prior", ("vamp",)),
    )
    beta: float = limited(1.0, Range(float, 0, 1000), "weight of the KL term (Higgins et al. 2017)", label="β")
    warm_up: int = limited(
        0,
        Range(int, 0, 10_000),
        "epochs over which the weight of the KL rises from 0 to β",
        Group.DISTRIBUTIONS,
        label="KL warm-up, epochs",
    )
    free_bits: float = limited(
        0.0,
        Range(float, 0, 100),
        "nats of KL per dimension that cost nothing (Kingma et al. 2016)",
        Group.DISTRIBUTIONS,
        label="Free nats per dimension",
    )
    tc_weight: float = limited(
        0.0,
        Range(float, 0, 1000),
        "weight of the code's total correlation, in addition to its part of the KL term (Chen et al. 2018)",
        Group.OBJECTIVE,
        label="Total correlation weight",
    )


@dataclass(frozen=True)
class AESpec(_Codebook, _Classifier, _Penalties, _Corruption, _Coders):
    """An autoencoder of dense layers with mirrored encoder and decoder (Hinton & Salakhutdinov 2006)."""

    family: ClassVar[str] = "ae"
    title: ClassVar[str] = "AE"

    def __post_init__(self) -> None:
        validate(self, self.family)
        _check_corruption(self)
        _check_sparsity(self)
        _check_cross_entropy(self)
        _check_codebook(self)


@dataclass(frozen=True)
class ConvAESpec(_Convolutions, AESpec):
    """An autoencoder of convolutions (Masci et al. 2011)."""

    family: ClassVar[str] = "conv_ae"
    title: ClassVar[str] = "Conv AE"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.batch_norm == "yes" and self.contraction:
            raise SpecError(
                f"{self.family}: contraction is about one sample's Jacobian, which batch_norm=yes mixes with the "
                "others'; choose one of them."
            )


@dataclass(frozen=True)
class VAESpec(_Classifier, _Corruption, _Posterior, _Coders):
    """A variational autoencoder with a diagonal Gaussian posterior and prior N(0, I) (Kingma & Welling 2014)."""

    family: ClassVar[str] = "vae"
    title: ClassVar[str] = "VAE"

    def __post_init__(self) -> None:
        validate(self, self.family)
        _check_corruption(self)
        _check_likelihood(self)
        _check_prior(self)


@dataclass(frozen=True)
class ConvVAESpec(_Convolutions, VAESpec):
    """A variational autoencoder of convolutions."""

    family: ClassVar[str] = "conv_vae"
    title: ClassVar[str] = "Conv VAE"


@dataclass(frozen=True)
class CVAESpec(VAESpec):
    """A variational autoencoder whose encoder and decoder are told the label (Sohn et al. 2015)."""

    family: ClassVar[str] = "cvae"
    title: ClassVar[str] = "CVAE"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.classifier_weight:
            raise SpecError(
                "cvae: the encoder is given the label, so a classifier of its code would learn nothing; leave "
                "classifier_weight at 0."
            )


@dataclass(frozen=True)
class GMVAESpec(VAESpec):
    """A variational autoencoder whose prior is a learned mixture of Gaussians (Jiang et al. 2017)."""

    family: ClassVar[str] = "gmvae"
    title: ClassVar[str] = "GM-VAE"
    n_components: int = limited(10, Range(int, 2, 100), "number of components of the mixture", label="Components")
    pretraining: int = limited(
        10,
        Range(int, 0, 10_000),
        "epochs as a plain autoencoder, before the mixture is fitted to its codes",
        Group.DISTRIBUTIONS,
        label="Pretraining, epochs",
    )


def _check_corruption(spec: AESpec | VAESpec) -> None:
    if spec.corruption in ("masking", "salt_and_pepper") and spec.corruption_level >= 1:
        raise SpecError(
            f"{spec.family}: corruption_level is {spec.corruption_level:g}, but {spec.corruption} takes a probability "
            "below 1, or nothing of the input is left."
        )


def _check_sparsity(spec: AESpec) -> None:
    if spec.sparsity in K_SPARSE and spec.sparse_units > spec.latent_dim:
        raise SpecError(
            f"{spec.family}: sparse_units is {spec.sparse_units}, but the code has only latent_dim={spec.latent_dim} "
            "units; keep fewer or make the code wider."
        )
    if spec.sparsity == "kl" and spec.code_activation != "sigmoid":
        raise SpecError(
            f"{spec.family}: sparsity=kl compares how often a unit is on with a rate, so the code must lie between "
            "0 and 1; add code_activation=sigmoid."
        )
    if spec.sparsity == "kl" and spec.sparse_layers == "all" and spec.activation != "sigmoid":
        raise SpecError(
            f"{spec.family}: sparsity=kl on all layers needs hidden units between 0 and 1; add activation=sigmoid, or "
            "choose sparse_layers=code."
        )


def _check_cross_entropy(spec: AESpec) -> None:
    if spec.reconstruction_loss == "cross_entropy" and spec.output != "sigmoid":
        raise SpecError(
            f"{spec.family}: a cross-entropy takes decoded pixels for probabilities; choose output=sigmoid or "
            "reconstruction_loss=squared_error."
        )


def _check_codebook(spec: AESpec) -> None:
    if spec.quantisation == "none":
        return
    if spec.latent_dim % spec.code_parts:
        raise SpecError(
            f"{spec.family}: a code of latent_dim={spec.latent_dim} numbers has no code_parts={spec.code_parts} equal "
            "parts; choose a divisor."
        )
    if spec.sparsity != "none" or spec.contraction:
        raise SpecError(
            f"{spec.family}: quantisation=codebook leaves nothing of a code to keep sparse or to contract; choose one."
        )


def _check_likelihood(spec: VAESpec) -> None:
    if spec.likelihood == "bernoulli" and spec.output != "sigmoid":
        raise SpecError(f"{spec.family}: a Bernoulli decoder needs output=sigmoid; choose that or likelihood=gaussian.")
    if spec.binarisation == "dynamic" and spec.likelihood != "bernoulli":
        raise SpecError(
            f"{spec.family}: binarisation=dynamic makes pixels black or white, which likelihood=bernoulli describes; "
            "choose that or binarisation=none."
        )


def _check_prior(spec: VAESpec) -> None:
    if spec.prior == "vamp" and isinstance(spec, CVAESpec | GMVAESpec):
        raise SpecError(
            f"{spec.family}: prior=vamp needs an encoder that asks for no label and no prior of its own; choose vae, "
            "conv_vae or prior=standard_normal."
        )
    if spec.prior == "vamp" and isinstance(spec, ConvVAESpec) and spec.batch_norm == "yes":
        raise SpecError(
            f"{spec.family}: batch_norm=yes would mix pseudo-inputs with samples; choose batch_norm=no or "
            "prior=standard_normal."
        )


# What is solved for rather than descended to.
CLOSED_FORM = (PCASpec, PPCASpec)
TrainableSpec = PCASpec | PPCASpec | LinearAESpec | AESpec | VAESpec
ModelSpec = TrainableSpec | ForeignSpec
# The families that can be trained.
FAMILIES: dict[str, type[TrainableSpec]] = {
    cls.family: cls
    for cls in (PCASpec, PPCASpec, LinearAESpec, AESpec, ConvAESpec, VAESpec, ConvVAESpec, CVAESpec, GMVAESpec)
}


def family_class(family: str) -> type[TrainableSpec]:
    """The spec class of a family; raises SpecError that names the families there are."""
    if family not in FAMILIES:
        raise SpecError(f"There is no model family {family!r}; choose one of {', '.join(FAMILIES)}.")
    return FAMILIES[family]


def _owners(field: str, besides: type[TrainableSpec]) -> tuple[str, ...]:
    """The families that have a field which one of them lacks."""
    if field in field_names(besides):
        return ()
    return tuple(family for family, cls in FAMILIES.items() if field in field_names(cls))


def make_spec(family: str, given: Mapping[str, object]) -> TrainableSpec:
    """A validated spec from a family and some of its fields, as text or values; raises SpecError."""
    cls = family_class(family)
    for field in given:
        if owners := _owners(field, besides=cls):
            raise SpecError(
                f"{family} has no field {field!r}, which only {', '.join(owners)} can have; its fields are "
                f"{', '.join(sorted(field_names(cls)))}."
            )
    reject_unknown(cls, given, family)
    return cls(**given)  # type: ignore[arg-type]


def spec_to_json(spec: ModelSpec) -> dict[str, Any]:
    """A spec as a JSON object with its family."""
    return {"family": spec.family, **asdict(spec)}


def spec_from_json(document: Mapping[str, Any]) -> ModelSpec:
    """The inverse of `spec_to_json`; raises SpecError for an unknown family, field or value."""
    given = dict(document)
    family = str(given.pop("family", ""))
    if family != ForeignSpec.family:
        return make_spec(family, given)
    reject_unknown(ForeignSpec, given, family)
    return ForeignSpec(**given)


# What makes an autoencoder more than a plain one.
OBJECTIVE_FIELDS = tuple(field.name for field in limited_fields(AESpec) if group_of(field) is Group.OBJECTIVE)


def without_objective(spec: AESpec) -> AESpec:
    """The same network, asked for nothing but reconstruction."""
    defaults = {name: type(spec).__dataclass_fields__[name].default for name in OBJECTIVE_FIELDS}
    return replace(spec, **defaults)  # type: ignore[arg-type]


def is_plain(spec: ModelSpec) -> bool:
    """Whether an autoencoder of dense layers is asked for nothing but reconstruction."""
    return isinstance(spec, AESpec) and not isinstance(spec, ConvAESpec) and asks_for_nothing(spec)


def asks_for_nothing(spec: AESpec) -> bool:
    """Whether reconstruction is the whole objective."""
    is_free = spec.sparsity == "none" and spec.quantisation == "none"
    asked_of_code = not is_free or spec.contraction or spec.classifier_weight
    return spec.corruption == "none" and spec.reconstruction_loss == "squared_error" and not asked_of_code


def same_network(one: AESpec, other: AESpec) -> bool:
    """Whether two autoencoders differ in nothing but fields of an objective."""
    return without_objective(one) == without_objective(other)
