"""What a worker writes reads back as it was; no run is taken twice."""

import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from explorer import jobs
from explorer.jobs import run_store, workers
from explorer.jobs.run_store import RunTakenAwayError
from explorer.training import Record
from explorer.training.record import SNAPSHOT_FIELDS
from tests.jobs.conftest import A_RUN, N_SNAPSHOT_SAMPLES, a_record

pytestmark = pytest.mark.usefixtures("either_database")


def running_job() -> tuple[int, int]:
    """A run and the worker that took it."""
    worker_id = workers.register("cpu")
    job_id = jobs.submit(A_RUN, "a")
    assert run_store.claim(worker_id) is not None
    return job_id, worker_id


def test_each_run_is_claimed_once_however_many_workers_ask() -> None:
    expected = {jobs.submit(A_RUN, f"run-{number}") for number in range(12)}
    worker_id = workers.register("cpu")
    with ThreadPoolExecutor(6) as pool:
        claimed = [job.id for job in pool.map(lambda _: run_store.claim(worker_id), range(24)) if job is not None]
    assert sorted(claimed) == sorted(expected)


def test_the_oldest_run_goes_first() -> None:
    first = jobs.submit(A_RUN, "first")
    jobs.submit(A_RUN, "second")
    job = run_store.claim(workers.register("cpu"))
    assert job is not None
    assert (job.id, job.state) == (first, "running")
    assert job.started is not None


def test_records_read_back_as_they_were_written() -> None:
    job_id, worker_id = running_job()
    written = [a_record(step) for step in range(1, 21)]
    run_store.append(job_id, worker_id, written[:7])
    run_store.append(job_id, worker_id, written[7:])
    for before, after in zip(written, run_store.read_records(job_id), strict=True):
        for field in fields(Record):
            np.testing.assert_array_equal(getattr(before, field.name), getattr(after, field.name))
    assert (jobs.get_job(job_id).step, jobs.get_job(job_id).n_steps) == (20, 20)


def test_codes_are_kept_in_half_precision() -> None:
    job_id, worker_id = running_job()
    codes = np.random.default_rng(0).normal(size=(N_SNAPSHOT_SAMPLES, 2)).astype(np.float32)
    run_store.append(job_id, worker_id, [Record(**{**vars(a_record(1)), "snapshot": codes})])
    kept = run_store.read_records(job_id)[0].snapshot
    assert kept is not None
    np.testing.assert_array_equal(kept, codes.astype(np.float16))


def test_metrics_have_the_columns_of_a_record() -> None:
    job_id, worker_id = running_job()
    run_store.append(job_id, worker_id, [a_record(step) for step in range(1, 21)])
    frame = jobs.metrics(job_id)
    assert set(frame.columns) == {field.name for field in fields(Record)} - set(SNAPSHOT_FIELDS)
    assert frame["loss"].tolist() == [3.0 + 1 / step for step in range(1, 21)]
    assert frame["validation_loss"].dropna().tolist() == [4.0, 4.0]
    assert frame["kl_per_dim"].dropna().tolist() == [(0.75, 0.25)] * 2
    assert jobs.metrics(job_id, since_step=18)["step"].tolist() == [19, 20]


def test_long_curves_are_thinned_evenly_with_their_last_record_and_some_ends_of_epochs() -> None:
    job_id, worker_id = running_job()
    records = [Record(**{**vars(a_record(1)), "step": step, "is_epoch_end": step % 7 == 0}) for step in range(1, 1001)]
    run_store.append(job_id, worker_id, records)
    steps = jobs.metrics(job_id, at_most=100)["step"]
    evenly = steps[steps % 10 == 0]
    assert evenly.tolist() == list(range(10, 1001, 10))
    assert set(steps) - set(evenly) == {step // 7 * 7 for step in range(10, 1001, 10)} - set(evenly)
    assert jobs.metrics(job_id, since_step=900, at_most=10)["step"].iloc[[0, -1]].tolist() == [910, 1000]


@pytest.mark.parametrize("every", [1, 3, 50])
def test_curves_with_fewer_records_than_asked_for_are_whole(every: int) -> None:
    job_id, worker_id = running_job()
    steps = list(range(every, 30 * every + 1, every))
    run_store.append(job_id, worker_id, [Record(**{**vars(a_record(1)), "step": step}) for step in steps])
    assert jobs.metrics(job_id, at_most=30)["step"].tolist() == steps


def test_all_who_watch_a_run_share_one_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    job_id, worker_id = running_job()
    readings: list[int] = []
    read = jobs.metrics

    def counted(job_id: int, **given: int) -> pd.DataFrame:
        readings.append(job_id)
        return read(job_id, **given)

    monkeypatch.setattr(sys.modules["explorer.jobs.metrics"], "metrics", counted)
    run_store.append(job_id, worker_id, [a_record(1)])
    first = jobs.curves(jobs.get_job(job_id), 10)
    assert all(jobs.curves(jobs.get_job(job_id), 10) is first for _ in range(5))
    assert readings == [job_id]
    run_store.append(job_id, worker_id, [a_record(2)])
    assert jobs.curves(jobs.get_job(job_id), 10)["step"].tolist() == [1, 2]
    run_store.go_back_to(job_id, worker_id, 1)
    assert jobs.curves(jobs.get_job(job_id), 10)["step"].tolist() == [1]
    assert len(readings) == 2


def test_metrics_of_a_run_that_has_none_are_empty() -> None:
    assert jobs.metrics(1).empty
    assert "loss" in jobs.metrics(1)


def test_a_snapshot_comes_with_its_classes() -> None:
    job_id, worker_id = running_job()
    run_store.set_classes(job_id, worker_id, np.arange(N_SNAPSHOT_SAMPLES), tuple("abcdef"))
    run_store.append(job_id, worker_id, [a_record(step) for step in range(1, 21)])
    latest, early = jobs.snapshot(job_id), jobs.snapshot(job_id, at_step=9)
    assert latest is not None
    assert early is not None
    assert (early.step, latest.step, jobs.snapshot_steps(job_id)) == (1, 10, (1, 10))
    assert latest.labels.tolist() == list(range(N_SNAPSHOT_SAMPLES))
    assert latest.class_names == ("a", "b", "c", "d", "e", "f")
    np.testing.assert_array_equal(latest.codes, np.full((N_SNAPSHOT_SAMPLES, 2), 2.5))


def test_going_back_forgets_what_came_later() -> None:
    job_id, worker_id = running_job()
    run_store.append(job_id, worker_id, [a_record(step) for step in range(1, 21)])
    run_store.go_back_to(job_id, worker_id, 9)
    assert jobs.metrics(job_id)["step"].max() == 9
    assert jobs.snapshot_steps(job_id) == (1,)
    assert jobs.get_job(job_id).step == 9


def test_a_worker_cannot_write_into_a_run_that_another_one_has() -> None:
    job_id, worker_id = running_job()
    with pytest.raises(RunTakenAwayError):
        run_store.append(job_id, worker_id + 1, [a_record(1)])
    run_store.end(job_id, worker_id, "cancelled")
    with pytest.raises(RunTakenAwayError):
        run_store.append(job_id, worker_id, [a_record(1)])
    assert jobs.metrics(job_id).empty
