"""Runs of the register on a Ray cluster: each trains on some node, and its records, states and model come home.

Only the process that calls `serve` knows the register. On a node a training keeps nothing but itself: data are sent
to it, and a node that is lost costs what was trained since the state that came home last.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from explorer.data import Dataset, load_dataset
from explorer.errors import JobError, SpecError, TrainingError
from explorer.jobs import client, run_store
from explorer.jobs.job import OPEN_STATES, STOPPED_STATES, Job
from explorer.jobs.save_run import finish, take_in
from explorer.jobs.trainer import MachineLostError, Trainer, snapshot_classes, turn
from explorer.jobs.worker import IDLE_LIMIT_S, POLL_S, Worker, asked_to_leave, run_job, signed_on, tidy
from explorer.store import load_state
from explorer.store.states import STATE, state_bytes, write_state
from explorer.training import Record, RunSpec, start, train
from explorer.training.live_pictures import LivePictures, live_pictures

ENGINE = "ray"
# How long a node trains before it sends what it has, and before it hears of a stop.
SLICE_S = 0.5
# One run keeps an H100 at work for about three quarters of the time (docs/benchmarks.md).
GPU_SHARE = 0.5
# A run that takes its node with it, for its size perhaps, must not take all of them.
MOST_LOSSES = 3
MOST_AT_ONCE = 256
PATIENCE_S = 1.0
Splits = tuple[Dataset, Dataset]


@dataclass(frozen=True)
class Slice:
    """What a training did for a moment: its records, the step it stands at, and why it cannot go on, if it cannot."""

    records: tuple[Record, ...]
    step: int
    execution: str
    is_over: bool
    failure: TrainingError | None


class Training:
    """One training after the other on a node of the cluster, as the body of an actor."""

    def begin(self, run: RunSpec, splits: Splits, content: bytes | None, device: str) -> int:
        """Begin a run, or go on from the content of a state's file; returns the step."""
        data, self.test = splits
        self.state = start(run, data, device) if content is None else _read_state(content, run, data, device)
        self.records = train(self.state)
        return self.state.step

    def advance(self, seconds: float, every_step: bool = False) -> Slice:
        """Train until the first record after some seconds; every_step: whether each step yields one."""
        self.state.records_every_step = every_step
        found: list[Record] = []
        failure, until = None, time.monotonic() + seconds
        try:
            for record in self.records:
                found.append(record)
                if time.monotonic() >= until:
                    break
        except TrainingError as error:
            failure = error
        state = self.state
        return Slice(tuple(found), state.step, state.execution, state.step == state.n_steps, failure)

    def pictures(self) -> LivePictures:
        """What the training shows where it stands."""
        return live_pictures(self.state)

    def turn(self, field: str, value: float) -> RunSpec:
        """Let a field have another value from the next step on."""
        return turn(self.state, field, value)

    def content(self) -> bytes:
        """The content of the state's file."""
        return state_bytes(self.state)

    def finish(self, records: Sequence[Record], name: str) -> dict[str, bytes]:
        """The files of the checkpoint that the training becomes."""
        with TemporaryDirectory() as folder:
            os.environ["EXPLORER_CHECKPOINTS"] = folder
            path = finish(self.state, records, name, test=self.test)
            return {file.name: file.read_bytes() for file in path.iterdir()}


def _read_state(content: bytes, run: RunSpec, data: Dataset, device: str) -> Any:
    with TemporaryDirectory() as folder:
        return load_state(write_state(content, Path(folder)), data, device, run)


@dataclass(eq=False)
class Place:
    """Room for one training at a time on some node: whether it has answered yet, and whether the node was lost."""

    actor: Any
    is_there: bool = False
    is_lost: bool = False


@dataclass(eq=False)
class Distant:
    """A training on a node, as far as it is known at home."""

    dataset: Dataset
    step: int
    execution: str = ""
    records_every_step: bool = False


