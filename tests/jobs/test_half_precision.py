"""Checkpoints in half precision: smaller, nearly the same, and honest about what they are."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from explorer.data import load_dataset
from explorer.errors import CheckpointError
from explorer.jobs.half_precision import quantize
from explorer.jobs.save_run import finish
from explorer.models import AESpec, ConvVAESpec, ModelSpec, PCASpec
from explorer.store import load_checkpoint
from explorer.training import RunSpec, start, train


@pytest.fixture(autouse=True)
def _library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))


def keep(model: ModelSpec) -> Path:
    state = start(RunSpec(model, "digits", n_epochs=1, batch_size=300), load_dataset("digits"), "cpu")
    return finish(state, list(train(state)), "small")


def test_a_quantized_model_has_half_the_bytes_and_nearly_the_same_pictures() -> None:
    path = keep(ConvVAESpec(batch_norm="yes"))
    before, size = load_checkpoint("small"), (path / "weights.safetensors").stat().st_size
    assert quantize("small") == path
    after = load_checkpoint("small")
    assert (path / "weights.safetensors").stat().st_size < 0.6 * size
    z = np.random.default_rng(0).standard_normal((50, 2), np.float32)
    difference = np.abs(after.model.decode(z) - before.model.decode(z)).max()
    assert 0 < difference < 5e-3
    assert after.header.metrics["mse"] == pytest.approx(before.header.metrics["mse"], rel=1e-2)


def test_codes_and_figures_are_those_of_the_rounded_weights() -> None:
    keep(ConvVAESpec())
    quantize("small")
    after, test = load_checkpoint("small"), load_dataset("digits", "test")
    np.testing.assert_allclose(after.codes.test, after.model.encode(test.pixels()), rtol=1e-3, atol=1e-6)
    error = np.square(test.pixels() - after.model.decode(after.model.encode(test.pixels())), dtype=np.float64).mean()
    assert after.header.metrics["mse"] == pytest.approx(error, rel=1e-6)


def test_quantizing_twice_changes_nothing() -> None:
    path = keep(ConvVAESpec())
    quantize("small")
    once = (path / "weights.safetensors").read_bytes()
    quantize("small")
    assert (path / "weights.safetensors").read_bytes() == once


def test_axes_are_not_quantized() -> None:
    keep(PCASpec())
    with pytest.raises(CheckpointError, match="orthonormal only in full precision; quantize autoencoders"):
        quantize("small")


def test_a_path_is_worked_on_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = keep(ConvVAESpec()).rename(tmp_path / "elsewhere")
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path / "library"))
    unrelated = keep(AESpec(hidden=(4,))).rename(tmp_path / "library" / "elsewhere")
    before = (unrelated / "spec.json").read_bytes()
    assert quantize(str(elsewhere)) == elsewhere
    assert (unrelated / "spec.json").read_bytes() == before
    weights = load_file(elsewhere / "weights.safetensors")
    assert {value.dtype for value in weights.values()} == {np.dtype(np.float16)}
