"""Denoising on the page of applications: noise of three kinds, and what PCA and autoencoders make of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.analysis.denoising import (
    AS_IT_IS,
    Ranking,
    Restoration,
    RestorationErrors,
    best_components,
    errors_by_picture,
    mean_squared_error,
    rank,
    restoration_errors,
    restore,
)
from explorer.analysis.references import find_reference
from explorer.data.corruptions import corrupted_pixels
from explorer.data.subsets import some_rows
from explorer.figures.applications import Row, noise_figure, rows_figure
from explorer.figures.theme import model_hue
from explorer.models.fields import Range
from explorer.models.latent_model import Array, LatentModel
from explorer.models.pca import PCA
from explorer.models.spec import AESpec, ModelSpec, VAESpec
from explorer.store import shipped_names
from explorer.ui.caches import fitted_pca, model_of
from explorer.ui.drawing import follows_drawing
from explorer.ui.explain import explain
from explorer.ui.figure import PICTURE_AND_CONTROLS, STAGE_PX, show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.linked_widgets import choose_in_list
from explorer.ui.models.at_hand import visible_models
from explorer.ui.query_params import bound
from explorer.ui.results import kept
from explorer.ui.views.applications.context import ApplicationContext, pca_beside
from explorer.ui.views.applications.picture import Picture, draw_picture, takes_drawings

SEED, SEED_OF_CHOICE = 0, 1
KINDS = {"gaussian": "standard deviation", "masking": "fraction of pixels", "salt_and_pepper": "fraction of pixels"}
DEFAULT_LEVEL, HIGHEST_LEVEL = 0.5, 0.8
LEVELS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
N_SHOWN, N_MEASURED = 14, 500
CURVES_PX = 330
BEST_PCA = "PCA, best K"
PLAIN_HUE = "#7f7f7f"
RESTORED = r"\hat x = g(f(\tilde x)), \qquad \mathrm{MSE} = \frac{1}{ND}\sum_n \lVert x_n - \hat x_n \rVert^2"
RESTORED_WORDS = (
    "f encodes the noisy image x̃ and g decodes: what the model cannot express falls away. Outputs are clipped to "
    "[0, 1] before they are scored."
)


@dataclass(frozen=True, eq=False)
class Denoising:
    """Ways of restoring at one level of noise: pictures on show, their ranking, and errors against the level.

    n_components: of PCA at its best for this level; trained_on: the noise the model was trained to undo, or None.
    """

    own: str
    kind: str
    level: float
    shown: Restoration
    ranking: Ranking
    errors: RestorationErrors
    n_components: int
    trained_on: str | None
    n_measured: int


def removes_noise(spec: ModelSpec) -> bool:
    """Whether a model was trained to undo noise."""
    return noise_of(spec) is not None


def denoise(context: ApplicationContext) -> None:
    """Test images under noise, and what PCA, a plain autoencoder and the model restore of them."""
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        kind, level = _choose_noise(context)
        drawing = draw_picture(context) if takes_drawings(context) and follows_drawing() else None
    models = _models(context)
    key = ("denoising", *context.key, *models, kind, f"{level:g}")
    with picture:
        found = kept(key, lambda: compute(context, models, kind, level), doing="Restoring pictures …")
        _show_pictures(context, models, found, drawing)
        curves = noise_figure(found.errors, KINDS[kind], hues(models), level, CURVES_PX)
        show_figure(curves, "noise", curves_alt(found))
    with controls:
        st.markdown(verdict(found))
        explain(formula=[(RESTORED, RESTORED_WORDS)], code=[corrupted_pixels, restore, best_components, rank])


def _show_pictures(
    context: ApplicationContext, models: Mapping[str, LatentModel], found: Denoising, drawing: Picture | None
) -> None:
    """Test images, or a drawing again and again under noise of its own each time."""
    if drawing is None:
        shown, mse = found.shown, dict(zip(found.ranking.titles, found.ranking.mse, strict=True))
    else:
        shown = restored_drawing(context, models, found, drawing)
        mse = shown_errors(shown)
    what = "Test images" if drawing is None else "The drawing, repeated"
    noise = f"{in_words(found.kind)} noise of level {found.level:g}"
    alt = f"{what}, the same with {noise}, and what {', '.join(models)} restore"
    rows = strips(shown, mse, context.shape)
    show_figure(rows_figure(rows, STAGE_PX - 20, N_SHOWN), "denoised", alt)


def _choose_noise(context: ApplicationContext) -> tuple[str, float]:
    """The widgets of the noise; they begin with what the model was trained to undo."""
    own, level = noise_of(context.run.model) or ("gaussian", DEFAULT_LEVEL)
    kinds = {kind.replace("_", " "): kind for kind in KINDS}
    kind = kinds[choose_in_list("noise", "Noise", kinds, own.replace("_", " "))]
    limits = bound("level", Range(float, 0, HIGHEST_LEVEL))
    start = min(level, HIGHEST_LEVEL)
    return kind, float(st.slider(f"Level: {KINDS[kind]}", 0.0, HIGHEST_LEVEL, start, 0.05, **limits))


def noise_of(spec: ModelSpec) -> tuple[str, float] | None:
    """The kind and the level of the noise that a model was trained to undo."""
    if not isinstance(spec, AESpec | VAESpec) or spec.corruption == "none":
        return None
    return spec.corruption, spec.corruption_level


def _models(context: ApplicationContext) -> dict[str, LatentModel]:
    """What restores, by title: PCA of equal K, the same network trained without noise, the model."""
    models: dict[str, LatentModel] = {context.title: context.model}
    if removes_noise(context.run.model):
        runs = [(info.name, info.run) for info in visible_models()]
        twin = find_reference(runs, context.run, {"corruption", "corruption_level"}, shipped_names())
        if twin is not None:
            info = next(info for info in visible_models() if info.name == twin.name)
            plain = model_of(info)
            models = {f"{twin.name}, trained without noise": plain} | models
    if context.family == "pca":
        return models
    return {f"PCA, K = {context.model.latent_dim}": pca_beside(context)} | models


def compute(context: ApplicationContext, models: Mapping[str, LatentModel], kind: str, level: float) -> Denoising:
    """Restore test images in every way; PCA's best number of components is chosen on training images."""
    pca = fitted_pca(context.test.name)
    chosen_on = context.train.pixels(some_rows(len(context.train), N_MEASURED))
    measured = context.test.pixels(some_rows(len(context.test), N_MEASURED))

    def best_pca(at: float) -> PCA:
        return pca.truncated(best_components(pca, chosen_on, kind, at, SEED_OF_CHOICE))

    best = best_pca(level)
    every = {**models, f"{BEST_PCA} = {best.latent_dim}": best}
    errors = restoration_errors(models, measured, kind, LEVELS, SEED)
    of_best = [restoration_errors({"": best_pca(at)}, measured, kind, [at], SEED).restored[""][0] for at in LEVELS]
    noise = noise_of(context.run.model)
    return Denoising(
        own=context.title,
        kind=kind,
        level=level,
        shown=restore(every, measured[:N_SHOWN], kind, [level], SEED),
        ranking=rank(errors_by_picture(rivals(every, best.latent_dim), measured, kind, level, SEED)),
        errors=RestorationErrors(LEVELS, errors.null, {**errors.restored, BEST_PCA: np.array(of_best)}),
        n_components=best.latent_dim,
        trained_on=noise[0] if noise else None,
        n_measured=len(measured),
    )


