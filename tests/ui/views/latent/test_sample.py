"""A followed sample: what the model makes of its code, in words and numbers."""

import numpy as np
import pytest

from explorer.data import load_dataset
from explorer.store import load_checkpoint
from explorer.ui.views.latent.panels import describe
from explorer.ui.views.latent.sample import FollowedSample, code_and_error, followed


def test_the_reconstruction_is_the_decoded_code_of_the_same_sample() -> None:
    checkpoint, test = load_checkpoint("digits-ae-2d"), load_dataset("digits", "test")
    sample = followed(checkpoint, test, 5, (8, 8))
    x = test.pixels(np.array([5]))
    np.testing.assert_array_equal(sample.x, x.reshape(8, 8))
    np.testing.assert_allclose(sample.z, checkpoint.model.encode(x)[0], atol=1e-2)
    np.testing.assert_allclose(sample.x_hat, checkpoint.model.decode(sample.z[None]).reshape(8, 8), atol=1e-6)
    assert sample.what == f"class {test.class_names[test.labels[5]]}"
    assert sample.sse == pytest.approx(float(((sample.x - sample.x_hat) ** 2).sum()), rel=1e-5)


@pytest.mark.parametrize(("n_numbers", "shown"), [(2, "(0.000, 1.000)"), (9, "6.000, 7.000, …)")])
def test_code_and_error_are_said_with_their_units(n_numbers: int, shown: str) -> None:
    ones, code = np.ones((2, 2), np.float32), np.arange(n_numbers, dtype=np.float32)
    said = code_and_error(FollowedSample(ones, code, np.zeros_like(ones), "class 7"))
    assert shown in said
    assert said.startswith("Code z = (0.000, 1.000")
    assert said.endswith("over the 4 pixels of this image: 4.00 (mean over pixels 1.0000).")


@pytest.mark.parametrize(
    ("name", "words", "is_said"),
    [("ppca", "of a density on pixels", True), ("digits-vae-2d", "of a density on pixels", False)],
)
def test_a_density_is_called_one_and_the_split_is_named(name: str, words: str, is_said: bool) -> None:
    said = describe(load_checkpoint(name))
    assert (words in said) == is_said
    assert "test rate" in said
    assert "(chance 0.1)" in said
