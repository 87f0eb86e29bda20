"""Sweeps: runs of one family that differ in a few fields, trained side by side on the same resident data.

On a GPU they are stacked: their networks descend as one batched network, each with its own noise, order of samples and
moments, and members agree with what they would be alone to rounding. On a CPU, where a batched product costs as much
as its parts, they take turns, a record's worth of steps each, and every member is bit for bit what it would be alone.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from explorer.data.dataset import Dataset
from explorer.errors import SpecError, TrainingError
from explorer.models.fields import brief_text, limited_fields
from explorer.models.networks import is_stackable
from explorer.models.spec import make_spec
from explorer.training.loop import Clock, descend, start, train
from explorer.training.record import Record
from explorer.training.run_spec import RunSpec, differing_fields, every_field
from explorer.training.state import GradientFit, TrainingState

MOST_MEMBERS = 64
# Members train on one part of one data set.
SHARED_FIELDS = ("validation_fraction", "dataset", "family")
# What members of a stack may differ in: their networks are alike, and so are the steps they take.
STACKED_FIELDS = ("beta", "variance", "classifier_weight", "learning_rate", "seed")
Round = tuple[tuple[int, Record], ...]


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
    first = start(runs[0], dataset, device)
    return (first, *(start(run, dataset, device, beside=first) for run in runs[1:]))


def train_sweep(states: Sequence[TrainingState], stacks: bool | None = None) -> Iterator[tuple[int, Record]]:
    """The records of `sweep_rounds`, one after the other."""
    for found in sweep_rounds(states, stacks):
        yield from found


def sweep_rounds(states: Sequence[TrainingState], stacks: bool | None = None) -> Iterator[Round]:
    """Go on with every member: rounds of (its number, its next record); to stop is not to ask for the next.

    A round holds the records of all members of a stack, which only together belong to the states as they then are, or
    one of a member that takes its turn. stacks: whether to stack members where that is possible; by default on a GPU.
    elapsed_s and samples_per_s of a record count the others' steps too. A member that diverges leaves the others to go
    on to their ends; then TrainingError names it.
    """
    failures: dict[int, TrainingError] = {}
    groups = _groups(states, stacks)
    trainings = [_train_group(states, group, failures) for group in groups]
    while trainings:
        for training in tuple(trainings):
            found = next(training, None)
            if found is None:
                trainings.remove(training)
            else:
                yield found
    if failures:
        titles = member_titles([state.run for state in states])
        sentences = (f"{titles[member]}: {error}".removeprefix(": ") for member, error in sorted(failures.items()))
        raise TrainingError(" ".join(sentences))


def _groups(states: Sequence[TrainingState], stacks: bool | None) -> list[list[int]]:
    """The members that train together: stacks of equal architecture at equal steps, or each alone."""
    groups: dict[object, list[int]] = {}
    for member, state in enumerate(states):
        wanted = state.device.type == "cuda" if stacks is None else stacks
        if wanted and state.fit is not None and not state.run.changes and is_stackable(state.fit.spec):
            groups.setdefault(_kind(state, state.fit), []).append(member)
        else:
            groups[member] = [member]
    # Members that share a learning rate go side by side.
    return [sorted(members, key=lambda member: states[member].run.learning_rate) for members in groups.values()]


def _kind(state: TrainingState, fit: GradientFit) -> object:
    """What members of one stack have in common."""
    common = {name: value for name, value in every_field(state.run).items() if name not in STACKED_FIELDS}
    # A classifier of weight 0 is none, and a learned variance is a parameter.
    names = tuple(name for name, _ in fit.network.named_parameters())
    # Adam's own steps begin anew after a divergence.
    steps = tuple(float(moments["step"]) for moments in fit.optimizer.state.values())
    return state.step, steps, names, tuple(common.items())


def _train_group(
    states: Sequence[TrainingState], members: list[int], failures: dict[int, TrainingError]
) -> Iterator[Round]:
    """Rounds of some members until none is left; those that fail are noted and left out from then on."""
    if len(members) == 1:
        yield from _train_alone(states[members[0]], members[0], failures)
        return
    clock = Clock(time.perf_counter(), states[members[0]].step)
    while members:
        fits = [fit for member in members if (fit := states[member].fit) is not None]
        for outcomes in descend([states[member] for member in members], fits, clock):
            pairs = tuple(zip(members, outcomes, strict=True))
            yield tuple((member, outcome) for member, outcome in pairs if isinstance(outcome, Record))
            failures |= {member: outcome for member, outcome in pairs if isinstance(outcome, TrainingError)}
        left = (member for member in members if member not in failures)
        members = [member for member in left if states[member].step < states[member].n_steps]


def _train_alone(state: TrainingState, member: int, failures: dict[int, TrainingError]) -> Iterator[Round]:
    try:
        for record in train(state):
            yield ((member, record),)
    except TrainingError as error:
        failures[member] = error


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
    return [{name: brief_text(value) for name, value in every_field(run).items() if name in names} for run in runs]
