"""The worker: takes queued runs one after the other, trains them, and writes down how they go."""

import logging
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from explorer.errors import ExplorerError, SpecError, TrainingError
from explorer.jobs import run_store
from explorer.jobs.database import runs_folder
from explorer.jobs.job import Job, JobState
from explorer.jobs.run_store import NO_ORDERS, Orders, RunTakenAwayError
from explorer.jobs.trainer import MachineLostError, Trainer, real_trainer
from explorer.jobs.workers import HEARTBEAT_S, heartbeat, register, unregister
from explorer.store.atomic_write import recover
from explorer.training.live_pictures import LivePictures
from explorer.training.record import Record

_log = logging.getLogger(__name__)

POLL_S = 0.25
WRITE_EVERY_S = 0.25
SAVE_EVERY_S = 10.0
# Pictures of a watched run take at most a thirtieth of its time.
PICTURES_EVERY_S, PICTURES_RATIO = 0.4, 30.0
SLOW_STEP_S, PAUSE_POLL_S = 0.25, 0.2
# While other runs wait.
LONGEST_PAUSE_S = 120.0
IDLE_LIMIT_S = 600.0


@dataclass(frozen=True)
class Worker:
    """Who works, on what, and whether it was asked to leave."""

    id: int
    device: str
    trainer: Trainer
    leave: threading.Event


@dataclass
class Progress:
    """What of a run is not written yet, how it is run, when which is to be written, and how long it had run before.

    idle_s: how long it was held by a pause or by slow motion; n_single: steps taken that were asked for one by one.
    """

    before_s: float
    execution: str | None = None
    unwritten: list[Record] = field(default_factory=list)
    orders: Orders = NO_ORDERS
    n_single: int = 0
    idle_s: float = 0.0
    pictured_step: int = -1
    pictures_due_at: float = 0.0
    write_due_at: float = field(default_factory=time.monotonic)
    save_due_at: float = field(default_factory=lambda: time.monotonic() + SAVE_EVERY_S)


def work(device: str = "auto", once: bool = False, trainer: Trainer | None = None) -> None:
    """Run queued jobs until nothing was queued for ten minutes, with `once` until the queue is empty.

    SIGTERM and SIGINT make it save the run in hand, put it back into the queue and leave.
    Raises JobError when the register cannot be used.
    """
    with asked_to_leave() as leave, signed_on(device, leave) as worker_id:
        worker = Worker(worker_id, device, trainer or real_trainer(device), leave)
        tidy()
        idle_since = time.monotonic()
        while not leave.is_set():
            job = run_store.claim(worker.id)
            if job is not None:
                run_job(job, worker)
                idle_since = time.monotonic()
            elif once or time.monotonic() - idle_since > IDLE_LIMIT_S:
                break
            else:
                leave.wait(POLL_S)


def tidy() -> None:
    """Remove what earlier workers that were killed left behind: states of runs that are done, and unfinished files."""
    for folder in run_store.done_folders():
        shutil.rmtree(runs_folder() / folder, ignore_errors=True)
    recover(runs_folder())


def run_job(job: Job, worker: Worker) -> None:
    """Train one run to its end, to a stop or to a failure, and write down which; never raises for the run's sake."""
    try:
        _attempt(job, worker)
    except RunTakenAwayError:
        _log.warning("Run %d was taken away", job.id)
    except MachineLostError:
        _put_back(job, worker)
    except ExplorerError as failure:
        _fail(job, worker, str(failure))
    except Exception as failure:  # noqa: BLE001 - whatever breaks one run, the next ones go on
        _log.exception("Run %d broke off", job.id)
        _fail(job, worker, f"The run broke off: {type(failure).__name__}: {failure}".splitlines()[0])


def _fail(job: Job, worker: Worker, message: str) -> None:
    try:
        run_store.end(job.id, worker.id, "failed", message)
    except (RunTakenAwayError, ExplorerError):
        _log.exception("Run %d failed, which could not be written down: %s", job.id, message)


def _put_back(job: Job, worker: Worker) -> None:
    """Let the run go on elsewhere from the state that was saved last."""
    try:
        run_store.end(job.id, worker.id, "queued")
    except (RunTakenAwayError, ExplorerError):
        _log.exception("Run %d could not be put back into the queue", job.id)


def _attempt(job: Job, worker: Worker) -> None:
    state = worker.trainer.begin(job, worker.device if job.device == "auto" else job.device)
    run_store.go_back_to(job.id, worker.id, state.step)
    run_store.set_classes(job.id, worker.id, *worker.trainer.classes(state))
    outcome = "done" if job.keep else _drain(job, worker, state)
    path = worker.trainer.finish(state, run_store.read_records(job.id), job.name) if outcome == "done" else None
    run_store.end(job.id, worker.id, outcome, checkpoint=path.name if path else None)
    if outcome == "done":
        shutil.rmtree(job.state_folder, ignore_errors=True)


def _drain(job: Job, worker: Worker, state: Any) -> JobState:
    """Write the records of a training as they come, save its state, and say how it ended: done, cancelled or queued."""
    progress = Progress(before_s=_elapsed_so_far_s(job))
    try:
        outcome = _follow(job, worker, state, progress)
    except TrainingError:
        _save(job, worker, state, progress)
        raise
    progress.pictures_due_at = 0.0
    _save(job, worker, state, progress)
    return outcome


