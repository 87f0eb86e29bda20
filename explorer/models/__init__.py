"""Models: frozen specs of families, and what every model can do."""

from explorer.models.foreign_spec import ForeignSpec
from explorer.models.latent_model import ConditionalModel, Gaussian, LatentModel, VariationalModel
from explorer.models.layers import Activation, Dense, Layer, apply_layers
from explorer.models.mixture import MixtureOfGaussians
from explorer.models.spec import (
    FAMILIES,
    AESpec,
    ConvAESpec,
    ConvVAESpec,
    CVAESpec,
    GMVAESpec,
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
    "CVAESpec",
    "ConditionalModel",
    "ConvAESpec",
    "ConvVAESpec",
    "Dense",
    "ForeignSpec",
    "GMVAESpec",
    "Gaussian",
    "LatentModel",
    "Layer",
    "LinearAESpec",
    "MixtureOfGaussians",
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
