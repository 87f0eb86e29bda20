"""Jobs: the register of runs that pages read, and the worker that trains them in a process of its own."""

from explorer.jobs.class_limits import class_models
from explorer.jobs.client import (
    check_free,
    count_before,
    count_jobs,
    count_open_jobs,
    fork,
    free_name,
    get_job,
    keep,
    list_jobs,
    remove,
    resume,
    set_pace,
    step_once,
    stop,
    submit,
    submit_numbered,
    turn,
    undo,
    watch,
)
from explorer.jobs.command import command_line
from explorer.jobs.cost import expected_duration_s
from explorer.jobs.database import runs_folder
from explorer.jobs.job import Job, JobState, Pace
from explorer.jobs.metrics import Snapshot, curves, live_pictures, metrics, snapshot, snapshot_steps
from explorer.jobs.workers import ensure_worker, worker_lives, worker_log
from explorer.training.live_pictures import LivePictures

__all__ = [
    "Job",
    "JobState",
    "LivePictures",
    "Pace",
    "Snapshot",
    "check_free",
    "class_models",
    "command_line",
    "count_before",
    "count_jobs",
    "count_open_jobs",
    "curves",
    "ensure_worker",
    "expected_duration_s",
    "fork",
    "free_name",
    "get_job",
    "keep",
    "list_jobs",
    "live_pictures",
    "metrics",
    "remove",
    "resume",
    "runs_folder",
    "set_pace",
    "snapshot",
    "snapshot_steps",
    "step_once",
    "stop",
    "submit",
    "submit_numbered",
    "turn",
    "undo",
    "watch",
    "worker_lives",
    "worker_log",
]
