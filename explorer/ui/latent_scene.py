"""The scene of a checkpoint's plane, kept for all sessions."""

from contextlib import suppress

import streamlit as st

from explorer.data import Dataset
from explorer.errors import DatasetError
from explorer.scenes.latent_scene import LatentScene, PlaneChoice, build_latent_scene
from explorer.store import Checkpoint
from explorer.ui.caches import cached_checkpoint
from explorer.ui.models import samples_of_codes


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
    return build_latent_scene(checkpoint, choice, _samples_at_hand(checkpoint), link)


def _samples_at_hand(checkpoint: Checkpoint) -> Dataset | None:
    with suppress(DatasetError):
        return samples_of_codes(checkpoint)
    return None
