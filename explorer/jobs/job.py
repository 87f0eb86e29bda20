"""What a run in the register is, whatever process it runs in."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from explorer.errors import JobError, SpecError
from explorer.jobs.database import runs_folder
from explorer.store.schema import Row
from explorer.training.run_spec import RunSpec, run_from_json

JobState = Literal["queued", "running", "done", "failed", "cancelled", "lost"]
# Steps as fast as they go, a few in a second, or none but those that are asked for one by one.
Pace = Literal["full", "slow", "paused"]
OPEN_STATES: tuple[JobState, ...] = ("queued", "running")
STOPPED_STATES: tuple[JobState, ...] = ("failed", "cancelled", "lost")


@dataclass(frozen=True)
class Job:
    """A run in the register; times are seconds since 1970, `message` is the one sentence of what went wrong.

    folder: the name of its folder, which no other run has had, in whatever register; execution: how its steps are run,
    in words, such as 'CPU, 1 of 2 cores' or 'one CUDA graph per step'; None before the first; pace: how fast it is to
    go on while somebody watches; watched: when somebody last did, None for never.
    """

    id: int
    run: RunSpec
    name: str
    device: str
    state: JobState
    step: int
    n_steps: int
    message: str | None
    checkpoint: str | None
    created: float
    started: float | None
    finished: float | None
    keep: bool
    stop_requested: bool
    folder: str
    execution: str | None
    pace: Pace
    watched: float | None

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in OPEN_STATES

    @property
    def has_state(self) -> bool:
        """Whether something was reached that a resume or a checkpoint can start from."""
        return self.state_folder.is_dir()

    @property
    def state_folder(self) -> Path:
        """Where it keeps what it needs to go on."""
        return runs_folder() / self.folder


def job_from_row(row: Row) -> Job:
    """A row of `runs` as a Job; raises JobError for a spec that this explorer cannot read."""
    given = dict(row)
    try:
        run = run_from_json(json.loads(given["spec"]))
    except (SpecError, ValueError) as failure:
        raise JobError(
            f"Run {given['id']} ({given['name']}) was queued by another version of the explorer ({failure}); "
            "set EXPLORER_RUNS to another folder, or move this one away."
        ) from failure
    kept = {key: given[key] for key in Job.__dataclass_fields__ if key in given}
    return Job(**{**kept, "run": run, "keep": bool(given["keep"]), "stop_requested": bool(given["stop_requested"])})
