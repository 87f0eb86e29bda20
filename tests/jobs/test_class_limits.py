"""What students may queue: sizes, counts and bytes, each exceeded once."""

from dataclasses import replace
from pathlib import Path

import pytest

from explorer import jobs
from explorer.errors import AccessError
from explorer.jobs import run_store
from explorer.jobs.class_limits import check_class_run, class_models, prefix_of
from explorer.jobs.database import transaction
from explorer.jobs.workers import register
from explorer.models import VAESpec
from explorer.permissions import CLASS_LIMITS, origin_of, own_prefix, tag_of
from explorer.training import RunSpec
from tests.jobs.conftest import A_RUN, run_at_once

ADA, BOB = own_prefix(tag_of("ada")), own_prefix(tag_of("bob"))
N_DIGITS = 1437

pytestmark = pytest.mark.usefixtures("either_database")


def queue(name: str, origin: str = "") -> int:
    return jobs.submit_numbered(A_RUN, name, limits=replace(CLASS_LIMITS, origin=origin))


def queue_as_many_as_go(origin: str) -> int:
    """How many runs browsers without end queue from one address."""
    for number in range(CLASS_LIMITS.most_runs_of_all + 1):
        try:
            queue(f"{own_prefix(tag_of(f'{origin} {number}'))}vae", origin)
        except AccessError:
            return number
    raise AssertionError


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (RunSpec(VAESpec(hidden=(2000, 2000)), "digits"), "parameters"),
        (RunSpec(VAESpec(), "digits", n_epochs=CLASS_LIMITS.most_samples // N_DIGITS + 1), "epochs"),
        (RunSpec(VAESpec(), "digits", batch_size=CLASS_LIMITS.smallest_batch - 1), "batch"),
    ],
)
def test_a_run_that_is_too_large_is_refused(run: RunSpec, says: str) -> None:
    with pytest.raises(AccessError, match=says):
        jobs.submit(run, f"{ADA}large", limits=CLASS_LIMITS)
    assert jobs.count_jobs() == 0
    assert jobs.submit(run, "large") == 1  # the lecturer's


def test_a_student_queues_two_runs_and_another_two_more() -> None:
    for name in (ADA, ADA, BOB, BOB):
        queue(f"{name}vae")
    for name in (ADA, BOB):
        with pytest.raises(AccessError, match="You have 2 runs"):
            queue(f"{name}vae")
    jobs.submit(A_RUN, "vae")
    jobs.stop(1)
    with pytest.raises(AccessError, match="You have 2 runs"):
        queue(f"{ADA}vae")  # what was stopped keeps its state on the disk
    jobs.remove(1)
    queue(f"{ADA}vae")


def test_a_thousand_browsers_queue_no_more_than_the_class_may() -> None:
    for number in range(CLASS_LIMITS.most_runs_of_all):
        queue(f"{own_prefix(tag_of(str(number)))}vae", origin=str(number))
    for number in range(100, 140):
        with pytest.raises(AccessError, match="The class has 60 runs"):
            queue(f"{own_prefix(tag_of(str(number)))}vae", origin=str(number))
    assert jobs.count_jobs() == CLASS_LIMITS.most_runs_of_all
    jobs.submit(A_RUN, "vae")  # the lecturer's need not wait for room


def test_one_address_with_as_many_browsers_as_it_likes_leaves_room_for_the_others() -> None:
    assert [queue_as_many_as_go(origin) for origin in ("eve", "mallory")] == [30, 15]
    with pytest.raises(AccessError, match=r"From your network address 30 runs .* and 15 are left"):
        queue(f"{own_prefix(tag_of('one more'))}vae", "eve")
    queue(f"{ADA}vae", "a student's")
    jobs.submit(A_RUN, "vae")  # nor are the lecturer's counted


def test_the_origin_of_a_run_is_an_address_or_the_network_of_one_machine() -> None:
    own = {address: origin_of(address, "key") for address in ("10.0.0.1", "10.0.0.2", "2001:db8::1", "")}
    assert len(set(own.values())) == len(own)
    assert origin_of("2001:db8::ffff:2", "key") == own["2001:db8::1"] != origin_of("2001:db8:0:1::1", "key")
    assert origin_of("10.0.0.1", "another key") != own["10.0.0.1"]


def test_processes_at_once_queue_no_more_than_two() -> None:
    statement = (
        "from tests.jobs.test_class_limits import ADA, queue\n"
        "        from explorer.errors import AccessError\n"
        "        try:\n            queue(ADA + 'vae')\n        except AccessError:\n            pass"
    )
    code, complaints = run_at_once(statement)
    assert (code, complaints) == (0, "")
    assert jobs.count_jobs() == CLASS_LIMITS.most_runs


def test_a_student_keeps_five_models(own_folders: Path) -> None:
    for number in range(CLASS_LIMITS.most_models):
        (own_folders / "checkpoints" / f"{ADA}vae-{number}").mkdir(parents=True)
    with pytest.raises(AccessError, match="You have 5 models"):
        queue(f"{ADA}vae")
    queue(f"{BOB}vae")
    assert class_models() == tuple(f"{ADA}vae-{number}" for number in range(CLASS_LIMITS.most_models))


def test_disk_of_the_class_is_bounded_by_models_and_states(own_folders: Path) -> None:
    limits = replace(CLASS_LIMITS, most_bytes=20_000_000)
    check_class_run(A_RUN, f"{ADA}vae", limits)
    model = own_folders / "checkpoints" / f"{BOB}vae" / "weights.safetensors"
    model.parent.mkdir(parents=True)
    model.write_bytes(bytes(10_000_000))
    check_class_run(A_RUN, f"{ADA}vae", limits)
    state = jobs.get_job(queue(f"{BOB}vae")).state_folder / "state.safetensors"
    state.parent.mkdir(parents=True)
    state.write_bytes(bytes(10_000_000))
    with pytest.raises(AccessError, match="take 20 MB"):
        check_class_run(A_RUN, f"{ADA}vae", limits)


@pytest.mark.parametrize(("name", "is_stopped"), [(f"{ADA}vae", True), ("vae", False)])
def test_a_students_run_is_stopped_after_ten_minutes(name: str, is_stopped: bool) -> None:
    job_id, worker = jobs.submit(A_RUN, name), register("cpu")
    run_store.claim(worker)
    assert not run_store.append(job_id, worker, []).stop_requested
    with transaction() as connection:
        connection.execute("UPDATE runs SET started = started - ?", (CLASS_LIMITS.most_seconds + 1,))
    assert run_store.append(job_id, worker, []).stop_requested == is_stopped


def test_prefix_of_a_name() -> None:
    assert prefix_of(f"{ADA}{BOB}x") == ADA
