"""A training run in one frozen object: what to train, on what, and how."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from explorer.errors import SpecError
from explorer.models.fields import (
    Choice,
    Group,
    Range,
    Unless,
    limited,
    limited_fields,
    reject_unknown,
    text_of,
    validate,
)
from explorer.models.spec import CLOSED_FORM, ModelSpec, spec_from_json, spec_to_json
from explorer.training import changes
from explorer.training.changes import Change, check_changes

# In closed form there is nothing to repeat, to pace or to seed.
_DESCENDS = Unless("family", tuple(cls.family for cls in CLOSED_FORM))


@dataclass(frozen=True)
class RunSpec:
    """Everything that decides a run's result on one kind of device; PCA ignores all but model, data set and parts.

    trained_here: False for a model of your own that was added, of whose training nothing is known; changes: fields
    that take another value along the way, in the order of their steps.
    """

    model: ModelSpec
    dataset: str
    n_epochs: int = limited(
        10, Range(int, 1, 10_000), "passes over the training part", label="Epochs", option="epochs", only_if=_DESCENDS
    )
    seed: int = limited(
        0, Range(int, 0, 2**31 - 1), "seed of initial weights, order and noise", Group.TRAINING, only_if=_DESCENDS
    )
    batch_size: int = limited(128, Range(int, 1, 60_000), "samples in one step", Group.TRAINING, only_if=_DESCENDS)
    learning_rate: float = limited(1e-3, Range(float, 1e-8, 1e8), "Adam's step size", only_if=_DESCENDS)
    weight_decay: float = limited(
        0.0,
        Range(float, 0, 1),
        "factor of the L2 penalty: it times each weight is added to the gradient before Adam's step",
        Group.TRAINING,
        only_if=_DESCENDS,
    )
    schedule: str = limited(
        "constant", Choice(("constant", "cosine")), "schedule of the learning rate", Group.TRAINING, only_if=_DESCENDS
    )
    precision: str = limited(
        "float32",
        Choice(("float32", "bfloat16")),
        "number format of the matrix products",
        Group.TRAINING,
        only_if=_DESCENDS,
    )
    validation_fraction: float = limited(
        1 / 12, Range(float, 0, 0.5), "fraction of train that is held out for validation", Group.TRAINING
    )

    trained_here: bool = True
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        validate(self, "training")
        if not isinstance(self.trained_here, bool):
            raise SpecError(f"training: trained_here is {self.trained_here!r}, but must be true or false.")
        check_changes(self.changes, self.model)


def run_to_json(run: RunSpec) -> dict[str, Any]:
    """A run as a JSON object with its model nested."""
    document = {**asdict(run), "model": spec_to_json(run.model)}
    if run.trained_here:
        del document["trained_here"]
    if not run.changes:
        del document["changes"]
    return document


def distinct_fields(run: RunSpec) -> dict[str, Any]:
    """What of a run differs from its fields' defaults, with its family and data set; later fields change none of it."""
    return {"family": run.model.family, "dataset": run.dataset, "model": _distinct(run.model), "run": _distinct(run)}


def _distinct(spec: ModelSpec | RunSpec) -> dict[str, Any]:
    given = {field.name: (getattr(spec, field.name), field.default) for field in limited_fields(type(spec))}
    return {name: value for name, (value, default) in given.items() if value != default}


def run_from_json(document: Mapping[str, Any]) -> RunSpec:
    """The inverse of `run_to_json`; raises SpecError for an unknown or missing field or value."""
    given = dict(document)
    reject_unknown(RunSpec, given, "training")
    if not isinstance(given.get("model"), Mapping) or not isinstance(given.get("dataset"), str):
        raise SpecError("A training run needs a model (an object with its family) and a data set's name.")
    given["model"] = spec_from_json(given["model"])
    if "changes" in given:
        given["changes"] = _changes_from_json(given["changes"])
    return RunSpec(**given)


def _changes_from_json(documents: Any) -> tuple[Change, ...]:
    try:
        return tuple(Change(int(one["step"]), str(one["field"]), float(one["value"])) for one in documents)
    except (TypeError, KeyError, ValueError) as error:
        raise SpecError("The changes of a run must be a list of objects with step, field and value.") from error


def after_step(run: RunSpec, step: int, field: str, value: float) -> RunSpec:
    """The run with another value of a field for all steps after the first `step` ones; raises SpecError."""
    return replace(run, changes=changes.with_change(run.changes, Change(step, field, value)))


def value_at(run: RunSpec, step: int, field: str) -> float:
    """What a field that can be changed has for the step after the first `step` ones."""
    model, learning_rate = changes.in_force(run.model, run.learning_rate, changes.before(run.changes, step + 1))
    return learning_rate if field == changes.OF_RUN else float(getattr(model, field))


def count_steps(run: RunSpec, n_train: int) -> int:
    """The steps of a run by gradient descent on a data set of so many training samples."""
    n_taken = n_train - round(n_train * run.validation_fraction)
    return run.n_epochs * math.ceil(n_taken / run.batch_size)


def has_same_past(run: RunSpec, other: RunSpec, step: int) -> bool:
    """Whether two runs take the same first steps."""
    one, two = (replace(each, changes=changes.before(each.changes, step)) for each in (run, other))
    return one == two


def differing_fields(one: RunSpec, other: RunSpec) -> tuple[str, ...]:
    """The names of the fields, also of the model, in which two runs differ."""
    first, second = every_field(one), every_field(other)
    return tuple(name for name in first | second if first.get(name) != second.get(name))


def name_differences(began: RunSpec, wanted: RunSpec) -> str:
    """Each field in which two runs differ, such as 'seed was 0, is 1'; of families that differ, what both have."""
    was, now = every_field(began), every_field(wanted)
    shared = [name for name in differing_fields(began, wanted) if name in was and name in now]
    return "; ".join(f"{name} was {text_of(was[name])}, is {text_of(now[name])}" for name in shared)


def every_field(run: RunSpec) -> dict[str, Any]:
    """The fields of a run and of its model by name, with the model's family."""
    fields = {"family": run.model.family, **asdict(run.model), **asdict(run), "changes": changes.as_text(run.changes)}
    return {name: value for name, value in fields.items() if name not in ("model", "trained_here")}
