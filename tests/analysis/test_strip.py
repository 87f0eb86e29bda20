"""The strip of samples and reconstructions: errors by hand, one sample of each class, the sentence from the numbers."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.analysis.strip import one_of_each_class, reconstruction_strip
from explorer.data import load_dataset
from explorer.models.pca import PCA
from explorer.store import load_checkpoint, read_info

NAMES = {"PCA": "digits-pca", "Linear AE": "digits-linear-ae-2d", "AE": "digits-ae-2d", "VAE": "digits-vae-2d"}


def test_errors_are_sums_over_pixels_and_their_mean_is_that_of_the_library() -> None:
    test, pca = load_dataset("digits", "test"), load_checkpoint("digits-pca").model
    models = {title: load_checkpoint(name).model for title, name in NAMES.items()}
    samples = np.array([3, 7])
    assert isinstance(pca, PCA)
    strip = reconstruction_strip(models, test, pca.mean, samples)
    x = test.pixels().astype(np.float64)
    mean = load_dataset("digits").pixels().mean(axis=0)
    np.testing.assert_allclose(strip.null_sse, [((x[n] - mean) ** 2).sum() for n in samples], rtol=1e-4)
    assert strip.null_test_sse == pytest.approx(((x - mean) ** 2).sum() / len(x), rel=1e-4)
    assert [row.title for row in strip.rows] == list(NAMES)
    for row, name in zip(strip.rows, NAMES.values(), strict=True):
        by_hand = [((x[n] - image.astype(np.float64)) ** 2).sum() for n, image in zip(samples, row.images, strict=True)]
        np.testing.assert_allclose(row.sse, by_hand, rtol=1e-5)
        assert row.test_sse == pytest.approx(read_info(name).metrics["sse"], rel=1e-4)
    nearest = strip.rows[int(np.argmin([row.sse[1] for row in strip.rows]))]
    said = f"Test sample 7 is reconstructed best by the {nearest.title}: error {nearest.sse[1]:.1f}"
    assert strip.finding(1).startswith(said)
    assert "Over the whole test split the AE is best" in strip.finding(0)
    (of_pca,) = (row for row in strip.rows if row.family == "pca")
    alone = replace(strip, rows=(of_pca,)).finding(0)
    assert alone.startswith("Test sample 3 is reconstructed best by PCA")
    assert "test split PCA is best" in alone


def test_one_sample_of_each_class_is_the_chosen_one_of_its_own() -> None:
    labels = np.array([1, 0, 2, 1, 0, 2])
    np.testing.assert_array_equal(one_of_each_class(labels, 3), [1, 3, 2])
    np.testing.assert_array_equal(one_of_each_class(labels, 1), [1, 0, 2])
