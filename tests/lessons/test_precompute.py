"""What pages open with is there, belongs to the shipped models, and is what its computation gives."""

from collections.abc import Iterator

import numpy as np
import pytest

from explorer.analysis.code_sizes import STUDIED
from explorer.analysis.embeddings import has_umap
from explorer.analysis.hole_map import LOG_RATIO
from explorer.analysis.holes import STAGES as HOLE_STAGES
from explorer.analysis.manifold import known_shape, mse, shape_run
from explorer.analysis.measure import Progress
from explorer.analysis.toy_codes import FLOW_TOYS
from explorer.data import load_dataset
from explorer.data.fremont import N_TEST, N_TRAIN
from explorer.data.toys import TOYS
from explorer.errors import AnalysisError
from explorer.lessons import precompute
from explorer.lessons.keys import DAY_PLANES, day_planes_key, hole_map_key, hole_numbers_key, stages_key, umap_key
from explorer.lessons.precompute import (
    APPLIED,
    CONDITIONAL,
    EMBEDDED,
    FLOWN,
    LINEAR_EPOCHS,
    N_SHIPPED_STAGES,
    SIDES,
    last,
    lessons,
    linear_run,
)
from explorer.store import load_result, read_info


def test_every_result_that_needs_no_data_is_shipped() -> None:
    found = list(lessons())
    of_flows = 2 * (len(FLOW_TOYS) + sum(name.startswith("digits") for name in FLOWN))
    assert len(found) == len(TOYS) + len(LINEAR_EPOCHS) + 11 + 3 * 2 + 1 + 3 + of_flows + has_umap()
    assert not [lesson.title for lesson in found if load_result(lesson.key) is None]


@pytest.mark.mnist
def test_every_result_of_mnist_is_shipped() -> None:
    found = [lesson for lesson in lessons() if lesson.key.computation is not DAY_PLANES]
    of_models = 2 * (len(FLOW_TOYS) + len(FLOWN)) + 3 * len(APPLIED) + len(CONDITIONAL) + 3 * len(SIDES)
    of_planes = (1 + has_umap()) * len(EMBEDDED)
    assert len(found) == len(TOYS) + len(LINEAR_EPOCHS) + 11 + 4 * len(STUDIED) + of_models + of_planes
    assert not [lesson.title for lesson in found if load_result(lesson.key) is None]


def test_the_planes_of_digits_are_shipped_with_umap_also_where_it_is_not_installed() -> None:
    found = load_result(umap_key(load_dataset("digits")))
    assert found is not None
    assert found.points.shape == (1_000, 2)
    assert found.preserved.neighbours_kept.low > 0.2


def test_days_of_the_bridge_show_without_their_counts() -> None:
    found = load_result(day_planes_key())
    assert found is not None
    assert len(found.dates) == len(found.codes) == len(found.linear_codes) == N_TRAIN + N_TEST
    assert found.n_held_out == N_TEST
    assert found.stage.mse < found.linear_mse
    assert found.days.years.min() == 2012
    made = found.stage.decode(found.codes[found.shown : found.shown + 1])
    assert mse(found.profile[None], made) < found.profile.var()


@pytest.mark.parametrize(("name", "sampler"), SIDES)
def test_holes_of_the_shipped_models_show_without_mnist(name: str, sampler: str) -> None:
    fingerprint = read_info(name).fingerprint
    found = load_result(hole_map_key(fingerprint, sampler, None, has_data=True))
    numbers = load_result(hole_numbers_key(fingerprint, sampler, None, has_data=True))
    assert found is not None
    assert numbers is not None
    assert found.sampler_name == sampler
    ratio = next(layer.values for layer in found.layers if layer.kind == LOG_RATIO)
    np.testing.assert_allclose(ratio, found.sampler_nats - found.codes_nats, atol=1e-3)
    assert len({measure.metric for measure in numbers.measures}) == len(numbers.measures) >= len(HOLE_STAGES)
    assert "60,000 training" in numbers.note


def test_the_shipped_training_is_the_one_that_runs_here() -> None:
    run = linear_run("s_curve")
    shipped = load_result(stages_key(run))
    assert shipped is not None
    computed = precompute._learned(run)
    assert [stage.step for stage in shipped] == [stage.step for stage in computed]
    np.testing.assert_allclose([stage.mse for stage in shipped], [stage.mse for stage in computed], rtol=0.05)
    np.testing.assert_allclose(shipped[-1].angles_degrees, computed[-1].angles_degrees, atol=1.0)


@pytest.mark.parametrize("name", TOYS)
def test_weights_in_half_precision_give_the_error_that_stands_beside_them(name: str) -> None:
    shape = known_shape(name)
    run = shape_run(name, shape.latent_dim, precompute.SHAPE_NET, precompute.SHAPE_ACTIVATION)
    stages = load_result(stages_key(run))
    assert stages is not None
    assert len(stages) == N_SHIPPED_STAGES
    assert (stages[0].step, stages[-1].step) == (0, stages[-1].n_steps)
    x = shape.test.pixels()
    assert mse(x, stages[-1].reconstruct(x)) == pytest.approx(stages[-1].mse, rel=0.1, abs=1e-4)


def test_the_last_result_of_a_computation_is_its_result() -> None:
    def steps() -> Iterator[Progress[int]]:
        yield Progress(0.0, "begins", 1)
        yield Progress(1.0, "done", 2)

    assert last(steps()) == 2


def test_a_computation_that_fails_is_not_kept() -> None:
    def steps() -> Iterator[Progress[int]]:
        yield Progress(0.0, "begins", 1)
        raise AnalysisError("There is nothing.")

    with pytest.raises(AnalysisError):
        last(steps())
