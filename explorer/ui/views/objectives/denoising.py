"""Denoising on the page of objectives: the same corrupted images, restored by PCA, a plain and a denoising AE."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from explorer.analysis.denoising import (
    Restoration,
    RestorationErrors,
    best_components,
    choose_best,
    restoration_errors,
    restore,
)
from explorer.figures.images import N_GREYS, Bytes, grey_palette
from explorer.figures.objectives import OBJECTIVE_HUE, PCA_HUE, PLAIN_HUE, restoration_figure
from explorer.models.latent_model import Array, LatentModel
from explorer.models.pca import PCA, fit_pca
from explorer.models.spec import PCASpec, asks_for_nothing
from explorer.models.written_numbers import percent
from explorer.scenes.frame_tracks import Track
from explorer.store import CheckpointInfo
from explorer.training import recipes, split_rows
from explorer.ui.caches import cached_dataset, model_of
from explorer.ui.components.frame_player.component import frame_player
from explorer.ui.explain import explain
from explorer.ui.figure import PICTURE_AND_CONTROLS, show_figure
from explorer.ui.foreign_text import as_code
from explorer.ui.kept_frame import kept_frame
from explorer.ui.linked_widgets import choose_button
from explorer.ui.models.picker import choose_model
from explorer.ui.query_params import OneOf, read, write
from explorer.ui.results import kept
from explorer.ui.views.objectives.context import (
    MODEL_WIDTH,
    ObjectivesContext,
    measured_rows,
    one_of_each_class,
    plain_twin,
    runs_alike,
    spec_of,
)
from explorer.ui.views.objectives.missing_model import offer_training

NOISES = {"Gaussian": "gaussian", "Masking": "masking", "Salt and pepper": "salt_and_pepper"}
UNITS = {"Gaussian": "standard deviation σ", "Masking": "fraction of pixels p", "Salt and pepper": "fraction p"}
EQUAL_K, BEST_K = "Equal K", "Best K each"
LEVELS = tuple(place / 10 for place in range(10))
START_LEVEL = 0.5
SEED, VALIDATION_SEED = 0, 1
N_COLUMNS, N_SHOWN, N_VALIDATION = 2, 4, 1000
BETWEEN = 96
CHART_PX = 350
PCA_TITLE, PLAIN_TITLE, DENOISING_TITLE = "PCA", "plain AE", "denoising AE"
HUES = {PCA_TITLE: PCA_HUE, PLAIN_TITLE: PLAIN_HUE, DENOISING_TITLE: OBJECTIVE_HUE}
OBJECTIVE = r"\mathcal{L} = \mathbb{E}_{\tilde x \sim c(\tilde x | x)} \lVert x - g(f(\tilde x)) \rVert^2"
OBJECTIVE_WORDS = (
    "c corrupts the input afresh at each step; the target x stays clean (Vincent et al. 2008). Copying the input no "
    "longer minimises the loss, so the network has to learn what pictures look like."
)


@dataclass(frozen=True, eq=False)
class Restorer:
    """One of the methods that are compared; name: of its checkpoint, empty for PCA."""

    title: str
    name: str
    latent_dim: int
    model: LatentModel

    @property
    def label(self) -> str:
        """What the legend says."""
        return f"{self.title} (K = {self.latent_dim})"


@dataclass(frozen=True, eq=False)
class Denoising:
    """What the view shows: the methods, their pictures and their errors under one kind of noise."""

    noise: str
    restorers: tuple[Restorer, ...]
    pictures: Restoration
    errors: RestorationErrors

    @property
    def hues(self) -> dict[str, str]:
        """A hue for each label."""
        return {one.label: HUES[one.title] for one in self.restorers}


def denoising(context: ObjectivesContext, bar: Any) -> None:
    """Clean, corrupted and restored images on a slider of the noise, and the errors of each method."""
    found = context.where(lambda spec: spec.corruption != "none")
    pairs = {name: info for name, info in found.items() if plain_twin(context, info) is not None}
    if not pairs:
        offer_training(context, recipes.denoising(context.name), "denoising autoencoder beside a plain one")
        return
    with bar:
        info = choose_model(pairs, label="Denoising model", width=MODEL_WIDTH)
    player = st.container()
    left, right = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with right:
        look: dict[str, Any] = {"label_visibility": "collapsed", "wrap": True}
        noise = choose_button("kind_of_noise", "Noise", NOISES, **look)
        mode = choose_button("compared_k", "K", (EQUAL_K, BEST_K), **look)
    restorers = _best(context, info, NOISES[noise]) if mode == BEST_K else _equal(context, info)
    shown = _measured(context, restorers, noise)
    with player:
        level = LEVELS[_player(shown, context, info)]
    with left:
        figure = restoration_figure(shown.errors, shown.hues, level, f"noise: {UNITS[noise]}", CHART_PX)
        show_figure(figure, "denoising", f"Error of restored images against the level of {noise.lower()} noise")
    with right:
        st.markdown(f"**{finding(shown.errors, level)}** {_protocol(context, info, mode, restorers)}")
        explain(formula=[(OBJECTIVE, OBJECTIVE_WORDS)], code=[restore, restoration_errors, choose_best])


def _equal(context: ObjectivesContext, info: CheckpointInfo) -> tuple[Restorer, ...]:
    """The denoising autoencoder, its plain twin and PCA, all with its K."""
    twin = plain_twin(context, info)
    latent_dim = spec_of(info).latent_dim
    pca = _pca_of_training_part(context.name, info.run.validation_fraction)
    n_components = min(latent_dim, len(pca.mean))
    autoencoders = [_restorer(PLAIN_TITLE, twin)] if twin else []
    linear = Restorer(PCA_TITLE, "", n_components, pca.truncated(n_components))
    return (linear, *autoencoders, _restorer(DENOISING_TITLE, info))


def _best(context: ObjectivesContext, info: CheckpointInfo, kind: str) -> tuple[Restorer, ...]:
    """Of each method the member with the least validation error under noise of the level that the model has seen."""
    spec, fraction = spec_of(info), info.run.validation_fraction
    noisy = context.where(
        lambda other: (other.corruption, other.corruption_level) == (spec.corruption, spec.corruption_level)
    )
    groups = {
        PLAIN_TITLE: _restorers(PLAIN_TITLE, context.where(asks_for_nothing), info),
        DENOISING_TITLE: _restorers(DENOISING_TITLE, noisy, info),
    }
    key = (context.name, kind, *(name for group in groups.values() for name in group))
    return kept(
        ("restorers", fraction, spec.corruption_level, *key),
        lambda: chosen(context.name, kind, fraction, spec.corruption_level, groups),
        doing="Choosing K on the validation part …",
    )


def _restorers(title: str, found: Mapping[str, CheckpointInfo], info: CheckpointInfo) -> dict[str, Restorer]:
    """Those that left the same part of train out as the denoising model."""
    alike = (one for one in found.values() if one.run.validation_fraction == info.run.validation_fraction)
    return {one.fingerprint: _restorer(title, one) for one in alike}


def _restorer(title: str, info: CheckpointInfo) -> Restorer:
    return Restorer(title, info.name, spec_of(info).latent_dim, model_of(info))


def chosen(
    dataset: str, kind: str, fraction: float, level: float, groups: Mapping[str, Mapping[str, Restorer]]
) -> tuple[Restorer, ...]:
    """PCA and of each group the member with the least validation error."""
    x, pca = _validation_part(dataset, fraction), _pca_of_training_part(dataset, fraction)
    n_components = best_components(pca, x, kind, level, VALIDATION_SEED)
    best = [
        group[choose_best({name: one.model for name, one in group.items()}, x, kind, level, VALIDATION_SEED)]
        for group in groups.values()
    ]
    return (Restorer(PCA_TITLE, "", n_components, pca.truncated(n_components)), *best)


def _validation_part(name: str, fraction: float) -> Array:
    """Pictures that no autoencoder of this split was trained on, at most 1,000; of train itself where it has none."""
    train = cached_dataset(name, "train")
    training, validation = split_rows(len(train), fraction)
    rows = validation if len(validation) else training
    return train.pixels(rows[:N_VALIDATION])


@st.cache_resource(max_entries=4, show_spinner="Fitting PCA to the training part …")
def _pca_of_training_part(name: str, fraction: float) -> PCA:
    """PCA of the pictures that the autoencoders were trained on."""
    train = cached_dataset(name, "train")
    rows = split_rows(len(train), fraction)[0]
    return fit_pca(train.samples[rows].reshape(len(rows), -1), train.sample_shape, PCASpec(latent_dim=2))


def _measured(context: ObjectivesContext, restorers: tuple[Restorer, ...], noise: str) -> Denoising:
    """Some test images as each method restores them at each level of noise, and the errors over many."""
    models = {one.label: one.model for one in restorers}
    test, kind = context.test, NOISES[noise]

    def measured() -> Denoising:
        few = test.pixels(one_of_each_class(test, N_SHOWN))
        many = test.pixels(measured_rows(len(test)))
        pictures = restore(models, few, kind, LEVELS, SEED)
        return Denoising(noise, restorers, pictures, restoration_errors(models, many, kind, LEVELS, SEED))

    key = ("restored", test.fingerprint, noise, *(f"{one.label} {one.name}" for one in restorers))
    return kept(key, measured, doing="Restoring pictures …")


def _player(shown: Denoising, context: ObjectivesContext, info: CheckpointInfo) -> int:
    """The pictures on a slider of the level; returns the place of the level on which it was left."""
    titles = {one.label: one.title for one in shown.restorers}
    labels = [reading(shown.errors, place, shown.noise, titles) for place in range(len(LEVELS))]
    alt = f"Test images clean, with {shown.noise.lower()} noise, and restored by {', '.join(shown.hues)}"
    tracks = picture_tracks(shown.pictures, context.shape)
    level = read("noise_level", OneOf(LEVELS))
    place = kept_frame(
        "denoising",
        LEVELS.index(START_LEVEL if level is None else level),
        partial(frame_player, tracks, labels, control="Level of the noise", alt=alt),
        f"{info.fingerprint} {shown.noise}",
    )
    if LEVELS[place] != START_LEVEL or "noise_level" in st.query_params:
        write("noise_level", [LEVELS[place]])
    return place


def picture_tracks(pictures: Restoration, shape: tuple[int, int]) -> list[Track]:
    """Clean, corrupted and restored images, a track each with a frame for every level."""
    columns = {"clean": pictures.clean[None], "corrupted": pictures.corrupted, **pictures.restored}
    return [Track(title, _sheets(images, shape), grey_palette()) for title, images in columns.items()]


def _sheets(pictures: Array, shape: tuple[int, int]) -> Bytes:
    """Pictures (L, N, D) as one mosaic for each level, in bytes, with grey lines between the pictures."""
    n_levels, (height, width) = len(pictures), shape
    levels = np.rint(np.clip(pictures, 0, 1) * (N_GREYS - 1)).astype(np.uint8).reshape(n_levels, -1, height, width)
    framed = np.pad(levels, ((0, 0), (0, 0), (0, 1), (0, 1)), constant_values=BETWEEN)
    tiles = framed.reshape(n_levels, -1, N_COLUMNS, height + 1, width + 1).transpose(0, 1, 3, 2, 4)
    return tiles.reshape(n_levels, -1, N_COLUMNS * (width + 1))[:, :-1, :-1]


def reading(errors: RestorationErrors, place: int, noise: str, titles: Mapping[str, str]) -> str:
    """The errors at one level, in words; titles: of each label without its K, which stands above the pictures."""
    letter = "σ" if noise == "Gaussian" else "p"
    parts = [f"corrupted {errors.null[place]:.4f}"]
    parts += [f"{titles[label]} {values[place]:.4f}" for label, values in errors.restored.items()]
    return f"{letter} = {errors.levels[place]:g} · MSE to the clean image: {' · '.join(parts)}"


def finding(errors: RestorationErrors, level: float) -> str:
    """What the errors at one level say, in one sentence: which picture is nearest to the clean one."""
    place = errors.levels.index(level)
    at_level = {title: float(values[place]) for title, values in errors.restored.items()}
    ranking: list[str] = sorted(at_level, key=at_level.__getitem__)
    if errors.null[place] <= at_level[ranking[0]]:
        return (
            f"At level {level:g} every restoration is further from the clean image than the corrupted one, whose "
            f"MSE is {errors.null[place]:.4f}."
        )
    first, second = ranking[:2]
    less = 1 - at_level[first] / at_level[second]
    return (
        f"At level {level:g}, {first} restores best: its MSE of {at_level[first]:.4f} is {percent(less)} below that of "
        f"{second}."
    )


def _protocol(context: ObjectivesContext, info: CheckpointInfo, mode: str, restorers: tuple[Restorer, ...]) -> str:
    """How the methods were trained, chosen and measured."""
    spec, n = spec_of(info), len(measured_rows(len(context.test)))
    kind = {field: title for title, field in NOISES.items()}[spec.corruption]
    trained = (
        f"The denoising AE was trained on {kind if kind == 'Gaussian' else kind.lower()} noise of level "
        f"{spec.corruption_level:g}, with the clean image as its target."
    )
    chosen = _choice_in_words(restorers, spec.corruption_level) if mode == BEST_K else _twin_in_words(context, info)
    return (
        f"{trained} {chosen} Restored and corrupted images are clipped to [0, 1]. Errors are "
        f"means over {n:,} test images under one fixed corruption (seed {SEED})."
    )


def _choice_in_words(restorers: tuple[Restorer, ...], level: float) -> str:
    names = ", ".join(as_code(one.name) for one in restorers if one.name)
    return (
        "Each method has the K with the least error on validation images with this kind of noise at level "
        f"{level:g}: PCA out of 1, 2, 3, 4, 6, 8, 12, … components, the autoencoders out of those in the "
        f"library ({names})."
    )


def _twin_in_words(context: ObjectivesContext, info: CheckpointInfo) -> str:
    twin = plain_twin(context, info)
    if twin is None:
        return ""
    alike = "differs from it in nothing else" if runs_alike(info, twin) else "has the same network"
    return f"The plain AE, {as_code(twin.name)}, {alike}. An equal K can favour one method: see *{BEST_K}*."
