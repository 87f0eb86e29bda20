"""Runs on a Ray cluster of three nodes, one of which is killed in the middle."""

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from explorer import jobs
from explorer.__main__ import main
from explorer.errors import CheckpointError, JobError, SpecError, TrainingError
from explorer.jobs import ray_engine, run_store
from explorer.jobs import worker as worker_module
from explorer.jobs.database import reading
from explorer.jobs.save_run import take_in
from explorer.jobs.trainer import MachineLostError
from explorer.models import VAESpec
from explorer.store import load_checkpoint
from explorer.training import Record, RunSpec, start, train

PATIENCE_S = 240
N_MEMBERS = 16
A_RUN = RunSpec(VAESpec(hidden=(16,)), "digits", n_epochs=4, batch_size=16)
MEMBERS = {f"seed{seed}": replace(A_RUN, seed=seed) for seed in range(N_MEMBERS)}


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Three nodes with room for one training each; the first cannot be killed."""
    pytest.importorskip("ray", reason="The package ray is not installed (`pip install --group ray`).")
    ray_engine.require_ray()
    from ray.cluster_utils import Cluster

    node = {"num_cpus": 1, "object_store_memory": 100_000_000}
    started = Cluster(initialize_head=True, head_node_args=node)
    started.killable = [started.add_node(**node) for _ in range(2)]
    yield started
    started.shutdown()


def kill_in_the_middle(cluster: Any, ids: tuple[int, ...]) -> threading.Thread:
    """Kill a node as soon as a run beyond the first three is on its way with a state at home."""

    def wait_and_kill() -> None:
        deadline_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline_s:
            running = [job for job in map(jobs.get_job, ids) if job.state == "running" and job.has_state]
            if len(running) == 3:
                break
            time.sleep(0.05)
        cluster.remove_node(cluster.killable.pop(), allow_graceful=False)

    thread = threading.Thread(target=wait_and_kill, daemon=True)
    thread.start()
    return thread


class Attempts:
    """From which steps each run was begun or gone on with, as the register heard of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps: dict[int, list[int]] = {}
        go_back_to = run_store.go_back_to

        def noted(job_id: int, worker_id: int, step: int) -> None:
            self.steps.setdefault(job_id, []).append(step)
            go_back_to(job_id, worker_id, step)

        monkeypatch.setattr(run_store, "go_back_to", noted)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_sixteen_members_outlive_a_node(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "SAVE_EVERY_S", 0.2)
    monkeypatch.setattr(ray_engine, "SLICE_S", 0.1)
    attempts = Attempts(monkeypatch)
    ids = ray_engine.queue_members(MEMBERS, "cpu", resume=False)
    killer = kill_in_the_middle(cluster, ids)
    ended = list(ray_engine.follow(ids, cluster.address, "cpu"))
    killer.join()

    assert sorted(job.id for job in ended) == sorted(ids)
    assert [job.state for job in map(jobs.get_job, ids)] == ["done"] * N_MEMBERS
    again = [steps for steps in attempts.steps.values() if len(steps) > 1]
    assert [steps[0] for steps in attempts.steps.values()] == [0] * N_MEMBERS
    assert len(again) == 1
    assert again[0][1] > 0
    with reading() as connection:
        assert [row["integrity_check"] for row in connection.execute("PRAGMA integrity_check")] == ["ok"]
    expected = expected_records()
    for job_id, name in zip(ids, MEMBERS, strict=True):
        records = run_store.read_records(job_id)
        assert [record.step for record in records] == [record.step for record in expected]
        checkpoint = load_checkpoint(name)
        assert checkpoint.run == MEMBERS[name]
        assert checkpoint.header.step == records[-1].step
        assert list(checkpoint.history["step"]) == [record.step for record in records]
        assert not jobs.get_job(job_id).has_state
    lost = next(job_id for job_id, steps in attempts.steps.items() if len(steps) > 1)
    undisturbed = [record.loss for record in expected_records(jobs.get_job(lost).run)]
    np.testing.assert_allclose([record.loss for record in run_store.read_records(lost)], undisturbed, rtol=1e-6)


