"""The generate page's view of blur: what one code stands for, and how sharp each kind of picture is."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.analysis.blur import (
    OneCode,
    SharpModel,
    Sharpness,
    kept_by_average,
    sharpness_of,
    sharpness_over_k,
    what_a_code_stands_for,
)
from explorer.analysis.sharpness import kept_edges_interval
from explorer.data import Dataset, list_sources
from explorer.errors import AnalysisError
from explorer.figures.blur import one_code_figure, sharpness_figure, sharpness_over_k_figure
from explorer.models.latent_model import Array, LatentModel
from explorer.models.names import full_name
from explorer.store import Checkpoint, CheckpointInfo
from explorer.ui.caches import cached_dataset, checkpoint_of, fitted_pca, model_of
from explorer.ui.explain import explain
from explorer.ui.figure import ROW_PX, STAGE_PX, low_row, show_figure
from explorer.ui.linked_widgets import choose_button, choose_number
from explorer.ui.models.at_hand import is_plain_one_of
from explorer.ui.models.picker import choose_model
from explorer.ui.results import kept
from explorer.ui.views.generate.pixel_variance import against_variance
from explorer.ui.views.generate.trained_blur import over_variance, two_losses

OF_MODELS, BY_VARIANCE, TRAINED, LOSSES = "Models", "Against σ²", "Trained over σ²", "Two losses"
FAMILIES = ("ae", "vae")
# Rows of train among which neighbours are sought, and of test that are measured.
N_NEAR, N_MEASURED = 20_000, 1_000
PCA_SIZES = (1, 2, 4, 8, 16, 32)
STRIP_HEIGHT = 130
HEIGHT = STAGE_PX - STRIP_HEIGHT - 2 * ROW_PX
LOSS = r"\arg\min_{\hat x}\, \mathbb{E}\bigl[\lVert x - \hat x \rVert^2 \mid z\bigr] = \mathbb{E}[x \mid z]"
LOSS += r" = \arg\max_{\hat x}\, \mathbb{E}\bigl[\log \mathrm{Bernoulli}(x; \hat x) \mid z\bigr]"
LOSS_WORDS = "Both the squared error and the cross-entropy are smallest at the mean of all x that share a code z."


def show_blur(models: dict[str, CheckpointInfo], seed: int) -> None:
    """The library's models; VAEs over the variance of the pixels, the best linear one and trained ones; two losses."""
    bar = low_row()
    with bar:
        parts = (OF_MODELS, BY_VARIANCE, TRAINED, LOSSES)
        part = choose_button("part", "Blur", parts, label_visibility="collapsed")
    if part == BY_VARIANCE:
        against_variance(bar, seed)
    elif part == TRAINED:
        over_variance()
    elif part == LOSSES:
        two_losses()
    else:
        _of_models(models, bar, seed)


def _of_models(models: dict[str, CheckpointInfo], bar: DeltaGenerator, seed: int) -> None:
    """What one code stands for above; how sharp a model's pictures are and how that depends on K below."""
    plain = _plain_models(models)
    if not plain:
        raise AnalysisError("The library has no plain AE or VAE of images at hand; train one on the Train page.")
    with bar:
        info = choose_model(plain)
        checkpoint, test = checkpoint_of(info), cached_dataset(info.run.dataset, "test")
        row = choose_number("sample", "Test sample", 0, len(test) - 1, 0, width=170)
    with st.spinner("Measuring edges …"):
        of = _one_code(checkpoint, test, row, seed)
        kinds, over_k = _measured(checkpoint, test, plain)
    shape = test.sample_shape
    figure = one_code_figure(of, shape, STRIP_HEIGHT)
    show_figure(figure, "one-code", "Training images with nearly one code, their mean, the decoder's answer and draws")
    left, right = st.columns([0.48, 0.52], gap="medium")
    with left:
        figure = sharpness_figure(kinds, info.run.model.family, HEIGHT)
        show_figure(figure, "sharpness", "Edge energy of a model's kinds of pictures, that of test images being 1")
    with right:
        figure = sharpness_over_k_figure(over_k, HEIGHT)
        show_figure(figure, "sharpness-over-k", "Edge energy of reconstructions over K, that of test images being 1")
    st.markdown(words(kinds, kept_by_average(of, shape), min(N_MEASURED, len(test))))
    explain(formula=[(LOSS, LOSS_WORDS)], code=[what_a_code_stands_for, kept_edges_interval])


