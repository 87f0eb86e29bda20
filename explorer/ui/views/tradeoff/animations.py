"""The animations of the trade-off page, kept for all sessions, and the models that they can show."""

import streamlit as st

from explorer.analysis.references import Reference, find_reference
from explorer.analysis.sweeps import Sweep
from explorer.analysis.tradeoff import SQUARED_ERROR_OF_THE_MEAN, Distortion
from explorer.models.spec import is_plain
from explorer.scenes import training_animations
from explorer.scenes.latent_animation import LatentAnimation
from explorer.store import shipped_names
from explorer.ui.caches import cached_checkpoint
from explorer.ui.models.at_hand import library_runs

CheckpointKey = tuple[str, str]


@st.cache_resource(max_entries=4, show_spinner="Laying out the sweep …")
def sweep_animation(
    members: tuple[CheckpointKey, ...], others: tuple[tuple[CheckpointKey, str], ...], distortion: Distortion
) -> LatentAnimation:
    """The frames of a sweep over β, kept for all sessions."""
    return training_animations.sweep_animation(
        [cached_checkpoint(*member) for member in members],
        [(cached_checkpoint(*key), label) for key, label in others],
        distortion,
    )


def sweep_references(sweep: Sweep, distortion: Distortion) -> tuple[Reference, ...]:
    """The plain AE of the sweep's network and PCA of its K, where the error shown is what they were trained on."""
    if distortion != SQUARED_ERROR_OF_THE_MEAN:
        return ()
    models, shipped = library_runs(), shipped_names()
    of_kind = (
        [one for one in models if one[1].model.family == "pca"],
        [one for one in models if is_plain(one[1].model)],
    )
    found = [find_reference(kind, sweep.run, shipped=shipped) for kind in of_kind]
    return tuple(reference for reference in found if reference is not None)
