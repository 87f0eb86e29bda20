"""PPCA as named arrays and back."""

from pathlib import Path

import numpy as np
import pytest

from explorer.data import load_dataset
from explorer.errors import CheckpointError
from explorer.models.ppca import PPCA, fit_ppca
from explorer.models.spec import PPCASpec
from explorer.store.tensors import Arrays, model_arrays, model_from_arrays

SOURCE = Path("weights.safetensors")
SPEC = PPCASpec(latent_dim=3)


@pytest.fixture(scope="module")
def model() -> PPCA:
    return fit_ppca(load_dataset("digits").pixels(), (8, 8), SPEC)


def test_ppca_comes_back_bit_for_bit(model: PPCA) -> None:
    back = model_from_arrays(SPEC, (8, 8), 10, model_arrays(model), SOURCE)
    x = load_dataset("digits", "test").pixels()
    assert isinstance(back, PPCA)
    assert back.noise_variance == model.noise_variance
    np.testing.assert_array_equal(back.log_likelihood_nats(x), model.log_likelihood_nats(x))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"noise_variance": np.zeros(1, np.float32)}, r"noise variance of 0, but .* above 0"),
        ({"noise_variance": np.ones(2, np.float32)}, r"noise_variance as float32 \(2,\)"),
        ({"weight": np.ones((64, 2), np.float32)}, r"weight as float32 \(64, 2\)"),
        ({"components": np.ones((64, 64), np.float32)}, r"disagree about components"),
    ],
)
def test_foreign_arrays_are_refused(model: PPCA, change: Arrays, sentence: str) -> None:
    with pytest.raises(CheckpointError, match=sentence):
        model_from_arrays(SPEC, (8, 8), 10, model_arrays(model) | change, SOURCE)
