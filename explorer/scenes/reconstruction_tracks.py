"""PCA as a player's tracks: an image, the sum of its first k terms, what is left, and the eigenvector of term k."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.pca import Decomposition
from explorer.figures.images import diverging_palette, grey_palette, signed_levels
from explorer.figures.pca import GREY_LEVELS
from explorer.models.pca import PCA
from explorer.scenes.frame_tracks import Track

EVERY_K_UP_TO, THEN_EVERY = 160, 8


def frame_ks(n_pixels: int) -> NDArray[np.int64]:
    """The numbers of components that the slider stops at: every one of the first, then every eighth, and all."""
    later = np.arange(EVERY_K_UP_TO + THEN_EVERY, n_pixels, THEN_EVERY)
    return np.concatenate((np.arange(min(EVERY_K_UP_TO, n_pixels - 1) + 1), later, [n_pixels]))


def reconstruction_tracks(parts: Decomposition, ks: NDArray[np.int64], class_name: str) -> tuple[Track, Track, Track]:
    """The image x, the sums x̂ of its first k terms, and x − x̂: orange where the sum is too dark, blue too bright."""
    shape = parts.model.sample_shape
    sums = parts.partial_sums(ks).reshape(-1, *shape)
    image = parts.image.reshape(1, *shape)
    return (
        Track(f"Image x, a {class_name}", _grey_levels(image), grey_palette()),
        Track("Mean + k terms, x̂", _grey_levels(sums), grey_palette()),
        Track("x − x̂, from −1 to 1", signed_levels(image - sums, np.ones(1)), diverging_palette()),
    )


def _grey_levels(images: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.rint(np.clip(images, 0, 1) * GREY_LEVELS).astype(np.uint8)


def error_labels(parts: Decomposition, ks: NDArray[np.int64]) -> Sequence[str]:
    """What is read below the player, frame by frame."""
    return [f"k = {k}: squared error {parts.sse[k]:.2f} (the mean alone: {parts.sse[0]:.2f})" for k in ks]


def eigenvector_track(model: PCA, ks: NDArray[np.int64]) -> Track:
    """The eigenvector w_k as an image, orange above zero and blue below; blank at k = 0, which is the mean alone."""
    vectors = np.concatenate((np.zeros_like(model.components[:1]), model.components))[ks]
    images = vectors.reshape(-1, *model.sample_shape)
    return Track(
        "Eigenvector wₖ", signed_levels(images, np.abs(images).max(axis=(1, 2), keepdims=True)), diverging_palette()
    )