def rivals(ways: Mapping[str, LatentModel], n_components: int) -> dict[str, LatentModel]:
    """The ways that are ranked: PCA whose own K is the best one is not set against itself."""
    return {title: model for title, model in ways.items() if title != f"PCA, K = {n_components}"}


def restored_drawing(
    context: ApplicationContext, models: Mapping[str, LatentModel], found: Denoising, drawing: Picture
) -> Restoration:
    """What every way restores of a drawing, each time under another draw of the noise."""
    best = fitted_pca(context.test.name).truncated(found.n_components)
    x = np.repeat(drawing.pixels, N_SHOWN, axis=0)
    return restore({**models, f"{BEST_PCA} = {best.latent_dim}": best}, x, found.kind, [found.level], SEED)


def shown_errors(shown: Restoration) -> dict[str, float]:
    """The MSE of each way over the pictures on show, smallest first."""
    answers = {AS_IT_IS: np.clip(shown.corrupted, 0, 1), **shown.restored}  # (1, N, D) each
    errors = {title: mean_squared_error(shown.clean, answer[0]) for title, answer in answers.items()}
    return dict(sorted(errors.items(), key=lambda item: item[1]))


def strips(shown: Restoration, mse: Mapping[str, float], shape: tuple[int, ...]) -> list[Row]:
    """Clean images, the same with noise, and each restoration in the order of the errors."""

    def tiles(x: Array) -> Array:
        return np.clip(x, 0, 1).reshape(-1, *shape)

    rows = [Row("clean", tiles(shown.clean))]
    rows += [Row(f"with noise: MSE {mse[AS_IT_IS]:.4f}", tiles(shown.corrupted[0]))]
    ranked = [title for title in mse if title != AS_IT_IS]
    return rows + [Row(f"{title}: MSE {mse[title]:.4f}", tiles(shown.restored[title][0])) for title in ranked]


def verdict(found: Denoising) -> str:
    """Which way comes closest to the clean images, and why, in sentences made from the numbers."""
    first, second = (as_text(title) for title in found.ranking.titles[:2])
    errors = f"MSE {found.ranking.mse[0]:.4f} against {found.ranking.mse[1]:.4f} over {found.n_measured} test images"
    says = f"**{first}** comes closest to the clean images, before {second}: {errors}."
    if not found.ranking.is_clear:
        says = f"**{first}** and **{second}** come equally close to the clean images, within chance: {errors}."
    chosen = f"PCA's best K at this level is {found.n_components}, chosen on training images."
    return f"{says} {_reason(found, first)} {chosen}"


def _reason(found: Denoising, first: str) -> str:
    own = as_text(found.own)
    if first == AS_IT_IS:
        return "Every model's own error is larger than that of this noise."
    if found.trained_on is None:
        return (
            f"{own} was never trained on noise: it projects its input onto the pictures that it can decode, as PCA "
            "does."
        )
    trained = f"{own} was trained to undo {in_words(found.trained_on)} noise"
    if found.trained_on != found.kind:
        return f"{trained}, not this kind of noise."
    return f"{trained}." if first == own else f"{trained}, but another method is better here."


def in_words(kind: str) -> str:
    """A kind of noise as a sentence has it."""
    return kind.replace("_", " ").replace("gaussian", "Gaussian")


def curves_alt(found: Denoising) -> str:
    """The curves in words, for who cannot see them."""
    ways = ", ".join(found.errors.restored)
    return f"Error to the clean images against the level of {in_words(found.kind)} noise: {ways}"


def hues(models: Mapping[str, LatentModel]) -> dict[str, str]:
    """The last model has its family's hue, PCA its own; the plain autoencoder is grey."""
    *others, own = models
    found = {title: model_hue("pca") if title.startswith("PCA") else PLAIN_HUE for title in others}
    return found | {own: model_hue(models[own].spec.family), BEST_PCA: model_hue("pca")}
