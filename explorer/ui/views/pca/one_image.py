"""One image taken apart: the PCA page's player of its reconstruction, and the sum term by term."""

from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.pca import Decomposition, decompose
from explorer.data import Dataset
from explorer.export.player_pages import sum_page
from explorer.figures.pca import GREY_LEVELS, terms_figure
from explorer.scenes.reconstruction_tracks import error_labels, frame_ks, reconstruction_tracks
from explorer.ui.caches import cached_dataset
from explorer.ui.components.frame_player.component import frame_player
from explorer.ui.explain import explain
from explorer.ui.figure import PICTURE_AND_CONTROLS, show_figure
from explorer.ui.kept_frame import kept_frame
from explorer.ui.linked_widgets import choose_button
from explorer.ui.sample_picker import choose_sample
from explorer.ui.take_away.menu import take_away
from explorer.ui.take_away.scene_offers import scene_offer
from explorer.ui.views.pca.context import PCAContext, keep_k, wanted_frame

STRIP_HEIGHT_PX = 255
N_TERMS = 8
SUMS, ALONE = "Running sum", "One term each"
ROWS = {SUMS: "their running sum", ALONE: "the mean with each of them alone"}
SUM = r"x = \bar x + \sum_{j=1}^{D} z_j\, w_j, \qquad z_j = w_j^\top (x - \bar x)"
FIRST_TERMS = r"\hat x_k = \bar x + \sum_{j=1}^{k} z_j\, w_j, \qquad \lVert x - \hat x_k \rVert^2 = \sum_{j>k} z_j^2"


def one_image(context: PCAContext) -> None:
    """An image, its reconstruction with k components on a live slider, what is left, and the first terms."""
    if context.test is None:
        st.info(f"This view needs the images themselves. {context.missing}", icon=":material/download:")
        return
    picture, controls = st.columns(PICTURE_AND_CONTROLS, gap="medium")
    with controls:
        images = _choose_split(context)
        sample = choose_sample(images, "image")
    parts = decompose(context.model, images.pixels(np.array([sample]))[0])
    with controls:
        below = choose_button("below", "Below", ROWS)
    with picture:
        _show_sum(context, images, sample, parts, below)
    with controls:
        st.markdown(
            f"The image is the mean plus {len(parts.mean)} terms, each a coefficient times an eigenvector. Drag the "
            f"slider to add them one by one. Below, the first {N_TERMS} terms and {ROWS[below]}: coefficients are "
            f"in grey levels, 0 to {GREY_LEVELS}, and the terms share one scale of colours, so that pale ones add "
            "little. The squared error is summed over pixels in [0, 1]."
        )


def _choose_split(context: PCAContext) -> Dataset:
    """The images of the split that is chosen: of test, which PCA has not seen, or of train, to which it was fitted."""
    split = choose_button("split", "Split", ("test", "train"), label_visibility="collapsed")
    return cached_dataset(context.name, "test" if split == "test" else "train")


def _show_sum(context: PCAContext, images: Dataset, sample: int, parts: Decomposition, below: str) -> None:
    """The player of the reconstruction, the first terms below it, formula and code."""
    ks = frame_ks(len(parts.mean))
    image_id = f"{context.name}-{images.split}-{sample}"
    k = int(ks[_player(parts, ks, image_id, context.class_names[images.labels[sample]])])
    keep_k(k)
    show_figure(
        terms_figure(parts, min(N_TERMS, len(parts.mean)), STRIP_HEIGHT_PX, one_by_one=below == ALONE),
        "pca-terms",
        f"The image as a sum: the mean, then the first {N_TERMS} terms, and below them {ROWS[below]}",
    )
    explain(
        formula=[
            (SUM, "x̄ is the mean image, w_j the j-th eigenvector, z_j its coefficient."),
            (FIRST_TERMS, "The first k terms, and the squared error that is left to the others."),
        ],
        code=[decompose, Decomposition.partial_sums, terms_figure],
    )
    take_away([scene_offer(f"{context.name}-eigenvectors", partial(sum_page, context.model, images, sample, k))])


def _player(parts: Decomposition, ks: NDArray[np.int64], image_id: str, class_name: str) -> int:
    alt = f"An image of class {class_name}, its reconstruction with k components and the difference"
    tracks, labels = reconstruction_tracks(parts, ks, class_name), error_labels(parts, ks)
    player = partial(frame_player, tracks, labels, control="Number of components k", alt=alt)
    return kept_frame("frame_player", wanted_frame(ks), player, image_id)
