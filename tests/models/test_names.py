"""What people call a model."""

import pytest

from explorer.models import FAMILIES, AESpec, ConvAESpec, CVAESpec, GMVAESpec, ModelSpec, PCASpec, VAESpec
from explorer.models.names import full_name, kind_of


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        (PCASpec(2), "PCA, 2 dimensions"),
        (AESpec(1), "AE, 1 dimension"),
        (AESpec(8, corruption="gaussian"), "Denoising AE, 8 dimensions"),
        (AESpec(64, sparsity="k_sparse"), "k-sparse AE, 64 dimensions"),
        (AESpec(64, sparsity="l1"), "Sparse AE, 64 dimensions"),
        (AESpec(64, sparsity="k_sparse_abs"), "k-sparse AE, 64 dimensions"),
        (AESpec(64, sparsity="l2"), "L2-penalised AE, 64 dimensions"),
        (ConvAESpec(8, corruption="masking", contraction=0.1), "Denoising contractive Conv AE, 8 dimensions"),
        (AESpec(2, classifier_weight=0.1), "AE with a classifier, λ = 0.1, 2 dimensions"),
        (AESpec(2, reconstruction_loss="cross_entropy"), "AE with cross-entropy, 2 dimensions"),
        (VAESpec(2), "VAE, 2 dimensions"),
        (VAESpec(2, beta=4), "VAE, β = 4, 2 dimensions"),
        (VAESpec(2, beta=0), "VAE, β = 0, 2 dimensions"),
        (CVAESpec(2), "CVAE, 2 dimensions"),
        (GMVAESpec(10), "GM-VAE, 10 dimensions"),
    ],
    ids=str,
)
def test_a_model_is_called_by_what_it_is_and_its_size(spec: ModelSpec, name: str) -> None:
    assert full_name(spec) == name


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_by_itself_has_its_title(family: str) -> None:
    assert kind_of(FAMILIES[family]()) == FAMILIES[family].title
