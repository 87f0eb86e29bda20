"""The animations of the trade-off page, kept for all sessions, and the models that they can show."""

import streamlit as st

from explorer.analysis.references import Reference, find_reference
from explorer.analysis.sweeps import Sweep
from explorer.analysis.tradeoff import SQUARED_ERROR_OF_THE_MEAN, Distortion
from explorer.errors import CheckpointError
from explorer.models.spec import is_plain
from explorer.scenes import training_animations
from explorer.scenes.latent_animation import LatentAnimation
from explorer.store import CheckpointInfo, KeptMoments, moments_of, shipped_names
from explorer.ui.caches import cached_checkpoint
from explorer.ui.models.at_hand import library_runs, visible_models

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


def _is_family(info: CheckpointInfo, family: str) -> bool:
    return info.run.model.family == family


def replayable() -> dict[str, CheckpointInfo]:
    """The models whose training kept moments, by name: with pictures first, then VAEs in a plane, β = 1, shipped."""
    shipped = shipped_names()
    found = {info.name: (info, _moments(info)) for info in visible_models()}

    def order(name: str) -> tuple[bool | str, ...]:
        info, moments = found[name]
        model = info.run.model
        is_vae_in_plane = model.latent_dim == 2 and _is_family(info, "vae")
        return (
            not (is_vae_in_plane and moments.has_pictures),
            model.latent_dim != 2,
            not _is_family(info, "vae"),
            getattr(model, "beta", 1) != 1,
            name not in shipped,
            name,
        )

    names = [name for name, (info, moments) in found.items() if moments.n_moments > 1 and info.run.model.latent_dim > 1]
    return {name: found[name][0] for name in sorted(names, key=order)}


def _moments(info: CheckpointInfo) -> KeptMoments:
    try:
        return moments_of(info)
    except CheckpointError:
        return KeptMoments(0, has_pictures=False)


@st.cache_resource(max_entries=4, show_spinner="Laying out the training …")
def replay_animation(fingerprint: str, path: str) -> LatentAnimation:
    """The frames of a training, kept for all sessions; raises AnalysisError for a model without any."""
    return training_animations.replay_animation(cached_checkpoint(fingerprint, path))
