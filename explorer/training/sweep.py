"""Sweeps: runs of one architecture that differ in a few numbers, trained side by side on the same resident data.

They take turns, a record's worth of steps each. On a CPU that costs as much as one run after the other, which a
batched product of all members does not reach; every member is bit for bit what it would be alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from explorer.data.dataset import Dataset
from explorer.errors import SpecError, TrainingError
from explorer.training.loop import TrainingState, start, train
from explorer.training.record import Record
from explorer.training.run_spec import RunSpec, differing_fields, run_from_json, run_to_json

MOST_MEMBERS = 64
SWEPT_MODEL_FIELDS = ("beta", "variance")
SWEPT_RUN_FIELDS = ("learning_rate", "seed")
SWEPT_FIELDS = (*SWEPT_MODEL_FIELDS, *SWEPT_RUN_FIELDS)


def sweep_runs(run: RunSpec, over: Mapping[str, Sequence[object]]) -> tuple[RunSpec, ...]:
    """The members of a sweep: `run` with every combination of the values of each field in `over`; raises SpecError."""
    for name in over:
        if name not in SWEPT_FIELDS:
            raise SpecError(
                f"A sweep over {name} is not possible, since its members share one architecture and one data set; "
                f"sweep over {', '.join(SWEPT_FIELDS)}, or train one model for each value."
            )
    members = tuple(_member(run, dict(zip(over, values, strict=True))) for values in product(*over.values()))
    if not 2 <= len(members) <= MOST_MEMBERS:
        raise SpecError(f"A sweep must have from 2 to {MOST_MEMBERS} members, but this one has {len(members)}.")
    if len(set(members)) < len(members):
        raise SpecError("Two members of the sweep are the same; give each value once.")
    return members


def _member(run: RunSpec, values: Mapping[str, object]) -> RunSpec:
    document = run_to_json(run)
    for name, value in values.items():
        (document["model"] if name in SWEPT_MODEL_FIELDS else document)[name] = value
    return run_from_json(document)


def start_sweep(runs: Sequence[RunSpec], dataset: Dataset, device: str = "auto") -> tuple[TrainingState, ...]:
    """The members at step 0, with one copy of the data; raises SpecError for members of another architecture."""
    for run in runs:
        others = [name for name in differing_fields(runs[0], run) if name not in SWEPT_FIELDS]
        if others:
            raise SpecError(
                f"Members of a sweep may differ in {', '.join(SWEPT_FIELDS)}, but these differ in {', '.join(others)}."
            )
    first = start(runs[0], dataset, device)
    return (first, *(start(run, dataset, device, beside=first) for run in runs[1:]))


def train_sweep(states: Sequence[TrainingState]) -> Iterator[tuple[int, Record]]:
    """Go on with every member in turn: (its number, its next record); to stop is not to ask for the next.

    elapsed_s and samples_per_s of a record count the others' turns too. A member that diverges leaves the others
    to go on to their ends; then TrainingError names it.
    """
    trainings = {member: train(state) for member, state in enumerate(states)}
    titles = member_titles([state.run for state in states])
    failures: list[str] = []
    while trainings:
        for member, records in tuple(trainings.items()):
            try:
                record = next(records, None)
            except TrainingError as error:
                failures.append(f"{titles[member]}: {error}" if titles[member] else str(error))
                record = None
            if record is None:
                del trainings[member]
            else:
                yield member, record
    if failures:
        raise TrainingError(" ".join(failures))


def member_titles(runs: Sequence[RunSpec]) -> tuple[str, ...]:
    """What sets each member apart, such as 'beta=4'."""
    return tuple(", ".join(f"{name}={value}" for name, value in values.items()) for values in _differences(runs))


def member_names(name: str, runs: Sequence[RunSpec]) -> tuple[str, ...]:
    """A checkpoint's name for each member, such as 'vae-2d-beta4'."""
    parts = (["-" + key + value for key, value in values.items()] for values in _differences(runs))
    return tuple(name + "".join(part).replace("_", "-").replace("+", "") for part in parts)


def _differences(runs: Sequence[RunSpec]) -> list[dict[str, str]]:
    """For each run, the fields in which any of them differ, with its own values as text."""
    names = {name for run in runs for name in differing_fields(runs[0], run)}
    swept = [name for name in SWEPT_FIELDS if name in names]
    return [{name: _text({**vars(run), **vars(run.model)}[name]) for name in swept} for run in runs]


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
