"""The bound along a training, from a history of which the answer is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from explorer.analysis.training_bound import N_POINTS, comparable_bounds, training_bound
from explorer.models.spec import AESpec, VAESpec
from explorer.training.run_spec import RunSpec

RUN = RunSpec(VAESpec(2, (8,)), "digits", n_epochs=2, validation_fraction=0.25)


def history(n_steps: int, steps_per_epoch: int) -> pd.DataFrame:
    steps = np.arange(1, n_steps + 1)
    ends = steps % steps_per_epoch == 0
    return pd.DataFrame(
        {
            "step": steps,
            "epoch": steps / steps_per_epoch,
            "reconstruction": 100.0 - steps,
            "kl": np.full(n_steps, 5.0),
            "validation_reconstruction": np.where(ends, 90.0, np.nan),
            "validation_kl": np.where(ends, 4.0, np.nan),
        }
    )


def test_the_bound_is_minus_both_terms_against_the_samples_of_the_training_part() -> None:
    found = training_bound(history(8, 4), RUN, 400)
    np.testing.assert_allclose(found.n_seen, 75 * np.arange(1, 9))
    np.testing.assert_allclose(found.train_nats, np.arange(1, 9) - 105.0)
    np.testing.assert_allclose(found.held_out_n_seen, [300, 600])
    np.testing.assert_allclose(found.held_out_nats, [-94, -94])


def test_a_long_training_is_averaged_evenly_along_a_logarithmic_axis() -> None:
    found = training_bound(history(2000, 20), RUN, 400)  # 15 samples a step
    assert len(found.n_seen) <= N_POINTS
    assert found.n_seen[-1] == 15 * 2000
    since, until = found.n_seen[-2:] / 15
    assert found.train_nats[-1] == pytest.approx(np.mean(np.arange(since + 1, until + 1)) - 105)


def test_records_of_several_steps_weigh_more() -> None:
    records = history(3, 4).assign(step=[1, 2, 10], epoch=[0.01, 2.5, 2.500000000001], reconstruction=[0.0, 10, 20])
    assert training_bound(records, RUN, 400).train_nats[-1] == pytest.approx(-(10 + 8 * 20) / 9 - 5)


def test_without_a_validation_part_nothing_is_held_out() -> None:
    records = history(4, 4).assign(validation_reconstruction=np.nan)
    assert not len(training_bound(records, replace(RUN, validation_fraction=0), 400).held_out_nats)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (replace(RUN, n_epochs=9), True),
        (replace(RUN, dataset="mnist"), False),
        (replace(RUN, validation_fraction=0.1), False),
        (replace(RUN, model=AESpec()), False),
        (replace(RUN, model=VAESpec(beta=4)), False),
        (replace(RUN, model=VAESpec(likelihood="gaussian")), False),
        (replace(RUN, model=VAESpec(binarisation="dynamic")), False),
    ],
)
def test_bounds_compare_where_data_pixels_and_objective_are_the_same(other: RunSpec, expected: bool) -> None:
    assert comparable_bounds(RUN, other) is expected
    assert comparable_bounds(other, RUN) is expected
