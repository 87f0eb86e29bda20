"""What the page of applications is about: a model of pictures with its data set, beside PCA with as many numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import streamlit as st

from explorer.data import Dataset, find_source, list_sources
from explorer.errors import AnalysisError
from explorer.models.latent_model import Array, LatentModel
from explorer.models.pca import PCA
from explorer.models.spec import CVAESpec, ModelSpec, PCASpec
from explorer.scenes.latent_scene import image_shape
from explorer.store import CheckpointInfo
from explorer.training.run_spec import RunSpec
from explorer.ui.caches import cached_dataset, checkpoint_of, pca_of
from explorer.ui.linked_widgets import choose_number
from explorer.ui.models.at_hand import encoding_models
from explorer.ui.models.picker import choose_model
from explorer.ui.results import kept

Key = tuple[str, int, str]
MANY_DIMS = 16
DEFAULT_COMPONENTS = 16


@dataclass(frozen=True, eq=False)
class ApplicationContext:
    """A model with both splits of its data set.

    key: the model's digest, its number of dimensions and the test split's digest, which tell what is computed apart.
    """

    name: str
    run: RunSpec
    key: Key
    model: LatentModel
    train: Dataset
    test: Dataset

    @property
    def family(self) -> str:
        """The model's family."""
        return self.run.model.family

    @property
    def title(self) -> str:
        """The model with its number of dimensions."""
        return f"{self.name}, K = {self.model.latent_dim}"

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of a picture, (H, W) or in colour (H, W, 3)."""
        return self.test.sample_shape

    @property
    def n_values(self) -> int:
        """The number of values D of a picture: its pixels, in colour three times as many."""
        return prod(self.shape)

    @property
    def n_pixels(self) -> int:
        """The number of pixels of a picture."""
        return prod(self.shape[:2])

    def tile(self, x: Array) -> Array:
        """Vectors (N, D) as pictures (N, H, W) or (N, H, W, 3)."""
        return x.reshape(-1, *self.shape)


def picture_models(prefers: Callable[[ModelSpec], bool] = lambda _: True) -> dict[str, CheckpointInfo]:
    """The library's models of pictures by name: data at hand first, then what a view prefers, then many dimensions.

    Sixteen dimensions count as many, and PCA has all of them. Conditional models are given the class of each
    picture, which a picture to be restored, found or compressed does not come with; they are left out.
    """
    at_hand = {source.name for source in list_sources() if source.available}

    def order(info: CheckpointInfo) -> tuple[bool, bool, bool, int, str]:
        model, dataset = info.run.model, info.run.dataset
        n_dims = MANY_DIMS if isinstance(model, PCASpec) else min(model.latent_dim, MANY_DIMS)
        return dataset not in at_hand, dataset == "digits", not prefers(model), -n_dims, info.name

    usable = (info for info in encoding_models().values() if image_shape(info.sample_shape) is not None)
    unconditional = (info for info in usable if not isinstance(info.run.model, CVAESpec))
    return {info.name: info for info in sorted(unconditional, key=order)}


def choose_context(models: dict[str, CheckpointInfo]) -> ApplicationContext | str:
    """The widgets of the model; where its data are missing, the sentence that says how to get them.

    Raises CheckpointError, DatasetError.
    """
    info = choose_model(models)
    source = find_source(info.run.dataset)
    if source is None or not source.available:
        return (
            f"{info.name} needs the pictures of its data set: "
            f"{source.how_to_get if source else info.run.dataset + ' is unknown.'}"
        )
    checkpoint = checkpoint_of(info)
    model = _with_components(checkpoint.model)
    train, test = cached_dataset(info.run.dataset), cached_dataset(info.run.dataset, "test")
    _check_shape(info, test)
    key = (info.fingerprint, model.latent_dim, test.fingerprint)
    return ApplicationContext(info.name, info.run, key, model, train, test)


def _with_components(model: LatentModel) -> LatentModel:
    if not isinstance(model, PCA):
        return model
    default = min(DEFAULT_COMPONENTS, len(model.mean))
    if int(st.session_state.get("components", default)) > len(model.mean):
        st.session_state["components"] = default
    look = {"width": 130, "help": "The number of principal components K."}
    return model.truncated(choose_number("components", "Components", 1, len(model.mean), default, **look))


def _check_shape(info: CheckpointInfo, test: Dataset) -> None:
    if test.sample_shape != info.sample_shape:
        raise AnalysisError(
            f"{info.name} takes pictures of {info.sample_shape}, but {test.name} on this machine has "
            f"{test.sample_shape}; choose another model."
        )


def pca_beside(context: ApplicationContext) -> PCA:
    """PCA of the same training images with as many components as the model has dimensions."""
    return pca_of(context.test.name, context.model.latent_dim)


def model_and_pca(context: ApplicationContext) -> dict[str, LatentModel]:
    """The model, and PCA of equal K beside it unless it is PCA, by their titles."""
    models: dict[str, LatentModel] = {context.title: context.model}
    if context.family != "pca":
        models[f"PCA, K = {context.model.latent_dim}"] = pca_beside(context)
    return models


def codes_of(context: ApplicationContext) -> tuple[Array, Array]:
    """The codes of both splits, (N, K) and (M, K)."""
    encode, splits = context.model.encode, (context.train, context.test)

    def codes() -> tuple[Array, Array]:
        train, test = (encode(split.pixels()) for split in splits)
        return train, test

    return kept(("codes of both splits", *context.key), codes, doing="Encoding every image …")
