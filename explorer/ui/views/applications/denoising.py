"""Denoising on the page of applications: noise of three kinds, and what PCA and the model make of it."""

from collections.abc import Iterator

import numpy as np
import streamlit as st

from explorer.analysis.denoising import RestorationErrors, mean_squared_error, restoration_errors, restore
from explorer.analysis.measure import Progress
from explorer.data.corruptions import corrupted_pixels
from explorer.figures.applications import Row, noise_figure, rows_figure
from explorer.figures.theme import model_hue
from explorer.models.fields import Choice, Range
from explorer.models.latent_model import Array, LatentModel
from explorer.ui.explain import explain
from explorer.ui.figure import show_figure
from explorer.ui.query_params import bound
from explorer.ui.results import computed_anew, known
from explorer.ui.views.applications.context import HEIGHT_PX, PICTURE_AND_CONTROLS, Key, Subject, pca_beside, some_rows

SEED = 0
KINDS = {"gaussian": "standard deviation", "masking": "share of pixels", "salt_and_pepper": "share of pixels"}
DEFAULT_LEVEL = 0.4
LEVELS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
N_SHOWN, N_MEASURED = 8, 500
CURVES_PX = 300
RESTORED = r"\hat x = g(f(\tilde x)), \qquad \mathrm{MSE} = \frac{1}{ND}\sum_n \lVert x_n - \hat x_n \rVert^2"


def denoise(subject: Subject) -> None:
    """Test pictures under noise, and what PCA and the model restore of them."""
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="large")
    with controls:
        kinds = Choice(tuple(KINDS))
        kind = st.selectbox(
            "Noise", kinds.options, format_func=lambda name: name.replace("_", " "), **bound("noise", kinds)
        )
        level = st.slider(
            f"Level: {KINDS[kind]}", 0.0, 0.8, DEFAULT_LEVEL, 0.05, **bound("level", Range(float, 0, 0.8))
        )
    models: dict[str, LatentModel] = {subject.title: subject.model}
    if subject.family != "pca":
        models = {f"PCA, K = {subject.model.latent_dim}": pca_beside(subject)} | models
    with picture:
        _show_strips(subject, models, kind, level)
    with controls:
        errors = _measured(subject, models, kind)
    if errors is not None:
        with picture:
            hues = {title: model_hue(model.spec.family) for title, model in models.items()}
            figure = noise_figure(errors, KINDS[kind], hues, CURVES_PX)
            show_figure(figure, "noise", "Error to the clean picture against the level of noise")
    with picture:
        explain(
            formula=[(RESTORED, "f encodes the noisy picture x̃, g decodes: what the model cannot express falls away.")],
            code=[corrupted_pixels, restore, restoration_errors],
        )


def _show_strips(subject: Subject, models: dict[str, LatentModel], kind: str, level: float) -> None:
    x = subject.test.pixels(some_rows(len(subject.test), N_SHOWN))
    shown = restore(models, x, kind, [level], SEED)
    series = {"with noise": np.clip(shown.corrupted[0], 0, 1)}
    series |= {title: images[0] for title, images in shown.restored.items()}
    rows = [Row("clean", subject.tile(x))]
    rows += [
        Row(f"{title}: MSE {mean_squared_error(x, images):.4f} to the clean ones", subject.tile(images))
        for title, images in series.items()
    ]
    alt = f"Test pictures, the same with {kind} noise of level {level:g}, and what {' and '.join(models)} restore"
    show_figure(rows_figure(rows, HEIGHT_PX - 60, N_SHOWN), "denoised", alt)


def _measured(subject: Subject, models: dict[str, LatentModel], kind: str) -> RestorationErrors | None:
    was_trained = getattr(subject.model.spec, "corruption", "none") not in ("none", None)
    st.markdown(
        f"{subject.name} was {'trained to undo noise' if was_trained else 'never shown noise'}. It projects what it "
        "gets onto what it can draw; PCA, projecting onto a plane, denoises as well."
    )
    key: Key = ("noise", kind, *subject.key)
    n = min(N_MEASURED, len(subject.test))
    label = f"Measure on {n} pictures (5 s)"
    if known(key) is None and not st.button(label, icon=":material/straighten:", type="primary", width="stretch"):
        return None
    x = subject.test.pixels(some_rows(len(subject.test), n))
    errors: RestorationErrors = computed_anew(key, "Restoring", lambda: _steps(models, x, kind))
    return errors


def _steps(models: dict[str, LatentModel], x: Array, kind: str) -> Iterator[Progress[RestorationErrors | None]]:
    yield Progress(0.0, "every level", None)
    yield Progress(1.0, "done", restoration_errors(models, x, kind, LEVELS, SEED))
