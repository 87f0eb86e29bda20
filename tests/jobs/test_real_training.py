"""The worker with the explorer's own training: what was interrupted ends as if it had not been."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from safetensors.numpy import load_file

from explorer import jobs
from explorer.data import load_dataset
from explorer.jobs import worker as worker_module
from explorer.jobs.database import transaction
from explorer.jobs.save_run import finish
from explorer.jobs.worker import work
from explorer.models import AESpec, ConvAESpec, CVAESpec, GMVAESpec, ModelSpec, PCASpec, VAESpec
from explorer.store import load_checkpoint
from explorer.training import RunSpec, run_to_json, start, train

PATIENCE_S = 120
SHORT = RunSpec(VAESpec(hidden=(16,)), "digits", n_epochs=2)
LONG = RunSpec(VAESpec(hidden=(32,)), "digits", n_epochs=10, batch_size=16)
# It saves often, so that whatever moment it is killed at, there is a state near.
EAGER_WORKER = "from explorer.jobs import worker; worker.SAVE_EVERY_S = 0.1; worker.work('cpu', once=True)"
ROOT = Path(__file__).parents[2]


def wait_for(condition: Callable[[], bool]) -> None:
    """Return when it holds; fail when it does not in two minutes."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


def newest_has_reached(step: int) -> bool:
    """Whether the newest run is at a step and has a state to go on from."""
    return jobs.list_jobs()[0].step >= step and jobs.list_jobs()[0].has_state


