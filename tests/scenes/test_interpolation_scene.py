"""What spherical paths turn around is asked of the model."""

import numpy as np
import pytest

from explorer.scenes.interpolation_scene import centre_of
from explorer.store import load_checkpoint


def test_the_centre_of_a_standard_normal_prior_is_its_mean() -> None:
    np.testing.assert_array_equal(centre_of(load_checkpoint("digits-vae-2d")), [0, 0])


@pytest.mark.parametrize("name", ["digits-ae-2d", "digits-gmvae"])
def test_without_a_prior_of_one_gaussian_the_centre_is_the_mean_code(name: str) -> None:
    checkpoint = load_checkpoint(name)
    assert np.abs(checkpoint.codes.train.mean(axis=0)).max() > 0.01
    np.testing.assert_allclose(centre_of(checkpoint), checkpoint.codes.train.mean(axis=0), rtol=1e-6)