def expected_records(run: RunSpec = A_RUN) -> list[Record]:
    """The records of a run that nothing disturbs."""
    from explorer.data import load_dataset

    return list(train(start(run, load_dataset("digits"), "cpu")))


def without_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the package were not installed."""
    monkeypatch.setitem(sys.modules, "ray", None)


def test_without_the_package_the_engine_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without_ray(monkeypatch)
    words = ["sweep", "vae", "--over", "beta=1,2", "--dataset", "digits", "--engine", "ray"]
    assert main(words) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "The engine ray needs the package ray, which is not installed here" in said
    assert jobs.list_jobs() == ()


def test_the_worker_that_the_app_starts_takes_the_engine_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without_ray(monkeypatch)
    monkeypatch.setenv("EXPLORER_ENGINE", "ray")
    assert main(["worker", "--once"]) == 2
    assert "The engine ray needs the package ray" in capsys.readouterr().err


def test_an_address_where_nothing_answers_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ConnectionError("Failed to connect to GCS\nat 10.0.0.1")

    monkeypatch.setattr(ray_engine, "require_ray", lambda: SimpleNamespace(init=refuse))
    with (
        pytest.raises(
            JobError, match=r"No Ray cluster answers at 10\.0\.0\.1:6379 \(Failed to connect to GCS\); start"
        ),
        ray_engine.connected("10.0.0.1:6379"),
    ):
        pass


def test_a_sweep_on_a_cluster_replaces_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "vae", "--over", "beta=1,2", "--dataset", "digits", "--engine", "ray", "--replace"]) == 2
    assert "--replace is not possible on a cluster" in capsys.readouterr().err


def test_members_are_queued_once_and_resumed_where_they_were_stopped() -> None:
    two = dict(list(MEMBERS.items())[:2])
    first, second = ray_engine.queue_members(two, "cpu", resume=False)
    jobs.stop(first)
    assert ray_engine.queue_members(two, "cpu", resume=True) == (first, second)
    assert [jobs.get_job(job_id).state for job_id in (first, second)] == ["queued", "queued"]
    with pytest.raises(JobError, match="There is a run named 'seed0' already"):
        ray_engine.queue_members(two, "cpu", resume=False)
    with pytest.raises(SpecError, match="seed0 began with other fields"):
        ray_engine.queue_members({"seed0": replace(A_RUN, n_epochs=7)}, "cpu", resume=True)


def finished_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int = 0) -> dict[str, bytes]:
    """The files of a checkpoint as a node sends them."""
    from explorer.data import load_dataset

    here = str(tmp_path / "checkpoints")
    training = ray_engine.Training()
    splits = (load_dataset("digits"), load_dataset("digits", "test"))
    training.begin(replace(A_RUN, n_epochs=1, seed=seed), splits, None, "cpu")
    while not training.advance(60.0).is_over:
        pass
    files = training.finish([], "a")
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", here)
    return files


def test_a_checkpoint_comes_home_whole_and_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = finished_elsewhere(tmp_path, monkeypatch)
    path = take_in(files, "home")
    assert {file.name: file.read_bytes() for file in path.iterdir()} == files
    assert take_in(files, "home") == path
    with pytest.raises(CheckpointError, match="home exists already"):
        take_in(finished_elsewhere(tmp_path, monkeypatch, seed=1), "home")
    assert load_checkpoint("home").run.seed == 0


def test_a_training_goes_on_from_a_state_that_came_home() -> None:
    from explorer.data import load_dataset

    splits = (load_dataset("digits"), load_dataset("digits", "test"))
    run = replace(A_RUN, n_epochs=1)
    first, second = ray_engine.Training(), ray_engine.Training()
    first.begin(run, splits, None, "cpu")
    reached = first.advance(0.0)
    assert len(reached.records) == 1
    assert not reached.is_over
    assert second.begin(run, splits, first.content(), "cpu") == reached.step
    going_on = second.advance(60.0)
    assert going_on.is_over
    undisturbed = expected_records(run)
    assert [record.loss for record in (*reached.records, *going_on.records)] == [one.loss for one in undisturbed]


def test_a_training_on_a_node_goes_step_by_step_and_shows_where_it_stands() -> None:
    from explorer.data import load_dataset

    training = ray_engine.Training()
    training.begin(replace(A_RUN, batch_size=16), (load_dataset("digits"), load_dataset("digits", "test")), None, "cpu")
    training.advance(0.0)
    steps = [training.advance(0.0, True).step for _ in range(3)]
    assert np.diff(steps).tolist() == [1, 1]
    assert training.pictures().step == steps[-1]


def test_a_training_that_diverges_says_so_with_its_records() -> None:
    from explorer.data import load_dataset

    training = ray_engine.Training()
    training.begin(replace(A_RUN, model=VAESpec(), learning_rate=1e6), (load_dataset("digits"),) * 2, None, "cpu")
    found = training.advance(60.0)
    assert found.failure is not None
    assert "diverged" in str(found.failure)
    assert not found.is_over


class Answers:
    """A stand-in for Ray whose answers are what was asked for, or an error."""

    class exceptions:  # noqa: N801 - Ray's own name
        class RayError(Exception):
            pass

        class RayTaskError(RayError):
            def __init__(self, cause: Exception) -> None:
                self.cause = cause

        class GetTimeoutError(RayError, TimeoutError):
            pass

    @staticmethod
    def get(answer: object, **_: float) -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_what_a_node_raises_is_raised_at_home_and_a_lost_node_is_noted() -> None:
    cluster, place = ray_engine.Cluster(Answers, {}), ray_engine.Place(None)
    assert ray_engine.ask(cluster, place, 3) == 3
    with pytest.raises(TrainingError, match="too small"):
        ray_engine.ask(cluster, place, Answers.exceptions.RayTaskError(TrainingError("too small")))
    assert (place.is_there, place.is_lost) == (True, False)
    with pytest.raises(MachineLostError):
        ray_engine.ask(cluster, place, Answers.exceptions.RayError())
    assert place.is_lost


def test_who_leaves_does_not_wait_for_a_node_that_never_came() -> None:
    cluster, place = ray_engine.Cluster(Answers, {}), ray_engine.Place(None)
    cluster.leave.set()
    with pytest.raises(MachineLostError):
        ray_engine.ask(cluster, place, Answers.exceptions.GetTimeoutError())
    assert place.is_lost


class Actors:
    """A stand-in for Ray that notes which actors are killed."""

    def __init__(self) -> None:
        self.killed: list[object] = []

    def kill(self, actor: object) -> None:
        self.killed.append(actor)


@pytest.mark.parametrize(
    ("is_lost", "other_is_there", "is_killed"), [(False, True, False), (False, False, True), (True, True, True)]
)
def test_a_place_is_given_up_when_it_is_lost_or_another_waits_for_room(
    is_lost: bool, other_is_there: bool, is_killed: bool
) -> None:
    ray = Actors()
    place, other = ray_engine.Place("own", True, is_lost), ray_engine.Place("other", other_is_there)
    cluster = ray_engine.Cluster(ray, {}, places=[place, other])
    cluster.leave_place(place)
    assert ray.killed == (["own"] if is_killed else [])
    assert cluster.free == ([] if is_killed else [place])
    assert (place in cluster.places) != is_killed


def test_a_run_that_loses_every_node_fails_with_one_sentence() -> None:
    cluster = ray_engine.Cluster(None, {"num_cpus": 1})
    job = jobs.get_job(jobs.submit(A_RUN, "a"))
    cluster.losses[job.id] = ray_engine.MOST_LOSSES
    with pytest.raises(JobError, match="lost its node 3 times in a row"):
        ray_engine.distant_trainer(cluster, ray_engine.Place(None)).begin(job, "cpu")


@pytest.mark.parametrize(
    ("resources", "present", "expected"),
    [
        ({"num_cpus": 1}, {"CPU": 3.0}, 3),
        ({"num_gpus": 0.5}, {"CPU": 64.0, "GPU": 2.0}, 4),
        ({"num_gpus": 0.5}, {"CPU": 64.0}, 0),
    ],
)
def test_as_many_trainings_as_the_living_nodes_have_room_for(
    resources: dict[str, float], present: dict[str, float], expected: int
) -> None:
    class Nodes:
        @staticmethod
        def cluster_resources() -> dict[str, float]:
            return present

    assert ray_engine.Cluster(Nodes, resources).room() == expected
