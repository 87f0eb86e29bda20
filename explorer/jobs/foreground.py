"""Trainings that the command line attends itself: saved as they go, so that they can be stopped and go on."""

import shutil
import sqlite3
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from explorer.data import Dataset
from explorer.errors import CheckpointError, JobError
from explorer.jobs.database import runs_folder
from explorer.jobs.limits import check_resources
from explorer.jobs.save_run import finish_member
from explorer.jobs.worker import asked_to_leave
from explorer.store import (
    check_name,
    check_target,
    has_state,
    load_records,
    load_state,
    read_info,
    save_records,
    save_state,
)
from explorer.training import Record, RunSpec, TrainingState, start
from explorer.training.run_spec import name_differences
from explorer.training.sweep import sweep_rounds

SAVE_EVERY_S = 10.0
# Of large members, saving takes at most this share of the time.
SAVING_SHARE = 0.05


@dataclass(eq=False)
class Member:
    """One training or one of a sweep, the records so far, and whether it is a checkpoint by now."""

    name: str
    folder: Path
    state: TrainingState
    records: list[Record]
    kept: bool = False

    @property
    def is_at_end(self) -> bool:
        """Whether nothing is left to train."""
        return self.state.step == self.state.n_steps


def folder_of(title: str) -> Path:
    """Where trainings keep what they need to go on; raises CheckpointError for a name of no folder."""
    return runs_folder() / "attended" / check_name(title)


@contextmanager
def only_one(title: str) -> Iterator[None]:
    """Hold the lock of a name, which the system lets go however the process ends; raises JobError when it is held."""
    folder = folder_of(title)
    with closing(_lock(folder, title)):
        try:
            yield
        finally:
            if not any(path.is_dir() for path in folder.iterdir()):
                shutil.rmtree(folder, ignore_errors=True)


def _lock(folder: Path, title: str) -> sqlite3.Connection:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = sqlite3.connect(folder / "lock", timeout=0, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
    except OSError as error:
        raise JobError(
            f"{folder} cannot be written ({error.strerror}); set EXPLORER_RUNS to another folder."
        ) from error
    except sqlite3.OperationalError as error:
        raise JobError(
            f"{title} cannot be trained ({error}), since another process trains it: wait for its end, or give "
            "this one another --name."
        ) from error
    return lock


def unfinished(wanted: Mapping[str, RunSpec], title: str, *, resume: bool, replace: bool) -> dict[str, RunSpec]:
    """The members that are left to train, by name.

    With `resume` those that became checkpoints stay as they are; without it there must be none, nor a state of one
    that was stopped, unless `replace` gives them up. With both, what was to replace a checkpoint and was stopped goes
    on. Raises CheckpointError and JobError.
    """
    if resume:
        return {name: run for name, run in wanted.items() if not _is_done(name, run, title, replace=replace)}
    for name in wanted:
        check_target(name, replace)
        folder = folder_of(title) / name
        if has_state(folder) and not replace:
            raise JobError(f"{name} was stopped before its end; go on with --resume, or begin anew with --replace.")
        shutil.rmtree(folder, ignore_errors=True)
    return dict(wanted)


def _is_done(name: str, run: RunSpec, title: str, *, replace: bool) -> bool:
    if not check_target(name, replace=True).exists() or (replace and has_state(folder_of(title) / name)):
        return False
    kept = read_info(name).run
    if replace:
        return kept == run
    if kept != run:
        raise CheckpointError(
            f"The checkpoint {name} was trained with other fields ({name_differences(kept, run)}); ask for those, or "
            "give another --name."
        )
    return True


def begin(
    runs: Mapping[str, RunSpec], title: str, dataset: Dataset, device: str, n_threads: int | None = None
) -> tuple[Member, ...]:
    """The members as they were saved last, else at step 0, with one copy of the data.

    n_threads: that all their steps are to take on a CPU, else it is measured.

    Raises as `load_state` and `check_resources` do.
    """
    members: list[Member] = []
    for run in runs.values():
        check_resources(run)
    for name, run in runs.items():
        folder, beside = folder_of(title) / name, members[0].state if members else None
        if has_state(folder):
            state = load_state(folder, dataset, device, run, beside)
            members.append(Member(name, folder, state, load_records(folder, state.step)))
        else:
            members.append(Member(name, folder, start(run, dataset, device, beside), []))
    for member in members if n_threads else ():
        member.state.n_threads, member.state.has_fixed_threads = n_threads or 0, True
    return tuple(members)


def attend(members: Sequence[Member]) -> Generator[Member, None, None]:
    """Train in turns; a member is yielded after each of its records, and at once when it has no step left.

    Whoever drains it makes checkpoints of those at their ends by `keep`. Every ten seconds, at Ctrl-C and SIGTERM,
    which end it, and at an error, all that are no checkpoints are saved. Raises TrainingError.
    """
    before_s = [member.records[-1].elapsed_s if member.records else 0.0 for member in members]
    with asked_to_leave() as leave:
        try:
            yield from (member for member in members if member.is_at_end)
            due_at = time.monotonic() + SAVE_EVERY_S
            for found in sweep_rounds([member.state for member in members]):
                for place, record in found:
                    members[place].records.append(replace(record, elapsed_s=record.elapsed_s + before_s[place]))
                yield from (members[place] for place, _ in found)
                if leave.is_set():
                    return
                if time.monotonic() >= due_at:
                    due_at = _save(members)
        finally:
            _save(members)


def keep(member: Member, *, replace: bool) -> dict[str, object]:
    """Make a checkpoint of a member and forget its state; returns its figures of merit, ready for JSON."""
    row = finish_member(member.state, member.records, member.name, replace=replace)
    member.kept = True
    shutil.rmtree(member.folder, ignore_errors=True)
    return row


def _save(members: Sequence[Member]) -> float:
    """Save what is no checkpoint yet, records before the states that follow them; returns when it is due again."""
    began = time.monotonic()
    for member in members:
        if not member.kept and member.state.step:
            save_records(member.records, member.folder)
            save_state(member.state, member.folder)
    ended = time.monotonic()
    return ended + max(SAVE_EVERY_S, (ended - began) / SAVING_SHARE)