@dataclass(eq=False)
class Cluster:
    """A Ray cluster, its free places, the trainings in hand, and what was sent to it.

    resources: what one training takes; leave: set when all are to end; losses: how often in a row each run, by its
    number, lost its node.
    """

    ray: Any
    resources: Mapping[str, float]
    leave: threading.Event = field(default_factory=threading.Event)
    places: list[Place] = field(default_factory=list)
    free: list[Place] = field(default_factory=list)
    busy: list[Future[None]] = field(default_factory=list)
    sent: dict[str, tuple[Dataset, Any]] = field(default_factory=dict)
    losses: Counter[int] = field(default_factory=Counter)

    def room(self) -> int:
        """How many trainings fit on the nodes that live."""
        present = self.ray.cluster_resources()
        fits = (int(present.get(key.removeprefix("num_").upper()[:3], 0) / own) for key, own in self.resources.items())
        return min(MOST_AT_ONCE, *fits)

    def n_busy(self) -> int:
        """How many trainings are in hand."""
        self.busy = [training for training in self.busy if not training.done()]
        return len(self.busy)

    def place(self) -> Place:
        """A free place, or one that Ray makes as soon as there is room."""
        with suppress(IndexError):
            return self.free.pop()
        place = Place(self.ray.remote(**self.resources)(Training).remote())
        self.places.append(place)
        return place

    def leave_place(self, place: Place) -> None:
        """Keep a place for the next training, or give it up when it is lost or another waits for the room."""
        if place.is_lost or not all(other.is_there for other in self.places):
            self.places.remove(place)
            self.ray.kill(place.actor)
        else:
            self.free.append(place)

    def splits(self, name: str) -> tuple[Dataset, Any]:
        """A train split, and both splits as what nodes fetch once each."""
        if name not in self.sent:
            data = load_dataset(name)
            self.sent[name] = (data, self.ray.put((data, load_dataset(name, "test"))))
        return self.sent[name]


def serve(
    address: str | None = None, device: str = "auto", *, once: bool = False, gpu_share: float = GPU_SHARE
) -> Generator[None, None, None]:
    """Train queued runs on a cluster, as many at a time as fit; control comes back a few times a second.

    It ends as `explorer.jobs.worker.work` does; when it is closed, the runs in hand are put back into the queue.
    address: of the cluster, else $RAY_ADDRESS, else this machine alone; gpu_share: of a GPU, what one training takes.
    Raises JobError.
    """
    with connected(address, gpu_share) as cluster, asked_to_leave() as leave, signed_on(ENGINE, leave) as worker_id:
        cluster.leave = leave
        tidy()
        worker = partial(Worker, worker_id, device, leave=leave)
        with ThreadPoolExecutor(MOST_AT_ONCE) as threads:
            try:
                for _ in _turns(cluster, once):
                    while cluster.n_busy() < cluster.room() and (job := run_store.claim(worker_id)) is not None:
                        cluster.busy.append(threads.submit(_train, cluster, job, worker))
                    yield
            finally:
                leave.set()


def _turns(cluster: Cluster, once: bool) -> Iterator[None]:
    """Several times a second until somebody asks to leave or nothing has run for long, with `once` for a moment."""
    idle_since = time.monotonic()
    while not cluster.leave.is_set():
        yield
        if cluster.n_busy():
            idle_since = time.monotonic()
        elif once or time.monotonic() - idle_since > IDLE_LIMIT_S:
            return
        cluster.leave.wait(POLL_S)


def _train(cluster: Cluster, job: Job, worker: Callable[..., Worker]) -> None:
    place = cluster.place()
    run_job(job, worker(trainer=distant_trainer(cluster, place)))
    cluster.losses[job.id] = cluster.losses[job.id] + 1 if place.is_lost else 0
    cluster.leave_place(place)


