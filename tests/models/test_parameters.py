"""Numbers of parameters by formula, against the networks and fits that have them."""

import numpy as np
import pytest
from torch import nn

from explorer.errors import SpecError
from explorer.models import (
    FAMILIES,
    AESpec,
    ConvAESpec,
    ConvVAESpec,
    CVAESpec,
    GMVAESpec,
    LinearAESpec,
    PCASpec,
    PPCASpec,
    VAESpec,
)
from explorer.models.closed_form import fit_closed_form
from explorer.models.networks import NetworkSpec, build_network
from explorer.models.parameters import parameter_counts
from explorer.models.pca import PCA
from explorer.models.ppca import PPCA

SHAPE, N_CLASSES = (8, 8), 10
CLOSED = (PCASpec(3), PPCASpec(3))
NETWORKS: tuple[NetworkSpec, ...] = (
    LinearAESpec(3),
    LinearAESpec(3, output="sigmoid"),
    AESpec(2, (32, 8)),
    AESpec(5, ()),
    AESpec(5, (6,), output="tanh"),
    AESpec(3, (16,), code_activation="sigmoid", sparsity="kl", corruption="masking", classifier_weight=0.1),
    VAESpec(4, (32, 8)),
    VAESpec(2, (16,), likelihood="gaussian"),
    VAESpec(2, (16,), likelihood="gaussian", variance=0.1),
    ConvAESpec(3, channels=(4, 6)),
    ConvAESpec(3, channels=(4, 6, 5), hidden=(7, 5), upsampling="nearest", batch_norm="yes", classifier_weight=1.0),
    ConvVAESpec(3, channels=(4,), batch_norm="yes", likelihood="gaussian"),
    ConvAESpec(3, channels=(4, 6), hidden=(5,), stride=3, pooling="max"),
    CVAESpec(3, (16,)),
    CVAESpec(3, ()),
    GMVAESpec(3, (16,), n_components=7, classifier_weight=1.0),
    VAESpec(3, (16,), prior="vamp", pseudo_inputs=5),
)


def trained(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters() if parameter.requires_grad)


@pytest.mark.parametrize("spec", NETWORKS, ids=str)
def test_counts_are_those_of_the_network(spec: NetworkSpec) -> None:
    network = build_network(spec, SHAPE, seed=0, n_classes=N_CLASSES)
    counts = parameter_counts(spec, SHAPE, N_CLASSES)
    assert (counts.encoder, counts.decoder) == (trained(network.encoder), trained(network.decoder))
    assert counts.coders == counts.encoder + counts.decoder
    assert counts.total == trained(network)


@pytest.mark.parametrize("spec", CLOSED, ids=str)
def test_closed_forms_have_a_mean_an_axis_per_component_and_the_noise_of_ppca(spec: PCASpec | PPCASpec) -> None:
    model = fit_closed_form(np.random.default_rng(0).random((40, 64), np.float32), SHAPE, spec)
    if isinstance(model, PCA):
        expected = model.mean.size + model.components[: spec.latent_dim].size
    else:
        assert isinstance(model, PPCA)
        expected = model.mean.size + model.weight.size + 1
    assert parameter_counts(spec, SHAPE, 0).total == expected


def test_every_family_is_counted_here() -> None:
    assert {spec.family for spec in (*CLOSED, *NETWORKS)} == set(FAMILIES)


def test_convolutions_on_points_have_no_count() -> None:
    with pytest.raises(SpecError, match=r"conv_ae: convolutions need images, .* the shape \(3,\); choose ae instead\."):
        parameter_counts(ConvAESpec(), (3,), 0)
