"""Euler steps of a flow against what they are in closed form for a linear field."""

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.analysis.euler import N_EULER, at_times, euler_paths, euler_quality
from explorer.analysis.flow import FLOW, Flow
from explorer.analysis.whitening import Whitening
from explorer.models.layers import Dense

NOISE = np.random.default_rng(0).standard_normal((600, 2)).astype(np.float32)


def flow_along(matrix: NDArray[np.float64]) -> Flow:
    """dz/dt = A z, whatever the time, in codes that are white already."""
    layer = Dense(np.column_stack((matrix, np.zeros(2))).astype(np.float32), np.zeros(2, np.float32))
    return Flow(FLOW, Whitening(np.zeros(2), np.eye(2)), (layer,))


@pytest.mark.parametrize("n_steps", [1, 3, 16])
def test_the_stops_of_a_linear_field_are_powers_of_its_step(n_steps: int) -> None:
    matrix = np.array([[0.5, -0.3], [0.2, 0.4]])
    paths = euler_paths(flow_along(matrix), NOISE[:20], n_steps)
    assert paths.shape == (n_steps + 1, 20, 2)
    for index in range(n_steps + 1):
        step: NDArray[np.float64] = np.linalg.matrix_power(np.eye(2) + matrix / n_steps, index)
        np.testing.assert_allclose(paths[index], NOISE[:20] @ step.T, rtol=1e-4, atol=1e-5)


def test_points_go_straight_between_their_stops() -> None:
    paths = np.array([[[0, 0]], [[1, 2]], [[1, 6]]], np.float32)
    found = at_times(paths, np.array([0, 0.25, 0.5, 0.75, 1]))
    np.testing.assert_allclose(found[:, 0], np.array([[0, 0], [0.5, 1], [1, 2], [1, 4], [1, 6]]))


def test_quality_rises_with_the_steps_of_a_field_whose_paths_are_curved() -> None:
    # A turn by 3 rad leaves N(0, I) as it is; one Euler step stretches it by √10.
    turn = flow_along(np.array([[0.0, -3.0], [3.0, 0.0]]))
    rng = np.random.default_rng(1)
    train, held_out = (rng.standard_normal((1_000, 2)).astype(np.float32) for _ in range(2))
    steps = list(euler_quality(turn, train, held_out, 0))
    assert [step.fraction for step in steps] == pytest.approx([(place + 1) / len(N_EULER) for place in range(6)])
    assert steps[2].doing == "4 Euler steps"
    found = steps[-1].result
    assert found.n == 1_000
    assert found.accuracies[0].value > 0.7
    assert found.accuracies[0].low < found.accuracies[0].value < found.accuracies[0].high
    for near_chance in (found.accuracies[-1], found.null):
        assert near_chance.value == pytest.approx(0.5, abs=0.06)