def distant_trainer(cluster: Cluster, place: Place) -> Trainer:
    """The training that a worker drains, on a node of the cluster."""
    answer = partial(ask, cluster, place)

    def begin(job: Job, device: str) -> Distant:
        if cluster.losses[job.id] >= MOST_LOSSES:
            raise JobError(
                f"Run {job.id} lost its node {MOST_LOSSES} times in a row; if the nodes are well, it may need more "
                "memory than they have: take smaller batches or narrower layers."
            )
        content = (job.state_folder / STATE).read_bytes() if job.has_state else None
        data, splits = cluster.splits(job.run.dataset)
        return Distant(data, answer(place.actor.begin.remote(job.run, splits, content, device)))

    def advance(state: Distant) -> Iterator[Record]:
        is_over = False
        while not is_over:
            singly = state.records_every_step
            part: Slice = answer(place.actor.advance.remote(0.0 if singly else SLICE_S, singly))
            state.step, state.execution, is_over = part.step, part.execution, part.is_over
            yield from part.records
            if part.failure is not None:
                raise part.failure

    def save(_: Distant, folder: Path) -> Path:
        return write_state(answer(place.actor.content.remote()), folder)

    def bring_home(_: Distant, records: list[Record], name: str) -> Path:
        return take_in(answer(place.actor.finish.remote(records, name)), name)

    return Trainer(begin, advance, save, bring_home, snapshot_classes, *_looks(place, answer))


def _looks(place: Place, answer: Callable[[Any], Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The pictures of a training on a node, and how a field of it is turned."""
    return (
        lambda _: answer(place.actor.pictures.remote()),
        lambda _, field, value: answer(place.actor.turn.remote(field, value)),
    )


def ask(cluster: Cluster, place: Place, answer: Any) -> Any:
    """What an actor answers; raises what it raised.

    Raises MachineLostError when its node is gone, or when it never was and somebody asks to leave.
    """
    errors = cluster.ray.exceptions
    while True:
        try:
            value = cluster.ray.get(answer, timeout=PATIENCE_S)
        except errors.RayTaskError as error:
            raise error.cause from None
        except errors.GetTimeoutError:
            if cluster.leave.is_set() and not place.is_there:
                place.is_lost = True
                raise MachineLostError from None
        except errors.RayError as error:
            place.is_lost = True
            raise MachineLostError from error
        else:
            place.is_there = True
            return value


@contextmanager
def connected(address: str | None, gpu_share: float = GPU_SHARE) -> Iterator[Cluster]:
    """A cluster to train on; raises JobError where Ray is not installed or nothing answers at the address."""
    ray = require_ray()
    package = str(Path(__file__).parents[1])
    try:
        ray.init(address, log_to_driver=False, logging_level="ERROR", runtime_env={"py_modules": [package]})
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise JobError(
            f"No Ray cluster answers at {address or os.environ.get('RAY_ADDRESS')} ({str(error).splitlines()[0]}); "
            "start one with `ray start --head`, and give its address."
        ) from error
    try:
        has_gpus = ray.cluster_resources().get("GPU", 0) > 0
        yield Cluster(ray, {"num_gpus": gpu_share} if has_gpus else {"num_cpus": 1})
    finally:
        ray.shutdown()


def require_ray() -> Any:
    """The package ray; raises JobError where it is not installed."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError as error:
        raise JobError(
            "The engine ray needs the package ray, which is not installed here; install it by "
            "`pip install --group ray`, or leave the engine at local."
        ) from error
    return ray


def queue_members(wanted: Mapping[str, RunSpec], device: str, *, resume: bool) -> tuple[int, ...]:
    """Queue runs by their names, or with `resume` those again that were stopped; returns their numbers.

    Raises JobError as `client.submit` does.
    """
    there = {job.name: job for job in client.list_jobs() if job.state != "done"} if resume else {}
    for name in wanted.keys() & there.keys():
        if there[name].run != wanted[name]:
            raise SpecError(f"The run {name} began with other fields; ask for those, or give another --name.")
        if there[name].state in STOPPED_STATES:
            client.resume(there[name].id)
    return tuple(there[name].id if name in there else client.submit(run, name, device) for name, run in wanted.items())


def follow(ids: Sequence[int], address: str | None, device: str = "auto") -> Iterator[Job]:
    """Serve until some runs have ended, or somebody asks to leave: each run as it ends."""
    left = set(ids)
    turns = serve(address, device)
    try:
        for _ in turns:
            ended = [job for job in map(client.get_job, sorted(left)) if job.state not in OPEN_STATES]
            left -= {job.id for job in ended}
            yield from ended
            if not left:
                return
    finally:
        turns.close()
