"""Denoising on the page of objectives: the same corrupted pictures, restored by PCA, a plain and a denoising AE."""

from typing import Any

import numpy as np
import streamlit as st

from explorer.analysis.denoising import Restoration, RestorationErrors, restoration_errors, restore
from explorer.figures.images import N_GREYS, Bytes, grey_palette
from explorer.figures.objectives import OBJECTIVE_HUE, PCA_HUE, PLAIN_HUE, restoration_figure
from explorer.models.fields import Choice
from explorer.models.latent_model import Array, LatentModel
from explorer.store import CheckpointInfo
from explorer.training import recipes
from explorer.ui.components.frame_player import Track, frame_player
from explorer.ui.explain import explain
from explorer.ui.figure import show_figure
from explorer.ui.query_params import OneOf, bound, read, write
from explorer.ui.views.objectives.context import (
    PICTURE_AND_CONTROLS,
    Subject,
    choose_model,
    measured_rows,
    model_of,
    one_of_each_class,
    pca_beside,
    plain_twin,
    runs_alike,
    spec_of,
)
from explorer.ui.views.objectives.missing_model import offer_training

NOISES = {"Gaussian": "gaussian", "Masking": "masking", "Salt and pepper": "salt_and_pepper"}
UNITS = {"Gaussian": "standard deviation σ", "Masking": "share of pixels p", "Salt and pepper": "share of pixels p"}
LEVELS = tuple(place / 10 for place in range(10))
START_LEVEL = 0.5
SEED = 0
N_COLUMNS, N_SHOWN = 2, 4
BETWEEN = 96
CHART_PX = 260
BEGAN = "denoising_began"
OBJECTIVE = r"\mathcal{L} = \mathbb{E}_{\tilde x \sim c(\tilde x | x)} \lVert x - g(f(\tilde x)) \rVert^2"
OBJECTIVE_WORDS = (
    "c corrupts the input afresh at each step; the target x stays clean (Vincent et al. 2008). Copying the input no "
    "longer minimises the loss, so the network has to know what pictures look like."
)


def denoising(subject: Subject, bar: Any) -> None:
    """Clean, corrupted and restored pictures on a slider of the noise, and the errors of each model."""
    found = subject.where(lambda spec: spec.corruption != "none")
    pairs = {name: info for name, info in found.items() if plain_twin(subject, info) is not None}
    if not pairs:
        offer_training(subject, recipes.denoising(subject.name), "denoising autoencoder beside a plain one")
        return
    with bar:
        info = choose_model(pairs, "Denoising model")
        noises = Choice(tuple(NOISES))
        noise = st.segmented_control(
            "Noise", noises.options, default="Gaussian", required=True, label_visibility="collapsed",
            **bound("kind_of_noise", noises),
        )  # fmt: skip
    twin = plain_twin(subject, info)
    assert twin is not None
    models = _models(subject, info, twin)
    key = (info.fingerprint, twin.fingerprint, subject.test.fingerprint, NOISES[noise])
    errors = _errors(key, models, subject)
    place = _player(_pictures(key, models, subject), errors, subject, noise, info)
    left, right = st.columns(PICTURE_AND_CONTROLS, gap="large")
    with left:
        hues = dict(zip(models, (PCA_HUE, PLAIN_HUE, OBJECTIVE_HUE), strict=True))
        chart = restoration_figure(errors, hues, LEVELS[place], f"noise: {UNITS[noise]}", CHART_PX)
        show_figure(chart, "denoising", f"Error of restored pictures against the level of {noise.lower()} noise")
    with right:
        _say(subject, info, twin)


def _models(subject: Subject, info: CheckpointInfo, twin: CheckpointInfo) -> dict[str, LatentModel]:
    """What restores, by title."""
    model = model_of(info)
    return {
        "PCA": pca_beside(subject, model.latent_dim),
        "plain AE": model_of(twin),
        "denoising AE": model,
    }


