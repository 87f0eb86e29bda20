"""What a training shows while it goes on, against the model itself."""

import numpy as np
import pytest

from explorer.data import Dataset, load_dataset
from explorer.models import VAESpec
from explorer.models.spec import AESpec, ConvVAESpec, CVAESpec, PCASpec
from explorer.training import RunSpec, start, train
from explorer.training.live_pictures import live_pictures, pictured
from explorer.training.replay import snapshot_rows
from explorer.training.state import TrainingState


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load_dataset("digits")


def begun(model: VAESpec | AESpec | CVAESpec | PCASpec, digits: Dataset) -> TrainingState:
    state = start(RunSpec(model, "digits", n_epochs=1), digits, "cpu")
    next(train(state))
    return state


def test_each_class_is_pictured_first() -> None:
    assert pictured(np.array([2, 2, 0, 1, 0, 2, 1, 1, 1, 1, 1, 1])).tolist() == [2, 3, 0, 1, 4, 5, 6, 7, 8, 9]
    assert pictured(np.arange(12)).tolist() == list(range(10))


def test_the_pictures_are_what_the_model_makes(digits: Dataset) -> None:
    state = begun(VAESpec(hidden=(8,)), digits)
    found = live_pictures(state)
    rows = snapshot_rows(len(digits))
    x = digits.pixels(rows)
    np.testing.assert_allclose(found.codes, state.model.encode(x))
    shown = pictured(digits.labels[rows])
    expected = state.model.decode(state.model.encode(x[shown])).reshape(-1, 8, 8)
    assert found.inputs is not None
    assert found.reconstructions is not None
    assert found.draws is not None
    np.testing.assert_allclose(found.inputs / 255, x[shown].reshape(-1, 8, 8), atol=0.5 / 255 + 1e-6)
    np.testing.assert_allclose(found.reconstructions / 255, expected, atol=0.5 / 255 + 1e-6)
    rng = np.random.default_rng(0)
    rng.choice(1, 10, p=[1.0])  # the component of each draw
    drawn = state.model.decode(rng.standard_normal((10, 2), dtype=np.float32)).reshape(-1, 8, 8)
    np.testing.assert_allclose(found.draws / 255, drawn, atol=0.5 / 255 + 1e-6)
    assert found.step == state.step == 1


def test_a_model_of_colours_is_pictured_in_colour() -> None:
    rng = np.random.default_rng(0)
    samples = rng.integers(0, 256, (60, 8, 8, 3)).astype(np.uint8)
    dataset = Dataset("colours", "train", samples, np.arange(60) % 2, ("a", "b"))
    state = start(RunSpec(ConvVAESpec(channels=(4,)), "colours", n_epochs=1, batch_size=32), dataset, "cpu")
    next(train(state))
    found = live_pictures(state)
    shown = pictured(dataset.labels)
    np.testing.assert_array_equal(found.inputs, samples[shown])
    expected = state.model.decode(state.model.encode(dataset.pixels(shown))).reshape(-1, 8, 8, 3)
    assert found.reconstructions is not None
    np.testing.assert_allclose(found.reconstructions / 255, expected, atol=0.5 / 255 + 1e-5)
    assert found.draws is not None
    assert found.draws.shape == (10, 8, 8, 3)


def test_a_conditional_model_draws_its_classes_and_one_without_a_prior_nothing(digits: Dataset) -> None:
    assert live_pictures(begun(CVAESpec(hidden=(8,)), digits)).draws is not None
    assert live_pictures(begun(AESpec(hidden=(8,)), digits)).draws is None
    assert live_pictures(begun(PCASpec(), digits)).draws is None


def test_a_record_follows_each_step_while_that_is_asked_for(digits: Dataset) -> None:
    state = start(RunSpec(VAESpec(hidden=(8,)), "digits", n_epochs=20, batch_size=16), digits, "cpu")
    records = train(state)
    steps = [next(records).step for _ in range(30)]
    assert max(np.diff(steps)) > 1
    state.records_every_step = True
    begin = next(records).step
    assert [next(records).step for _ in range(5)] == [begin + n for n in range(1, 6)]
