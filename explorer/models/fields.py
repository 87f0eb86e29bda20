"""Fields declared once: range, meaning, label, group and condition of effect.

Validation, the form, the command line, the keys of a link and the reference are made from the declaration.
"""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from enum import StrEnum
from typing import Any

from explorer.errors import SpecError

MAX_HIDDEN_LAYERS = 8
# Of a longer list of words a sentence names a few.
MOST_LISTED, EXAMPLES = 12, 3


@dataclass(frozen=True)
class Range:
    """A number between two limits, both allowed; `or_word` is a word allowed in its place."""

    kind: type[int] | type[float]
    low: float
    high: float
    or_word: str | None = None

    def __str__(self) -> str:
        noun, form = ("a whole number", ".0f") if self.kind is int else ("a number", "g")
        alternative = f", or '{self.or_word}'" if self.or_word else ""
        return f"{noun} from {self.low:{form}} to {self.high:{form}}{alternative}"

    def parse(self, value: object) -> int | float | str:
        """The value as a number (or the word); raises ValueError when it is none within the limits."""
        if self.or_word is not None and value == self.or_word:
            return self.or_word
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError
        number = self.kind(value) if isinstance(value, str) else value
        if number != self.kind(number) or not self.low <= number <= self.high:
            raise ValueError
        return self.kind(number)


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    options: tuple[str, ...]

    def __str__(self) -> str:
        if len(self.options) <= MOST_LISTED:
            return " or ".join(self.options)
        return f"one of {len(self.options)}, such as {', '.join(self.options[:EXAMPLES])}"

    def parse(self, value: object) -> str:
        """The word itself; raises ValueError when it is not among the options."""
        if not isinstance(value, str) or value not in self.options:
            raise ValueError
        return value


@dataclass(frozen=True)
class Widths:
    """The widths of layers from input to code, such as 256-64; 'none' for no layer, where none is allowed."""

    highest: int = 8192
    most: int = MAX_HIDDEN_LAYERS
    least: int = 0

    def __str__(self) -> str:
        return f"up to {self.most} widths from 1 to {self.highest}, such as 256-64{'' if self.least else ', or none'}"

    def parse(self, value: object) -> tuple[int, ...]:
        """Widths as a tuple; raises ValueError for anything else."""
        if isinstance(value, str):
            value = [] if value == "none" else [int(part) for part in value.split("-")]
        if not isinstance(value, list | tuple) or not self.least <= len(value) <= self.most:
            raise ValueError
        width = Range(int, 1, self.highest)
        return tuple(int(width.parse(part)) for part in value)


Allowed = Range | Choice | Widths


class Group(StrEnum):
    """What a field is about, in the order of the form; those of MAIN are shown first and without a heading."""

    MAIN = ""
    NETWORK = "Network"
    OBJECTIVE = "Objective"
    DISTRIBUTIONS = "Likelihood and prior"
    TRAINING = "Training"


@dataclass(frozen=True)
class OnlyIf:
    """A field has an effect only if another one, or the family, has one of some values."""

    other: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"only with {self.other}={' or '.join(self.values)}"

    def holds(self, values: Mapping[str, object]) -> bool:
        """Whether the condition is met; a field that is not among the values forbids nothing."""
        return self.other not in values or values[self.other] in self.values


@dataclass(frozen=True)
class Unless(OnlyIf):
    """A field has no effect if another one, or the family, has one of some values."""

    def __str__(self) -> str:
        return f"not with {self.other}={' or '.join(self.values)}"

    def holds(self, values: Mapping[str, object]) -> bool:
        """Whether the condition is met."""
        return values.get(self.other) not in self.values


def limited(
    default: Any,
    allowed: Allowed,
    meaning: str,
    group: Group = Group.MAIN,
    *,
    label: str | None = None,
    only_if: OnlyIf | None = None,
    option: str | None = None,
) -> Any:
    """A dataclass field with a default, the values it allows and what it means.

    label: its name for people, where that is not the field's own; only_if: when it has an effect; option: its name on
    the command line, where that is another.
    """
    metadata = {"allowed": allowed, "meaning": meaning, "group": group, "label": label, "only_if": only_if}
    return field(default=default, metadata={**metadata, "option": option})


def limited_fields(cls: type) -> tuple["Field[Any]", ...]:
    """The fields of a spec that `limited` declares, in their order."""
    return tuple(spec_field for spec_field in fields(cls) if "allowed" in spec_field.metadata)


def label_of(spec_field: "Field[Any]") -> str:
    """A field's name for people, such as 'Dimensions K'."""
    return spec_field.metadata["label"] or spec_field.name.replace("_", " ").capitalize()


def option_of(spec_field: "Field[Any]") -> str:
    """A field's name as an option of the command line, such as 'batch-size'."""
    return (spec_field.metadata["option"] or spec_field.name).replace("_", "-")


def group_of(spec_field: "Field[Any]") -> Group:
    """What a field is about."""
    group: Group = spec_field.metadata["group"]
    return group


def has_effect(spec_field: "Field[Any]", values: Mapping[str, object]) -> bool:
    """Whether a field changes anything beside the values of others, and of 'family'."""
    only_if: OnlyIf | None = spec_field.metadata["only_if"]
    return only_if is None or only_if.holds(values)


def allowed_in(spec_field: "Field[Any]") -> Allowed:
    """What values a field of a spec allows."""
    allowed: Allowed = spec_field.metadata["allowed"]
    return allowed


def validate(spec: Any, context: str) -> None:
    """Replace every limited field of a frozen spec by its parsed value; raises SpecError that names field and range."""
    for spec_field in limited_fields(type(spec)):
        value = parse_field(spec_field, getattr(spec, spec_field.name), context)
        object.__setattr__(spec, spec_field.name, value)


def parse_field(spec_field: "Field[Any]", value: object, context: str) -> Any:
    """One value for one field, from text, JSON or Python; raises SpecError."""
    allowed = allowed_in(spec_field)
    try:
        return allowed.parse(value)
    except (ValueError, OverflowError):
        raise SpecError(f"{context}: {spec_field.name} is {value!r}, but must be {allowed}.") from None


def field_names(cls: type) -> tuple[str, ...]:
    """The names of a spec's fields."""
    return tuple(spec_field.name for spec_field in fields(cls))


def reject_unknown(cls: type, given: Mapping[str, object], context: str) -> None:
    """Raise SpecError when a key is no field of a spec, naming the fields that it has."""
    known = field_names(cls)
    for key in given:
        if key not in known:
            raise SpecError(f"{context} has no field {key!r}; its fields are {', '.join(sorted(known))}.")


def describe(cls: type) -> dict[str, dict[str, Any]]:
    """Every limited field with its default, allowed values, meaning and condition of effect, ready for JSON."""
    return {spec_field.name: _described(spec_field) for spec_field in limited_fields(cls)}


def _described(spec_field: "Field[Any]") -> dict[str, Any]:
    only_if = spec_field.metadata["only_if"]
    return {
        "default": text_of(spec_field.default),
        "allowed": str(allowed_in(spec_field)),
        "meaning": spec_field.metadata["meaning"],
        "effect": str(only_if) if only_if else None,
    }


def text_of(value: object) -> object:
    """A field's value as the command line and the URL write it: widths as 256-64, everything else as it is."""
    if isinstance(value, tuple):
        return "-".join(str(width) for width in value) or "none"
    return value


def brief_text(value: object) -> str:
    """A field's value as a title says it: floats without idle zeros."""
    return f"{value:g}" if isinstance(value, float) else str(text_of(value))
