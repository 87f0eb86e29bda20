"""Autoencoders watched while they learn: PCA beaten where it must be, angles that fall to nothing, layers in order."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from sklearn import decomposition

from explorer.analysis.manifold import (
    LINEAR_RUN,
    SHEET_SHAPE,
    Stage,
    bend,
    encoder_layers,
    known_shape,
    learn,
    linear_baseline,
    mse,
    principal_angles,
    shape_run,
)
from explorer.data import load_dataset
from explorer.models import AESpec, Dense, LinearAESpec
from explorer.models.autoencoder import build_autoencoder
from explorer.models.layers import apply_layers


def learned(name: str) -> tuple[Stage, ...]:
    shape = known_shape(name)
    run = shape_run(name, shape.latent_dim, (64, 64, 64), "leaky_relu")
    return tuple(learn(run, shape.dataset, shape.test, shape.linear))


@pytest.fixture(scope="module")
def arc() -> tuple[Stage, ...]:
    return learned("arc")


def test_baseline_error_is_scikit_learns() -> None:
    shape = known_shape("s_curve")
    other = decomposition.PCA(2).fit(shape.dataset.pixels())
    x = shape.test.pixels()
    assert shape.linear_mse == pytest.approx(mse(x, other.inverse_transform(other.transform(x))), rel=1e-4)


def test_bent_line_leaves_less_than_two_hundredths_of_the_straight_one(arc: tuple[Stage, ...]) -> None:
    assert arc[-1].mse < 0.02 * known_shape("arc").linear_mse


@pytest.mark.slow
@pytest.mark.parametrize("name", ["s_curve", "swiss_roll"])
def test_bent_sheet_leaves_less_than_two_hundredths_of_the_plane(name: str) -> None:
    assert learned(name)[-1].mse < 0.02 * known_shape(name).linear_mse


def test_stages_run_from_the_start_to_the_end_with_their_own_error(arc: tuple[Stage, ...]) -> None:
    steps = [stage.step for stage in arc]
    assert steps == sorted(set(steps))
    assert (steps[0], steps[-1]) == (0, arc[-1].n_steps)
    assert 30 <= len(arc) <= 45
    x = known_shape("arc").test.pixels()
    assert arc[3].mse == pytest.approx(float(np.square(x - arc[3].reconstruct(x)).mean()), rel=1e-5)
    assert arc[0].mse > arc[-1].mse


def test_stopping_is_not_asking_for_more() -> None:
    shape = known_shape("arc")
    stages = learn(shape_run("arc", 1, (8, 8), "tanh"), shape.dataset, shape.test, shape.linear)
    assert len(list(islice(stages, 3))) == 3


@pytest.mark.parametrize("spec", [AESpec(2, (5, 4), "tanh", "identity"), LinearAESpec(latent_dim=2)])
def test_encoder_as_layers_is_the_encoder(spec: AESpec | LinearAESpec) -> None:
    model = build_autoencoder(spec, (3,), seed=0)
    x = np.random.default_rng(0).standard_normal((20, 3), dtype=np.float32)
    assert np.allclose(apply_layers(encoder_layers(model), x), model.encode(x), atol=1e-6)


def test_angles_are_known_for_known_planes() -> None:
    train = load_dataset("s_curve")
    linear = linear_baseline(train, 2)
    first, second, third = linear.components
    tilted = np.stack((first, np.cos(0.3) * second + np.sin(0.3) * third))
    mixed = np.array([[2.0, 1.0], [0.5, -3.0]], np.float32) @ tilted
    decoder = (Dense(mixed.T.astype(np.float32), np.zeros(3, np.float32)),)
    assert principal_angles(decoder, linear) == pytest.approx([0, np.rad2deg(0.3)], abs=0.05)


def test_linear_autoencoder_turns_into_the_plane_of_pca() -> None:
    train, test = load_dataset("s_curve"), load_dataset("s_curve", "test")
    linear = linear_baseline(train, 2)
    run = replace(LINEAR_RUN, model=LinearAESpec(latent_dim=2), dataset="s_curve", n_epochs=5)
    stages = list(learn(run, train, test, linear))
    assert stages[0].angles_degrees.max() > 10
    assert stages[-1].angles_degrees.max() < 2
    x = test.pixels()
    assert stages[-1].mse == pytest.approx(mse(x, linear.decode(linear.encode(x))), rel=0.02)


def test_layers_are_seen_from_input_to_reconstruction(arc: tuple[Stage, ...]) -> None:
    shape = known_shape("arc")
    x = shape.test.pixels()
    views = bend(arc[-1], shape.grid, x)
    assert [view.title for view in views] == [
        *("x", "encoder 1", "encoder 2", "encoder 3", "z", "decoder 1", "decoder 2", "decoder 3", "x̂"),
    ]
    assert [view.width for view in views] == [2, 64, 64, 64, 1, 64, 64, 64, 2]
    assert np.allclose(views[0].grid, shape.grid)
    assert np.allclose(views[4].points[:, 0], arc[-1].encode(x)[:, 0], atol=1e-6)
    assert np.allclose(views[-1].points, arc[-1].reconstruct(x), atol=1e-5)


def test_hidden_layers_lie_in_the_plane_that_keeps_most(arc: tuple[Stage, ...]) -> None:
    shape = known_shape("arc")
    x = shape.test.pixels()
    hidden = apply_layers(arc[-1].encoder[:2], x)
    found = decomposition.PCA(2).fit(hidden)
    # A component's sign is that of its largest entry, on every machine.
    signs = np.sign([axis[np.abs(axis).argmax()] for axis in found.components_])
    assert np.allclose(bend(arc[-1], shape.grid, x)[1].points, found.transform(hidden) * signs, atol=1e-3)


def test_grid_of_a_sheet_runs_along_and_across_it() -> None:
    shape = known_shape("swiss_roll")
    sheet = shape.clean.reshape(*SHEET_SHAPE, 3)
    assert shape.grid.shape == (SHEET_SHAPE[1] + 12, SHEET_SHAPE[0], 3)
    assert np.allclose(shape.grid[2], sheet[:, 2])
    assert np.allclose(shape.grid[SHEET_SHAPE[1] + 1][[0, -1]], sheet[4][[0, -1]], atol=1e-5)


@pytest.mark.slow
@pytest.mark.fremont
def test_days_need_less_with_a_bent_plane() -> None:
    from explorer.analysis.manifold import DAY_RUN

    train, test = load_dataset("fremont"), load_dataset("fremont", "test")
    linear = linear_baseline(train, 2)
    x = test.pixels()
    *_, last = learn(DAY_RUN, train, test, linear)
    assert last.mse < 0.9 * mse(x, linear.decode(linear.encode(x)))