def _plain_models(models: dict[str, CheckpointInfo]) -> dict[str, CheckpointInfo]:
    """AEs and VAEs of grey images at hand that are asked for nothing but their family's own aim; a VAE first."""
    at_hand = {source.name for source in list_sources() if source.available and source.kind == "images"}
    found = [info for info in models.values() if info.run.dataset in at_hand and is_plain_one_of(info, FAMILIES)]
    order = sorted(found, key=lambda info: (info.run.dataset == "digits", info.run.model.family != "vae"))
    return {info.name: info for info in order}


def _one_code(checkpoint: Checkpoint, test: Dataset, row: int, seed: int) -> OneCode:
    model, train = checkpoint.model, cached_dataset(checkpoint.run.dataset)
    key = ("codes near", checkpoint.info.fingerprint)
    images = train.pixels(slice(0, N_NEAR))
    codes = kept(key, lambda: model.encode(images))
    return what_a_code_stands_for(model, model.encode(test.pixels(np.array([row])))[0], images, codes, seed)


def _measured(
    checkpoint: Checkpoint, test: Dataset, plain: dict[str, CheckpointInfo]
) -> tuple[tuple[Sharpness, ...], tuple[SharpModel, ...]]:
    """The kinds of pictures of one model, and the library's models of its data set, each computed once."""
    x, shape, name = test.pixels(slice(0, N_MEASURED)), test.sample_shape, checkpoint.run.dataset
    beside = [info for info in plain.values() if info.run.dataset == name]
    key = ("sharpness", checkpoint.info.fingerprint)
    kinds = kept(key, lambda: sharpness_of(checkpoint.model, x, checkpoint.codes.train, shape, 0))
    of_all = ("sharpness over K", test.fingerprint, *(info.fingerprint for info in beside))
    return kinds, kept(of_all, lambda: sharpness_over_k(_all_models(name, beside, x), x, shape))


def _all_models(dataset: str, beside: list[CheckpointInfo], x: Array) -> dict[str, LatentModel]:
    """PCA of several K, and models of the library, by what they are."""
    pca = fitted_pca(dataset)
    models: dict[str, LatentModel] = {f"PCA, K = {k}": pca.truncated(k) for k in PCA_SIZES if k <= x.shape[1]}
    for info in beside:
        models[f"{full_name(info.run.model)} · {info.name}"] = model_of(info)
    return models


def words(kinds: tuple[Sharpness, ...], of_average: float, n_measured: int) -> str:
    """Why x̂ is blurred, with the numbers of the picture."""
    by_title = {one.title: one.kept for one in kinds}
    reconstructed, drawn, null = (by_title[title] for title in ("reconstructions", "draws, decoded", "the mean image"))
    pixels = by_title.get("draws of x ~ p(x|z)")
    noisy = "" if pixels is None else (
        f" Draws of x ~ p(x|z) have {pixels.value:.2f}, but as noise: given z, each pixel is drawn independently."
    )  # fmt: skip
    return (
        "The images x1 to x8 have nearly the same code and differ in what it leaves out. Their mean keeps "
        f"{100 * of_average:.0f} % of their edge energy. The decoder's loss is smallest at the mean, so its x̂ tends "
        f"to look like it. Over {n_measured:,} test images (whose edge energy is 1) reconstructions have "
        f"{reconstructed.text(2)}, decoded draws "
        f"{drawn.value:.2f}, and the mean image, which needs no code, {null.value:.2f}.{noisy} Each mark over K is a "
        "model of the library; these differ in width and epochs as well."
    )
