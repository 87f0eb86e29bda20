"""The scene of a checkpoint's plane, kept for all sessions."""

import streamlit as st

from explorer.scenes.latent_scene import LatentScene, PlaneChoice, build_latent_scene, samples_at_hand
from explorer.ui.caches import cached_checkpoint, cached_dataset


@st.cache_resource(max_entries=12, show_spinner="Laying out the codes …")
def latent_scene(
    fingerprint: str,
    path: str,
    choice: PlaneChoice,
    data_state: str,  # noqa: ARG001 - tells scenes with real samples from scenes without
    link: str | None = None,
) -> LatentScene:
    """The scene of a checkpoint; canvases of one link follow each other. Raises AnalysisError for a missing plane."""
    checkpoint = cached_checkpoint(fingerprint, path)
    return build_latent_scene(checkpoint, choice, samples_at_hand(checkpoint, cached_dataset), link)