@st.cache_resource(max_entries=12, show_spinner="Restoring pictures …")
def _errors(key: tuple[str, ...], _models: dict[str, LatentModel], _subject: Subject) -> RestorationErrors:
    x = _subject.test.pixels(measured_rows(len(_subject.test)))
    return restoration_errors(_models, x, key[-1], LEVELS, SEED)


@st.cache_resource(max_entries=12, show_spinner=False)
def _pictures(key: tuple[str, ...], _models: dict[str, LatentModel], _subject: Subject) -> Restoration:
    x = _subject.test.pixels(one_of_each_class(_subject.test, N_SHOWN))
    return restore(_models, x, key[-1], LEVELS, SEED)


def _player(shown: Restoration, errors: RestorationErrors, subject: Subject, noise: str, info: CheckpointInfo) -> int:
    """The pictures on a slider of the level; returns the place of the level on which it was left."""
    columns = {"clean": shown.clean[None], "corrupted": shown.corrupted, **shown.restored}
    tracks = [Track(title, _sheets(subject, pictures), grey_palette()) for title, pictures in columns.items()]
    labels = [_reading(errors, place, noise) for place in range(len(LEVELS))]
    start = _start((info.fingerprint, noise))
    alt = f"Test pictures clean, with {noise.lower()} noise, and restored by {', '.join(shown.restored)}"
    place = frame_player(tracks, labels, start, "denoising", control="Level of the noise", alt=alt)
    if LEVELS[place] != START_LEVEL or "noise_level" in st.query_params:
        write("noise_level", [LEVELS[place]])
    return place


def _sheets(subject: Subject, pictures: Array) -> Bytes:
    """Pictures (L, N, D) as one mosaic a level, in bytes, with grey lines between the pictures."""
    n_levels, (height, width) = len(pictures), subject.shape
    levels = np.rint(np.clip(pictures, 0, 1) * (N_GREYS - 1)).astype(np.uint8).reshape(n_levels, -1, height, width)
    framed = np.pad(levels, ((0, 0), (0, 0), (0, 1), (0, 1)), constant_values=BETWEEN)
    tiles = framed.reshape(n_levels, -1, N_COLUMNS, height + 1, width + 1).transpose(0, 1, 3, 2, 4)
    return tiles.reshape(n_levels, -1, N_COLUMNS * (width + 1))[:, :-1, :-1]


def _reading(errors: RestorationErrors, place: int, noise: str) -> str:
    letter = "σ" if noise == "Gaussian" else "p"
    parts = [f"corrupted {errors.null[place]:.4f}"]
    parts += [f"{title} {values[place]:.4f}" for title, values in errors.restored.items()]
    return f"{letter} = {errors.levels[place]:g} · MSE to the clean picture: {' · '.join(parts)}"


def _start(player_id: tuple[str, str]) -> int:
    """The frame on which the player begins, at the level in the link; it stays while the player does."""
    wanted = read("noise_level", OneOf(LEVELS))
    began: tuple[tuple[str, str], int] | None = st.session_state.get(BEGAN)
    if began is None or began[0] != player_id:
        began = (player_id, LEVELS.index(START_LEVEL if wanted is None else wanted))
        st.session_state[BEGAN] = began
    return began[1]


def _say(subject: Subject, info: CheckpointInfo, twin: CheckpointInfo) -> None:
    spec, n = spec_of(info), len(measured_rows(len(subject.test)))
    alike = "the same but for it" if runs_alike(info, twin) else "of the same network"
    kind = {field: title for title, field in NOISES.items()}[spec.corruption]
    st.markdown(
        f"**{info.name}** was trained on {kind.lower() if kind != 'Gaussian' else kind} noise of level "
        f"{spec.corruption_level:g} with the clean picture as target; **{twin.name}** is {alike}. All have "
        f"K = {spec.latent_dim}. Errors are means over {n:,} test pictures, one fixed corruption (seed {SEED}); "
        "the corrupted picture, confined to [0, 1], is what doing nothing costs."
    )
    explain(formula=[(OBJECTIVE, OBJECTIVE_WORDS)], code=[restore, restoration_errors])
