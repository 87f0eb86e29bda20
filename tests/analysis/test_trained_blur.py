"""Blur of trained networks: what is trained alike, and errors and edges by hand."""

import numpy as np
import pytest
import torch

from explorer.analysis import trained_blur
from explorer.analysis.sharpness import edge_energy
from explorer.analysis.trained_blur import (
    LOSSES,
    STUDIED,
    VARIANCES,
    cross_entropy_nats,
    gains,
    loss_run,
    measured_over_variance,
    of_loss,
    variance_run,
)
from explorer.data import load_dataset
from explorer.lessons.keys import losses_key, trained_blur_key
from explorer.models.spec import AESpec, VAESpec
from explorer.store import load_checkpoint, load_result
from explorer.training.run_spec import every_field

X = load_dataset("digits", "test").pixels(slice(0, 50))
SHAPE = (8, 8)


def test_networks_differ_in_what_is_compared_alone() -> None:
    one, other = (every_field(variance_run("digits", variance)) for variance in VARIANCES[:2])
    assert {name for name in one if one[name] != other[name]} == {"variance"}
    one, other = (every_field(loss_run("digits", loss)) for loss in LOSSES.values())
    assert {name for name in one if one[name] != other[name]} == {"reconstruction_loss"}
    assert isinstance(variance_run("mnist", 0.1).model, VAESpec)
    assert isinstance(loss_run("mnist", "cross_entropy").model, AESpec)


def test_edges_and_active_units_of_each_model_stand_at_its_variance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trained_blur, "VARIANCES", (0.1, 1.0))
    models = [load_checkpoint(name).model for name in ("digits-vae-2d", "digits-ae-2d")]
    found = measured_over_variance(models, X, SHAPE)
    np.testing.assert_array_equal(found.variances, [0.1, 1.0])
    for place, model in enumerate(models):
        restored = model.decode(model.encode(X))
        kept = edge_energy(restored.reshape(-1, *SHAPE)).sum() / edge_energy(X.reshape(-1, *SHAPE)).sum()
        assert found.restored[place].value == pytest.approx(kept, rel=1e-5)
        assert found.n_active[place] == 2
        np.testing.assert_allclose(found.one[place], restored[0], atol=1e-3)
    assert found.drawn[0].value != found.drawn[1].value


def test_errors_are_summed_over_the_pixels_of_an_image() -> None:
    restored = np.clip(X + np.float32(0.1), 0, 1)
    found = of_loss("shifted", X, restored, SHAPE)
    assert found.sse.value == pytest.approx(np.square(X - restored).sum(axis=1).mean(), rel=1e-5)
    p = torch.from_numpy(restored).double().clamp(1e-7, 1 - 1e-7)
    nats = torch.nn.functional.binary_cross_entropy(p, torch.from_numpy(X).double(), reduction="none").sum(dim=1)
    np.testing.assert_allclose(cross_entropy_nats(X, restored), nats.numpy(), rtol=1e-6)
    assert found.cross_entropy_nats.low < found.cross_entropy_nats.value < found.cross_entropy_nats.high


def test_gains_are_taken_image_by_image() -> None:
    """One reconstruction is the other and a little worse by the same amount everywhere: that is sure, however images
    differ."""
    worse, better = np.clip(X + np.float32(0.1), 0, 1), np.clip(X + np.float32(0.08), 0, 1)
    found = gains(X, worse, better, SHAPE)
    own = [of_loss("", X, of, SHAPE) for of in (worse, better)]
    for name in ("kept", "sse", "cross_entropy_nats"):
        one, other, gain = getattr(own[0], name), getattr(own[1], name), getattr(found, name)
        assert gain.value == pytest.approx(one.value - other.value, abs=1e-6)
        assert gain.high - gain.low < 0.5 * (one.high - one.low)
    assert found.sse.low > 0


def test_a_pixel_that_is_surely_wrong_costs_a_finite_amount() -> None:
    assert cross_entropy_nats(np.ones((1, 1), np.float32), np.zeros((1, 1), np.float32))[0] == pytest.approx(
        16.1, abs=0.1
    )


@pytest.mark.parametrize("name", STUDIED)
def test_the_studies_come_along_and_say_what_they_teach(name: str) -> None:
    over, losses = load_result(trained_blur_key(name)), load_result(losses_key(name))
    assert over is not None
    assert losses is not None
    # A larger variance leaves fewer dimensions, at last none, and then nothing but the mean image.
    assert over.n_active[0] > over.n_active[-1] == 0
    assert over.restored[-1].high < over.restored[0].low
    assert [one.title for one in losses.models] == list(LOSSES)
    assert max(one.sse.high for one in losses.models) < losses.null.sse.low
