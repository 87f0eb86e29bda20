"""Sweeps: runs of one family that differ in a few fields, trained side by side on the same resident data.

They take turns, a record's worth of steps each. On a CPU that costs as much as one run after the other, which a
batched product of all members does not reach; every member is bit for bit what it would be alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from explorer.data.dataset import Dataset
from explorer.errors import SpecError, TrainingError
from explorer.models.fields import limited_fields, text_of
from explorer.models.spec import make_spec
from explorer.training.loop import TrainingState, start, train, wants_labels
from explorer.training.record import Record
from explorer.training.run_spec import RunSpec, differing_fields, every_field

MOST_MEMBERS = 64
# Members train on one part of one data set.
SHARED_FIELDS = ("validation_fraction", "dataset", "family")


def sweep_runs(run: RunSpec, over: Mapping[str, Sequence[object]]) -> tuple[RunSpec, ...]:
    """The members of a sweep: `run` with every combination of the values of each field in `over`; raises SpecError."""
    _check_shared(over)
    members = tuple(_member(run, dict(zip(over, values, strict=True))) for values in product(*over.values()))
    if not 2 <= len(members) <= MOST_MEMBERS:
        raise SpecError(f"A sweep must have from 2 to {MOST_MEMBERS} members, but this one has {len(members)}.")
    if len(set(members)) < len(members):
        raise SpecError("Two members of the sweep are the same; give each value once.")
    return members


def _check_shared(names: Iterable[str]) -> None:
    for name in names:
        if name in SHARED_FIELDS:
            raise SpecError(
                f"A sweep over {name} is not possible, since its members learn the same samples with one family of "
                "models; train one model for each value."
            )


def _member(run: RunSpec, values: Mapping[str, object]) -> RunSpec:
    """The run with other values of some of its own fields and of its model's; raises SpecError."""
    of_run = {field.name for field in limited_fields(RunSpec)}
    own = {name: value for name, value in values.items() if name in of_run}
    of_model = {name: value for name, value in values.items() if name not in of_run}
    return replace(run, model=make_spec(run.model.family, vars(run.model) | of_model), **own)  # type: ignore[arg-type]


def start_sweep(runs: Sequence[RunSpec], dataset: Dataset, device: str = "auto") -> tuple[TrainingState, ...]:
    """The members at step 0, with one copy of the data; raises SpecError for members that learn other samples."""
    for run in runs:
        _check_shared(differing_fields(runs[0], run))
    states: list[TrainingState] = []
    for run in runs:
        beside = next((state for state in states if wants_labels(state.run.model) == wants_labels(run.model)), None)
        states.append(start(run, dataset, device, beside))
    return tuple(states)


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
    return [{name: _text(value) for name, value in every_field(run).items() if name in names} for run in runs]


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(text_of(value))
