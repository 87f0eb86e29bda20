"""A run as the command line would start it."""

import shlex
from dataclasses import fields
from typing import Any

from explorer.errors import SpecError
from explorer.models.fields import limited_fields, option_of, text_of
from explorer.models.spec import ModelSpec
from explorer.training.changes import Change
from explorer.training.run_spec import RunSpec

_ALWAYS = ("n_epochs", "seed", "batch_size", "learning_rate")


def command_line(run: RunSpec, name: str) -> str:
    """The command that trains the same model: the usual options always, the others where they differ from a default."""
    words = ["python", "-m", "explorer", "train", run.model.family, "--dataset", run.dataset]
    options = {field.name: option_of(field) for field in limited_fields(RunSpec)}
    for key, value in _settings(run).items():
        words += [f"--{options[key]}", value]
    changes = [word for change in run.changes for word in ("--change", change_text(change))]
    return shlex.join([*words, *set_options(run.model), *changes, "--name", name])


def change_text(change: Change) -> str:
    """A change as the command line writes it, such as '300:beta=4'."""
    return f"{change.step}:{change.field}={change.value!r}"


def change_from_text(text: str) -> Change:
    """The inverse of `change_text`; raises SpecError."""
    step, _, setting = text.partition(":")
    field, _, value = setting.partition("=")
    try:
        return Change(int(step), field, float(value))
    except ValueError as error:
        raise SpecError(f"--change is {text!r}, but must be step:field=value, such as 300:beta=4.") from error


def set_options(model: ModelSpec) -> list[str]:
    """The words of the command line for the fields of a model that differ from their defaults."""
    return [word for key, value in _changed(model).items() for word in ("--set", f"{key}={value}")]


def _settings(run: RunSpec) -> dict[str, str]:
    always = {key: str(getattr(run, key)) for key in _ALWAYS}
    changed = {
        key: value for key, value in _changed(run).items() if key not in ("model", "dataset", "changes", *_ALWAYS)
    }
    return always | changed


def _changed(spec: Any) -> dict[str, str]:
    """The fields of a spec that differ from their defaults, as text."""
    pairs = {field.name: (getattr(spec, field.name), field.default) for field in fields(spec)}
    return {name: str(text_of(value)) for name, (value, default) in pairs.items() if value != default}
