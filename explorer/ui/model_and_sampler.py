"""Choosing a model and a sampler."""

from dataclasses import dataclass

import streamlit as st

from explorer.models.fields import Choice
from explorer.store import CheckpointInfo
from explorer.ui.latent_scene import PRINCIPAL, LatentScene, PlaneChoice, latent_scene
from explorer.ui.models import data_state
from explorer.ui.query_params import bound

SAMPLERS = ("standard_normal", "prior", "gaussian", "gmm10", "kde")


@dataclass(frozen=True)
class Side:
    """One half of the page: a model and the sampler that is put to the test on it."""

    key: str
    info: CheckpointInfo
    sampler: str

    @property
    def title(self) -> str:
        """The side in a few words."""
        return f"{self.info.name} with {self.sampler}"


def choose_side(key: str, models: dict[str, CheckpointInfo], model: str, sampler: str) -> Side:
    """The widgets of one side."""
    names, samplers = list(models), list(SAMPLERS)
    with st.container(horizontal=True):
        name = st.selectbox(
            "Model", names, names.index(model), width=200, label_visibility="collapsed", **bound(key, Choice((*names,)))
        )
        chosen = st.selectbox(
            "Sampler",
            samplers,
            samplers.index(sampler),
            width=220,
            label_visibility="collapsed",
            help="prior: what a VAE was trained with, N(0, I) or a learned mixture; for any other model N(0, I) is an "
            "arbitrary choice.",
            **bound(f"{key}_sampler", Choice(SAMPLERS)),
        )
    return Side(key, models[name], chosen)


def side_scene(side: Side) -> LatentScene:
    """The scene of one side, without a map; raises AnalysisError for a code of one dimension."""
    info = side.info
    choice = PlaneChoice() if info.run.model.latent_dim == 2 else PlaneChoice(kind=PRINCIPAL)
    return latent_scene(info.fingerprint, str(info.path), choice, data_state(info), "holes")
