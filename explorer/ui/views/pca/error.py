"""The PCA page's error against k: a curve with a handle, the picture at that k, and reference marks as a layer."""

from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.pca import decompose, reconstruction_errors
from explorer.scenes.error_curve import error_scene
from explorer.scenes.frame_tracks import Track
from explorer.scenes.reconstruction_tracks import frame_ks, reconstruction_tracks
from explorer.ui.components.error_curve.component import error_curve
from explorer.ui.explain import explain
from explorer.ui.figure import PICTURE_AND_CONTROLS
from explorer.ui.kept_frame import kept_frame
from explorer.ui.linked_widgets import choose_button
from explorer.ui.sample_picker import choose_sample
from explorer.ui.views.pca.context import PCAContext, errors_of, keep_k, models_beside, wanted_frame

ALONE, MODELS, CLASSES = "Nothing", "Models", "Classes"
KEY = "error_curve"
DISCARDED = r"\frac1N \sum_n \lVert x_n - \hat x_n(k) \rVert^2 = \frac1N \sum_n \sum_{j>k} z_{nj}^2"
DISCARDED_WORDS = "z_nj is the score of image n along component j: what is left out is the error."


def reconstruction_error(context: PCAContext) -> None:
    """PCA's error with a handle at k, what k components make of one test image, and what may stand beside it."""
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        beside = choose_button("beside", "Beside PCA", (ALONE, MODELS, CLASSES))
        sample = None if context.test is None else choose_sample(context.test, "image")
        models = models_beside(context) if beside == MODELS else []
        st.markdown(words(context, beside, len(models)))
    ks = frame_ks(len(context.model.mean))[1:]
    with picture:
        class_names = context.class_names if beside == CLASSES and context.test is not None else ()
        scene = error_scene(errors_of(context), ks, pictures_at(context, ks, sample), models, class_names)
        keep_k(int(ks[kept_frame(KEY, wanted_frame(ks), partial(error_curve, scene))]))
        explain(formula=[(DISCARDED, DISCARDED_WORDS)], code=[reconstruction_errors, error_scene])


def pictures_at(context: PCAContext, ks: NDArray[np.int64], sample: int | None) -> tuple[Track, ...]:
    """A test image, and what k components make of it; none without the images."""
    if context.test is None or sample is None:
        return ()
    parts = decompose(context.model, context.test.pixels(np.array([sample]))[0])
    name = context.class_names[context.test.labels[sample]]
    return reconstruction_tracks(parts, ks, name)[:2]


def words(context: PCAContext, beside: str, n_models: int) -> str:
    """How to use the handle, and what stands beside PCA."""
    handle = (
        "Drag the handle along the curve, or use the arrow keys: the picture shows what k components make of the test "
        "image. The **SSE** is the squared error summed over the pixels of an image, averaged over images."
    )
    if context.test is None:
        return f"{handle} Without the images only the error on the whole train split is known."
    if beside == CLASSES:
        return f"{handle} A line in a class's colour is the error on that class: some are harder than others."
    if beside == MODELS and n_models == 0:
        return f"{handle} The library has no other model of these data that was measured on the test images."
    if beside == MODELS:
        return (
            f"{handle} Each diamond is a model of the library at its own K, with its error on the test images; the "
            "line below names those at the handle. Below the curve a model has a smaller error than PCA with the same "
            "K; a CVAE is given the class as well."
        )
    return handle