def _follow(job: Job, worker: Worker, state: Any, progress: Progress) -> JobState:
    for record in worker.trainer.train(state):
        progress.execution = state.execution or None
        progress.unwritten.append(_without_idling(record, progress))
        # A training elsewhere sends some at once; only with the last of them it stands where its state does.
        if record.step != state.step:
            continue
        if state.records_every_step or time.monotonic() >= progress.write_due_at:
            _write(job, worker, state, progress)
        if record.step < record.n_steps:
            _hold(job, worker, state, progress)
            if progress.orders.stop_requested or worker.leave.is_set():
                return "cancelled" if progress.orders.stop_requested else "queued"
        if time.monotonic() >= progress.save_due_at:
            _save(job, worker, state, progress)
    return "done"


def _without_idling(record: Record, progress: Progress) -> Record:
    """A record whose time and speed leave out how long the run was held."""
    trained_s = max(record.elapsed_s - progress.idle_s, 1e-9)
    speed = record.samples_per_s * record.elapsed_s / trained_s
    return replace(record, elapsed_s=trained_s + progress.before_s, samples_per_s=speed)


def _hold(job: Job, worker: Worker, state: Any, progress: Progress) -> None:
    """Wait while the run is paused, or a moment in slow motion; each step then yields a record."""
    began = time.monotonic()
    if progress.orders.pace == "slow":
        worker.leave.wait(SLOW_STEP_S)
    while _is_paused(progress) and not worker.leave.is_set():
        worker.leave.wait(PAUSE_POLL_S)
        _write(job, worker, state, progress)
        _turn(job, worker, state, progress)
        if time.monotonic() - began > LONGEST_PAUSE_S and run_store.others_wait():
            run_store.go_on_at_full_pace(job.id, worker.id)
    _turn(job, worker, state, progress)
    steps_singly = progress.orders.pace == "paused"
    progress.n_single = progress.n_single + 1 if steps_singly else progress.orders.single_steps
    state.records_every_step = progress.orders.pace != "full"
    progress.idle_s += time.monotonic() - began


def _is_paused(progress: Progress) -> bool:
    """Whether no step is to be taken now."""
    orders = progress.orders
    return orders.pace == "paused" and orders.single_steps <= progress.n_single and not orders.stop_requested


def _save(job: Job, worker: Worker, state: Any, progress: Progress) -> None:
    """Keep the state that a resume goes on from, after every record before it is written."""
    _write(job, worker, state, progress)
    worker.trainer.save(state, job.state_folder)
    progress.save_due_at = time.monotonic() + SAVE_EVERY_S


def _write(job: Job, worker: Worker, state: Any, progress: Progress) -> None:
    """Write what is not written yet, and hear what pages want of the run."""
    pictures = _pictures(worker, state, progress)
    progress.orders = run_store.append(job.id, worker.id, progress.unwritten, progress.execution, pictures)
    progress.unwritten.clear()
    progress.write_due_at = time.monotonic() + WRITE_EVERY_S


def _turn(job: Job, worker: Worker, state: Any, progress: Progress) -> None:
    """Make the changes that pages asked for, and write each down before any step is taken with it."""
    for turn in progress.orders.turns:
        run = None
        try:
            run = worker.trainer.turn(state, turn.field, turn.value)
        except SpecError as refusal:
            _log.warning("Run %d keeps its %s: %s", job.id, turn.field, refusal)
        run_store.close_turn(job.id, worker.id, turn, run)
    progress.orders = replace(progress.orders, turns=())


def _pictures(worker: Worker, state: Any, progress: Progress) -> LivePictures | None:
    """The pictures of a run that is watched: after each step that is waited for, else as often as they cost little."""
    began = time.monotonic()
    is_due = began >= progress.pictures_due_at or progress.orders.pace != "full"
    if not progress.orders.is_watched or not is_due or state.step == progress.pictured_step:
        return None
    pictures = worker.trainer.pictures(state)
    ended = time.monotonic()
    progress.pictured_step = state.step
    progress.pictures_due_at = ended + max(PICTURES_EVERY_S, PICTURES_RATIO * (ended - began))
    return pictures


def _elapsed_so_far_s(job: Job) -> float:
    records = run_store.read_records(job.id)
    return records[-1].elapsed_s if records else 0.0


@contextmanager
def asked_to_leave() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; what was there before is put back at the end."""
    leave = threading.Event()
    wanted = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda *_: leave.set()) for number in wanted}
    try:
        yield leave
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def signed_on(device: str, leave: threading.Event) -> Iterator[int]:
    """A worker's id, beating in a thread of its own, since a long step or evaluation must not look like death."""
    worker_id, over = register(device), threading.Event()

    def keep_beating() -> None:
        while not over.wait(HEARTBEAT_S):
            try:
                heartbeat(worker_id, device)
            except ExplorerError:
                _log.exception("The register of runs cannot be written: the worker leaves")
                leave.set()

    thread = threading.Thread(target=keep_beating, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield worker_id
    finally:
        over.set()
        thread.join()
        unregister(worker_id)
