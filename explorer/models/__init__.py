"""Models: frozen specs of families, and what every model can do."""

from explorer.models.latent_model import Gaussian, LatentModel, VariationalModel
from explorer.models.layers import Activation, Dense, Layer, apply_layers
from explorer.models.spec import (
    FAMILIES,
    AESpec,
    LinearAESpec,
    ModelSpec,
    PCASpec,
    PPCASpec,
    VAESpec,
    make_spec,
    spec_from_json,
    spec_to_json,
)

__all__ = [
    "FAMILIES",
    "AESpec",
    "Activation",
    "Dense",
    "Gaussian",
    "LatentModel",
    "Layer",
    "LinearAESpec",
    "ModelSpec",
    "PCASpec",
    "PPCASpec",
    "VAESpec",
    "VariationalModel",
    "apply_layers",
    "make_spec",
    "spec_from_json",
    "spec_to_json",
]
