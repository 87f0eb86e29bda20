"""How long a run will take, as runs before it took."""

import pytest

from explorer import jobs
from explorer.jobs import run_store, workers
from explorer.models import AESpec, ConvAESpec, PCASpec
from explorer.training import Record, RunSpec
from tests.jobs.conftest import a_record

SHAPE, N_CLASSES = (8, 8), 10
N_TRAIN = 1200


def finished_run(run: RunSpec, samples_per_s: float) -> None:
    """A run in the register that went at a speed."""
    worker_id = workers.register("cpu")
    job_id = jobs.submit(run, jobs.free_name("run"))
    run_store.claim(worker_id)
    run_store.append(job_id, worker_id, [Record(**{**vars(a_record(1)), "samples_per_s": samples_per_s})])
    run_store.end(job_id, worker_id, "done")


def test_nothing_is_expected_before_the_first_run() -> None:
    assert jobs.expected_duration_s(RunSpec(AESpec(), "digits"), N_TRAIN, SHAPE, N_CLASSES) is None


def test_the_most_similar_run_tells_the_time() -> None:
    finished_run(RunSpec(AESpec(hidden=(64,)), "digits"), 1000.0)
    finished_run(RunSpec(AESpec(hidden=(256,)), "digits"), 400.0)
    run = RunSpec(AESpec(hidden=(250,)), "digits", n_epochs=5, validation_fraction=0.25)
    assert jobs.expected_duration_s(run, N_TRAIN, SHAPE, N_CLASSES) == pytest.approx(5 * 900 / 400)


@pytest.mark.parametrize(
    "other",
    [
        RunSpec(AESpec(hidden=(2048,)), "digits"),
        RunSpec(AESpec(hidden=(64,)), "digits", batch_size=16),
        RunSpec(AESpec(hidden=(64,)), "mnist"),
        RunSpec(ConvAESpec(channels=(16, 16)), "digits"),
        RunSpec(AESpec(hidden=(64,), contraction=1.0), "digits"),
    ],
    ids=["another size", "another batch size", "another data set", "convolutions", "contraction"],
)
def test_a_run_that_is_not_similar_tells_nothing(other: RunSpec) -> None:
    finished_run(other, 1000.0)
    assert jobs.expected_duration_s(RunSpec(AESpec(hidden=(64,)), "digits"), N_TRAIN, SHAPE, N_CLASSES) is None


def test_nothing_is_expected_of_pca() -> None:
    finished_run(RunSpec(AESpec(), "digits"), 1000.0)
    assert jobs.expected_duration_s(RunSpec(PCASpec(), "digits"), N_TRAIN, SHAPE, N_CLASSES) is None
