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
# Frames of large images beyond the first.
MOST_LATER = 200


def frame_ks(n_pixels: int) -> NDArray[np.int64]:
    """The numbers of components that the slider stops at: each of the first, then every eighth or fewer, and all."""
    every = max(THEN_EVERY, -(-n_pixels // MOST_LATER))
    later = np.arange(EVERY_K_UP_TO + every, n_pixels, every)
    return np.concatenate((np.arange(min(EVERY_K_UP_TO, n_pixels - 1) + 1), later, [n_pixels]))


def reconstruction_tracks(parts: Decomposition, ks: NDArray[np.int64], class_name: str) -> tuple[Track, Track, Track]:
    """The image x, the sums x̂ of its first k terms, and x − x̂: orange where the sum is too dark, blue too bright.

    Of a colour image each channel of x − x̂ is bright where the sum is too dark, dark where it is too bright.
    """
    shape = parts.model.sample_shape
    sums = parts.partial_sums(ks).reshape(-1, *shape)
    image = parts.image.reshape(1, *shape)
    return (
        _track(f"Image x, class {class_name}", _grey_levels(image), grey_palette()),
        _track("Mean + k terms, x̂", _grey_levels(sums), grey_palette()),
        _track("x − x̂, from −1 to 1", signed_levels(image - sums, np.ones(1)), diverging_palette()),
    )


def _track(caption: str, levels: NDArray[np.uint8], palette: NDArray[np.uint8]) -> Track:
    """Levels by a palette; those of colours (F, H, W, 3) are each channel's own brightness."""
    return Track(caption, levels, palette if levels.ndim == 3 else None)


def _grey_levels(images: NDArray[np.float64]) -> NDArray[np.uint8]:
    return np.rint(np.clip(images, 0, 1) * GREY_LEVELS).astype(np.uint8)


def error_labels(parts: Decomposition, ks: NDArray[np.int64]) -> Sequence[str]:
    """What is read below the player, frame by frame."""
    return [f"k = {k}: squared error {parts.sse[k]:.2f} (the mean alone: {parts.sse[0]:.2f})" for k in ks]


def eigenvector_track(model: PCA, ks: NDArray[np.int64]) -> Track:
    """The eigenvector w_k as an image, orange above zero and blue below; blank at k = 0, which is the mean alone."""
    vectors = np.concatenate((np.zeros_like(model.components[:1]), model.components))[ks]
    images = vectors.reshape(-1, *model.sample_shape)
    largest = np.abs(images).max(axis=tuple(range(1, images.ndim)), keepdims=True)
    return _track("Eigenvector wₖ", signed_levels(images, largest), diverging_palette())
