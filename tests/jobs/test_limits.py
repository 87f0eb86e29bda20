"""What asks for more than the machine has is refused before it starts, with the number that was exceeded."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from explorer import jobs
from explorer.data import SourceState, list_sources, load_dataset
from explorer.errors import ExplorerError, SpecError, TrainingError
from explorer.jobs import foreground
from explorer.jobs.limits import check_resources, disk_bytes, memory_bytes
from explorer.jobs.trainer import begin
from explorer.models import AESpec, ConvVAESpec, PCASpec, VAESpec
from explorer.store import save_state
from explorer.training import RunSpec, start, train

ENORMOUS = RunSpec(VAESpec(2, (8192, 8192, 8192)), "digits")
SMALL = RunSpec(AESpec(2, (64,)), "digits", n_epochs=1)


def source_of(run: RunSpec) -> SourceState:
    return next(source for source in list_sources() if source.name == run.dataset)


def queue(run: RunSpec) -> None:
    jobs.submit(run, "a")


def attend(run: RunSpec) -> None:
    foreground.begin({"a": run}, "a", load_dataset("digits"), "cpu")


@pytest.mark.parametrize("start_run", [queue, attend, check_resources])
def test_too_many_parameters_are_refused(start_run: Callable[[RunSpec], None]) -> None:
    with pytest.raises(SpecError, match=r"would have 269,\d+,\d+ parameters, but at most 100,000,000 are trained here"):
        start_run(ENORMOUS)
    start_run(SMALL)


@pytest.mark.parametrize("start_run", [queue, attend])
def test_more_memory_than_the_machine_has_is_refused(
    start_run: Callable[[RunSpec], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": 100}
    monkeypatch.setattr(os, "sysconf", lambda name: pages[name])
    with pytest.raises(TrainingError, match=r"about 0\.\d GB of memory, but at most 80 % of this machine's 0\.0 GB"):
        start_run(RunSpec(PCASpec(), "digits"))


def test_a_machine_that_does_not_tell_its_memory_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sysconf")
    check_resources(SMALL)


@pytest.mark.parametrize("start_run", [queue, attend])
def test_more_than_the_disk_has_free_is_refused(
    start_run: Callable[[RunSpec], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=50_000_000))
    with pytest.raises(TrainingError, match=r"would need 10\d MB of the disk that holds .*, where 50 MB are free"):
        start_run(SMALL)


def test_a_queued_run_is_looked_at_again_before_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    job = jobs.get_job(jobs.submit(SMALL, "a"))
    monkeypatch.setattr("explorer.jobs.limits.MAX_PARAMETERS", 100)
    with pytest.raises(ExplorerError, match="at most 100 are trained here"):
        begin(job, "cpu")


def test_a_data_set_that_nobody_knows_is_refused_elsewhere() -> None:
    check_resources(RunSpec(VAESpec(2, (8192, 8192, 8192)), "unheard-of"))


def test_the_estimate_of_the_disk_bounds_what_a_training_writes(tmp_path: Path) -> None:
    state = start(SMALL, load_dataset("digits"), "cpu")
    list(train(state))
    written = sum(file.stat().st_size for file in save_state(state, tmp_path / "state").iterdir())
    estimate = disk_bytes(SMALL, source_of(SMALL))
    assert estimate / 10 < 2 * written < 1.5 * estimate


def test_the_estimate_of_memory_counts_weights_batches_and_data() -> None:
    source = source_of(SMALL)
    n_weights = 65 * 64 + 65 * 2 + 3 * 64 + 65 * 64
    assert memory_bytes(SMALL, source) == 4 * (4 * n_weights + 4 * 128 * (2 * 64 + 3 * 2 + 64) + 1437 * 64)
    assert memory_bytes(RunSpec(PCASpec(), "digits"), source) == 16 * 64**2 + 4 * 1437 * 64
    few, many = (RunSpec(ConvVAESpec(), "digits", batch_size=size) for size in (32, 64))
    per_image = (memory_bytes(many, source) - memory_bytes(few, source)) / (4 * 4 * 32)
    assert per_image == 2 * (16 * 4 * 4 + 32 * 2 * 2 + sum(ConvVAESpec().hidden)) + 3 * 2 + 64
