"""What the rows of drawn images have in common is said in numbers."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from explorer.data import load_dataset
from explorer.models.pca import fit_pca
from explorer.models.spec import PCASpec
from explorer.ui.views.pca.context import PCAContext
from explorer.ui.views.pca.probabilistic import _likelihood_words, _rows, sample_words


def test_the_smallest_axis_says_how_alike_the_rows_are() -> None:
    words = sample_words(10, 0.36, 1.0)
    assert "the standard deviation of the second is at least 80 % of the first's" in words
    assert "noise of σ = **0.600**" in words


def test_fewer_test_images_than_columns_are_all_shown() -> None:
    every = load_dataset("digits", "test")
    digits = replace(every, samples=every.samples[:7], labels=every.labels[:7])
    pca = fit_pca(every.pixels(), every.sample_shape, PCASpec(latent_dim=2))
    context = PCAContext("mine", pca, digits.class_names, digits)
    rows = _rows(context, 2, seed=0)
    assert [len(images) for images in rows.values()] == [10, 10, 10, 7]
    np.testing.assert_array_equal(rows["Real test images"].reshape(7, -1), digits.pixels())


def test_directions_that_help_nowhere_are_not_said_to_raise_the_likelihood() -> None:
    context: Any = SimpleNamespace(test=1)
    falling = _likelihood_words(context, {"test": np.array([-80.04, -90.0])})
    assert "highest at k = **0** of 1, with −80.0 nats, and −90.0 at the largest k. Noise alone" in falling
    assert "rises by details" not in falling
    assert "rises by details" in _likelihood_words(context, {"test": np.array([1.0, 2.0, 0.5])})
