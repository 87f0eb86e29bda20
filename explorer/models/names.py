"""Names of models by what they are, from their specs: 'Denoising AE, 8 dimensions'."""

from explorer.models.foreign_spec import ForeignSpec
from explorer.models.spec import CLOSED_FORM, AESpec, LinearAESpec, ModelSpec, VAESpec

SPARSE = {"k_sparse": "k-sparse", "k_sparse_abs": "k-sparse", "kl": "sparse", "l1": "sparse", "l2": "L2-penalised"}


def kind_of(spec: ModelSpec) -> str:
    """What a model is without its size: the family, what its input and code are asked for, and weights beside 1.

    Examples: 'Denoising AE', 'k-sparse AE', 'AE with a classifier, λ = 0.1', 'VAE, β = 4'.
    """
    if isinstance(spec, (*CLOSED_FORM, LinearAESpec, ForeignSpec)):
        return spec.title
    kind = " ".join([*_adjectives(spec), spec.title])
    kind = kind[0].upper() + kind[1:] if not kind.startswith("k-") else kind
    classifier = f" with a classifier, λ = {spec.classifier_weight:g}" if spec.classifier_weight else ""
    beta = f", β = {spec.beta:g}" if isinstance(spec, VAESpec) and spec.beta != 1 else ""
    return kind + _loss(spec) + classifier + beta


def _loss(spec: AESpec | VAESpec) -> str:
    is_entropy = isinstance(spec, AESpec) and spec.reconstruction_loss == "cross_entropy"
    return " with cross-entropy" if is_entropy else ""


def full_name(spec: ModelSpec) -> str:
    """What a model is, with the size of its code."""
    return f"{kind_of(spec)}, {spec.latent_dim} dimension{'s' * (spec.latent_dim > 1)}"


def _adjectives(spec: AESpec | VAESpec) -> list[str]:
    words = ["denoising"] if spec.corruption != "none" else []
    if isinstance(spec, AESpec):
        words += [SPARSE[spec.sparsity]] if spec.sparsity != "none" else []
        words += ["contractive"] if spec.contraction else []
    return words
