"""Choosing a model and a sampler."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from explorer.models.fields import Choice
from explorer.models.spec import CVAESpec
from explorer.scenes.latent_scene import LatentScene
from explorer.store import CheckpointInfo
from explorer.ui.linked_widgets import choose_in_list
from explorer.ui.models.picker import choose_model
from explorer.ui.plane.latent_scene import scene_of
from explorer.ui.query_params import keep_choice, take_choice, write_text

# By their names in links, in words.
SAMPLERS = {
    "standard_normal": "N(0, I)",
    "prior": "its own prior",
    "gaussian": "one Gaussian",
    "gmm10": "ten Gaussians",
    "kde": "a kernel density",
    "flow": "a flow from N(0, I)",
}


@dataclass(frozen=True)
class Side:
    """One half of the page: a model and the sampler that is put to the test on it.

    label: the class that a conditional model is looked at in, None for all classes.
    """

    key: str
    info: CheckpointInfo
    sampler: str
    label: int | None = None

    @property
    def title(self) -> str:
        """The side in a few words."""
        of_class = "" if self.label is None else f", class {self.info.class_names[self.label]}"
        return f"{self.info.name} with {SAMPLERS[self.sampler]}{of_class}"


def choose_side(
    key: str, models: dict[str, CheckpointInfo], model: str, sampler: str, *, by_class: bool = False
) -> Side:
    """The widgets of one side; by_class: a conditional model is looked at in one class."""
    sampler_key, allowed = f"{key}_sampler", Choice(tuple(SAMPLERS))
    with st.container(horizontal=True):
        # A pin means nothing in another model.
        info = choose_model(models, key, default=model, on_change=write_text, args=(f"z_{key}", None))
        take_choice(sampler_key, allowed, sampler)
        chosen = st.selectbox(
            "Sampler",
            allowed.options,
            format_func=SAMPLERS.__getitem__,
            key=sampler_key,
            width=220,
            label_visibility="collapsed",
            help="Its own prior: what a VAE was trained with, N(0, I) or a learned mixture; for an AE or PCA N(0, I) "
            "is an arbitrary choice.",
        )
        keep_choice(sampler_key, sampler)
        label = _choose_class(key, info) if by_class else None
    return Side(key, info, chosen, label)


def _choose_class(key: str, info: CheckpointInfo) -> int | None:
    """The class of a conditional model, whose prior is that of each class and not of their mixture."""
    if not isinstance(info.run.model, CVAESpec):
        return None
    meaning = "A conditional model draws z for one class at a time, so holes are those of a class."
    look: dict[str, Any] = {"width": 110, "label_visibility": "collapsed", "help": meaning}
    return info.class_names.index(choose_in_list(f"{key}_class", "Class", info.class_names, **look))


def side_scene(side: Side) -> LatentScene:
    """The scene of one side, without a map; raises AnalysisError for a code of one dimension."""
    return scene_of(side.info, link="holes")