def run_worker(*interruptions: tuple[int, signal.Signals]) -> None:
    """Work in processes of one thread each, sending a signal when the newest run has reached a step."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    for step, number in interruptions:
        process = subprocess.Popen([sys.executable, "-c", EAGER_WORKER], cwd=ROOT, env=environment)
        wait_for(partial(newest_has_reached, step))
        process.send_signal(number)
        process.wait(PATIENCE_S)
        wait_for(lambda: jobs.list_jobs()[0].state in ("lost", "queued"))
        if jobs.list_jobs()[0].state == "lost":
            jobs.resume(jobs.list_jobs()[0].id)
    subprocess.run([sys.executable, "-c", EAGER_WORKER], cwd=ROOT, env=environment, check=True, timeout=PATIENCE_S)


def test_a_run_becomes_a_checkpoint_with_its_curves_and_snapshots() -> None:
    job_id = jobs.submit(SHORT, "short")
    work("cpu", once=True)
    job = jobs.get_job(job_id)
    assert (job.state, job.message, job.checkpoint, job.step) == ("done", None, "short", job.n_steps)
    assert job.execution is not None
    assert re.fullmatch(r"CPU, \d+ of \d+ cores", job.execution)
    checkpoint = load_checkpoint("short")
    assert checkpoint.run == SHORT
    latest = jobs.snapshot(job_id)
    assert latest is not None
    assert latest.codes.shape == (len(latest.labels), 2)
    np.testing.assert_array_equal(latest.labels, checkpoint.codes.snapshot_labels)
    assert jobs.metrics(job_id)["validation_loss"].notna().sum() == 2


def test_pca_is_a_run_like_the_others() -> None:
    job_id = jobs.submit(RunSpec(PCASpec(), "digits"), "pca")
    work("cpu", once=True)
    job = jobs.get_job(job_id)
    assert (job.state, job.step, job.n_steps, job.message) == ("done", 1, 1, None)
    assert jobs.snapshot(job_id) is not None


@pytest.mark.slow
def test_an_interrupted_run_ends_with_the_weights_of_an_undisturbed_one(own_folders: Path) -> None:
    undisturbed, disturbed = jobs.submit(LONG, "undisturbed"), jobs.submit(LONG, "disturbed")
    run_worker((150, signal.SIGKILL), (400, signal.SIGTERM))
    assert [jobs.get_job(job_id).state for job_id in (undisturbed, disturbed)] == ["done", "done"]
    weights = [
        load_file(own_folders / "checkpoints" / name / "weights.safetensors") for name in ("undisturbed", "disturbed")
    ]
    assert weights[0].keys() == weights[1].keys()
    for name, expected in weights[0].items():
        np.testing.assert_array_equal(weights[1][name], expected)
    np.testing.assert_array_equal(jobs.metrics(disturbed)["loss"], jobs.metrics(undisturbed)["loss"])


@pytest.mark.filterwarnings("ignore:overflow")
def test_a_diverging_run_fails_with_advice_and_can_be_kept() -> None:
    job_id = jobs.submit(RunSpec(VAESpec(), "digits", learning_rate=1e6), "wild")
    work("cpu", once=True)
    job = jobs.get_job(job_id)
    assert job.state == "failed"
    assert job.message is not None
    assert re.search(r"at step \d+: .*learning rate 1e\+06.*a tenth", job.message)
    jobs.keep(job_id)
    work("cpu", once=True)
    assert jobs.get_job(job_id).state == "done"


def test_a_data_set_that_is_missing_fails_the_run_with_the_way_to_get_it(
    own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(own_folders / "data"))
    job_id = jobs.submit(RunSpec(PCASpec(), "mnist"), "pca")
    work("cpu", once=True)
    job = jobs.get_job(job_id)
    assert job.state == "failed"
    assert job.message is not None
    assert "train-images-idx3-ubyte" in job.message


FAMILIES_WITH_MORE = [
    ConvAESpec(channels=(4,), batch_norm="yes", classifier_weight=0.1),
    CVAESpec(hidden=(16,)),
    GMVAESpec(hidden=(16,), n_components=4, pretraining=1),
]


@pytest.mark.parametrize("spec", FAMILIES_WITH_MORE, ids=lambda spec: spec.family)
def test_every_family_stops_and_goes_on_to_the_weights_of_an_undisturbed_one(
    spec: ModelSpec, own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = RunSpec(spec, "digits", n_epochs=2)
    jobs.submit(run, "undisturbed")
    work("cpu", once=True)
    disturbed = jobs.submit(run, "disturbed")
    with monkeypatch.context() as patch:
        patch.setattr(worker_module, "_write", stopping(disturbed, worker_module._write))
        work("cpu", once=True)
    assert jobs.get_job(disturbed).state == "cancelled"
    jobs.resume(disturbed)
    work("cpu", once=True)
    assert jobs.get_job(disturbed).message is None
    folder = own_folders / "checkpoints"
    whole, resumed = (load_file(folder / name / "weights.safetensors") for name in ("undisturbed", "disturbed"))
    assert whole.keys() == resumed.keys()
    for name, expected in whole.items():
        np.testing.assert_array_equal(resumed[name], expected)
    assert jobs.metrics(disturbed)["classification"].notna().all() == (spec.family == "conv_ae")


def test_a_full_disk_keeps_the_state_that_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = jobs.submit(SHORT, "short")
    with monkeypatch.context() as patch:
        patch.setattr(worker_module, "_write", stopping(job_id, worker_module._write))
        work("cpu", once=True)
    assert jobs.get_job(job_id).state == "cancelled"
    before = (jobs.get_job(job_id).state_folder / "state.safetensors").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", Mock(side_effect=OSError(28, "No space left on device")))
        jobs.resume(job_id)
        work("cpu", once=True)
    job = jobs.get_job(job_id)
    assert job.state == "failed"
    assert job.message is not None
    assert re.search("could not be written .No space left on device.; nothing that was there is lost", job.message)
    assert (jobs.get_job(job_id).state_folder / "state.safetensors").read_bytes() == before
    jobs.resume(job_id)
    work("cpu", once=True)
    assert jobs.get_job(job_id).state == "done"


def stopping(job_id: int, write: Callable[..., None]) -> Callable[..., None]:
    """Writing as ever, after a page asked for a stop."""

    def stop_and_write(*args: object) -> None:
        if not jobs.get_job(job_id).stop_requested:
            jobs.stop(job_id)
        write(*args)

    return stop_and_write


def test_nothing_but_the_worker_is_warm_when_its_device_is_not_there() -> None:
    program = [sys.executable, "-m", "explorer", "worker", "--once", "--device", "cuda:77"]
    answer = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    assert answer.returncode == 2
    assert "cuda:77" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not jobs.worker_lives()


def test_a_run_whose_spec_was_changed_meanwhile_does_not_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = jobs.submit(SHORT, "short")
    with monkeypatch.context() as patch:
        patch.setattr(worker_module, "_write", stopping(job_id, worker_module._write))
        work("cpu", once=True)
    changed = replace(SHORT, batch_size=64, model=VAESpec(hidden=(32, 16)))
    with transaction() as connection:
        connection.execute("UPDATE runs SET spec = ?", (json.dumps(run_to_json(changed)),))
    jobs.resume(job_id)
    work("cpu", once=True)
    job = jobs.get_job(job_id)
    assert job.state == "failed"
    assert job.message is not None
    assert "(hidden was 16, is 32-16; batch_size was 128, is 64)" in job.message


DIE_BEFORE_CLOSING = """
import os, signal
from explorer.jobs import run_store
from explorer.jobs.worker import work
run_store.end = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
work("cpu", once=True)
"""


def test_a_run_whose_worker_was_killed_after_saving_its_model_knows_its_own(own_folders: Path) -> None:
    job_id = jobs.submit(RunSpec(AESpec(2, (8,)), "digits", n_epochs=1), "mine")
    assert subprocess.run([sys.executable, "-c", DIE_BEFORE_CLOSING], check=False).returncode == -signal.SIGKILL
    before = (own_folders / "checkpoints" / "mine" / "spec.json").read_bytes()
    assert jobs.get_job(job_id).state == "lost"
    jobs.resume(job_id)
    work("cpu", once=True)
    assert (jobs.get_job(job_id).state, jobs.get_job(job_id).checkpoint) == ("done", "mine")
    assert (own_folders / "checkpoints" / "mine" / "spec.json").read_bytes() == before


def test_the_model_of_another_run_is_not_taken_for_ones_own(own_folders: Path) -> None:
    job_id = jobs.submit(RunSpec(AESpec(2, (8,)), "digits", n_epochs=1), "mine")
    other = start(RunSpec(AESpec(2, (8,)), "digits", n_epochs=1, seed=1), load_dataset("digits"), "cpu")
    finish(other, list(train(other)), "mine")
    work("cpu", once=True)
    job = jobs.get_job(job_id)
    assert (job.state, job.has_state) == ("failed", True)
    assert "exists already" in str(job.message)
