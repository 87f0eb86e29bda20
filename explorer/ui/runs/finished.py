"""What stands in the place of a run before there is one: the training of a model of the library, played again."""

import streamlit as st

from explorer.errors import CheckpointError
from explorer.scenes import training_animations
from explorer.scenes.latent_animation import LatentAnimation
from explorer.store import CheckpointInfo, KeptMoments, moments_of, shipped_names
from explorer.ui.caches import cached_checkpoint
from explorer.ui.components.latent_animation import latent_animation
from explorer.ui.foreign_text import as_code, as_text
from explorer.ui.models.at_hand import visible_models


def show_finished() -> None:
    """A training of the library at its end, for as long as nobody has started one; a sentence without one."""
    if not (found := replayable()):
        st.info("No run yet. Press Start: the terms of the loss grow here while the model trains, beside its codes.")
        return
    info = next(iter(found.values()))
    animation = replay_animation(info.fingerprint, str(info.path))
    latent_animation(animation, len(animation.captions) - 1, f"finished {info.fingerprint}")
    st.markdown(
        f"No run yet. This is the training of {as_code(info.name)} on {as_text(info.run.dataset)}, "
        f"{info.run.n_epochs} epochs, at its end; Play shows it from its first step on. **Start** trains a model of "
        "your own and shows it here; it goes on when this page is closed."
    )


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
