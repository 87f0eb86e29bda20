"""What the compared views are about: models of one K of one data set of images, chosen in the title's row."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from explorer.data import list_sources
from explorer.scenes.latent_scene import image_shape
from explorer.store import CheckpointInfo, shipped_names
from explorer.ui.linked_widgets import choose_in_list
from explorer.ui.models.at_hand import is_plain_one_of, visible_models

FAMILIES = ("linear_ae", "ae", "vae")
# Of data sets without models of these.
CONVOLUTIONAL = ("conv_ae", "conv_vae")
NOTHING = "The library has no plain model of data at hand; train a linear AE, an AE or a VAE on the Train page."


@dataclass(frozen=True)
class OfOneK:
    """What is compared: a data set, the number of dimensions K, and a model of each family that the library has."""

    dataset: str
    latent_dim: int
    infos: tuple[CheckpointInfo, ...]


def images_at_hand() -> dict[str, dict[int, tuple[CheckpointInfo, ...]]]:
    """The library's plain models by data set of images at hand, the digits last, and by K."""
    sources = [source for source in list_sources() if source.available and image_shape(source.sample_shape)]
    names = [source.name for source in sorted(sources, key=lambda source: source.name == "digits")]
    return {name: by_k for name in names if (by_k := models_by_k(name))}


def models_by_k(dataset: str) -> dict[int, tuple[CheckpointInfo, ...]]:
    """The library's plain models of a data set by their K: of each family the shipped one that trained longest.

    They are dense ones; convolutional ones where there is no dense one.
    """
    every = [info for info in visible_models() if info.run.dataset == dataset]
    plain = ([info for info in every if is_plain_one_of(info, families)] for families in (FAMILIES, CONVOLUTIONAL))
    infos = next(filter(None, plain), [])
    dims = sorted({info.run.model.latent_dim for info in infos})
    return {
        latent_dim: _one_of_each([info for info in infos if info.run.model.latent_dim == latent_dim])
        for latent_dim in dims
    }


def _one_of_each(infos: Sequence[CheckpointInfo]) -> tuple[CheckpointInfo, ...]:
    shipped = shipped_names()

    def order(info: CheckpointInfo) -> tuple[bool, int, str]:
        return info.name not in shipped, -info.run.n_epochs, info.name

    of_family = ([info for info in infos if info.run.model.family == family] for family in FAMILIES + CONVOLUTIONAL)
    return tuple(min(some, key=order) for some in of_family if some)


def choose_k(found: dict[str, dict[int, tuple[CheckpointInfo, ...]]]) -> OfOneK:
    """The widgets of the data set and of K."""
    name = choose_in_list("data", "Data set", found, width=150)
    dims = [str(latent_dim) for latent_dim in found[name]]
    if st.session_state.get("same_k") not in (None, *dims):
        st.session_state["same_k"] = dims[0]
    latent_dim = int(choose_in_list("same_k", "Dimensions K", dims, width=150))
    return OfOneK(name, latent_dim, found[name][latent_dim])
