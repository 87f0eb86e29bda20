"""The scene of a checkpoint's plane, kept for all sessions."""

import streamlit as st

from explorer.scenes.latent_scene import PRINCIPAL, LatentScene, PlaneChoice, build_latent_scene, samples_at_hand
from explorer.store import CheckpointInfo
from explorer.ui.caches import cached_checkpoint, cached_dataset
from explorer.ui.models.at_hand import data_state


def scene_of(info: CheckpointInfo, choice: PlaneChoice | None = None, link: str | None = None) -> LatentScene:
    """The scene of a model's plane; without a choice its two dimensions or, of more, the principal plane.

    Canvases of one link follow each other. Raises AnalysisError for a missing plane.
    """
    if choice is None:
        choice = PlaneChoice() if info.run.model.latent_dim == 2 else PlaneChoice(kind=PRINCIPAL)
    return _latent_scene(info.fingerprint, str(info.path), choice, data_state(info), link)


@st.cache_resource(max_entries=12, show_spinner="Laying out the codes …")
def _latent_scene(
    fingerprint: str,
    path: str,
    choice: PlaneChoice,
    data_state: str,  # noqa: ARG001 - tells scenes with real samples from scenes without
    link: str | None,
) -> LatentScene:
    """The scene of a checkpoint."""
    checkpoint = cached_checkpoint(fingerprint, path)
    return build_latent_scene(checkpoint, choice, samples_at_hand(checkpoint, cached_dataset), link)
