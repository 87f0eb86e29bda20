"""What stands in the place of a run before there is one: the training of a model of the library, played again."""

import streamlit as st

from explorer.errors import CheckpointError
from explorer.scenes import training_animations
from explorer.scenes.latent_animation import LatentAnimation
from explorer.store import CheckpointInfo, KeptMoments, moments_of, shipped_names
from explorer.training.changes import MOST_NAMES, names_of
from explorer.ui.caches import cached_checkpoint
from explorer.ui.components.latent_animation.component import latent_animation
from explorer.ui.foreign_text import as_code, as_text
from explorer.ui.models.at_hand import visible_models


def show_finished() -> None:
    """A training of the library at its end, until somebody starts one; a sentence without one."""
    if not (found := replayable()):
        st.info("No run yet. Press Start: the terms of the loss grow here while the model trains, beside its codes.")
        return
    info = next(iter(found.values()))
    animation = replay_animation(info.fingerprint, str(info.path))
    latent_animation(animation, len(animation.captions) - 1, f"finished {info.fingerprint}")
    st.markdown(
        f"No run yet. This is the training of {as_code(info.name)} on {as_text(info.run.dataset)}, "
        f"{info.run.n_epochs} epochs, at its end; Play shows it from its first step on. **Start** trains a model of "
        f"your own and shows it here; it goes on when this page is closed.{turned_in_words(info)}"
    )


def turned_in_words(info: CheckpointInfo) -> str:
    """What the dashed lines of a replay mark, nothing for a run whose fields stayed as they were."""
    if not (changes := info.run.changes):
        return ""
    if len(changes) > MOST_NAMES:
        return f" Dashed lines mark the {len(changes)} changes that were made while it trained."
    named = [f"{name} after step {change.step:,}" for change, name in zip(changes, names_of(changes), strict=True)]
    return f" Dashed lines mark what was turned while it trained: {', '.join(named)}."


def _is_family(info: CheckpointInfo, family: str) -> bool:
    return info.run.model.family == family


def replayable() -> dict[str, CheckpointInfo]:
    """Models that kept moments, by name: with pictures first, then VAEs in a plane, unturned, β = 1, shipped."""
    shipped = shipped_names()
    found = {info.name: (info, _moments(info)) for info in visible_models()}

    def order(name: str) -> tuple[bool | str, ...]:
        info, moments = found[name]
        model = info.run.model
        is_vae_in_plane = model.latent_dim == 2 and _is_family(info, "vae")
        return (
            not (is_vae_in_plane and moments.has_pictures and not info.run.changes),
            model.latent_dim != 2,
            not _is_family(info, "vae"),
            bool(info.run.changes),
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
