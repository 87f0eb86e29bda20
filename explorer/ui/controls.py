"""Widgets made from the declarations of specs: range, choices and meaning become limits, options and help."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass
from typing import Any

import streamlit as st

from explorer.models.fields import (
    Allowed,
    Choice,
    Range,
    Widths,
    allowed_in,
    has_effect,
    label_of,
    limited_fields,
    text_of,
)
from explorer.training.run_spec import RunSpec
from explorer.ui.query_params import bound


@dataclass(frozen=True)
class AnyText:
    """What a text field takes from the URL: whatever stands there is shown, and the spec judges it."""

    def parse(self, value: object) -> str:
        """The text itself."""
        return str(value)


ANY_TEXT = AnyText()


def field_inputs(
    declared: Sequence["Field[Any]"], known: Mapping[str, object], n_columns: int = 2
) -> dict[str, object]:
    """One widget per field that has an effect, in columns; returns what they hold, to be validated by the spec itself.

    known: the values of other fields, and the family, on which it depends what has an effect.
    """
    values: dict[str, object] = {}
    for field in declared:
        if not has_effect(field, {**known, **values}):
            continue
        if len(values) % n_columns == 0:
            columns = st.columns(n_columns)
        with columns[len(values) % n_columns]:
            values[field.name] = field_input(field)
    return values


def field_input(field: "Field[Any]") -> object:
    """The widget that fits what a field allows; it lives in the URL under the field's name."""
    allowed = allowed_in(field)
    _reset_what_is_not_allowed(field)
    label = label_of(field)
    if isinstance(allowed, Widths) or (isinstance(allowed, Range) and allowed.or_word is not None):
        return st.text_input(label, str(text_of(field.default)), help=_help(field), **bound(field.name, ANY_TEXT))
    options: dict[str, Any] = {"help": _help(field), **bound(field.name, allowed)}
    if isinstance(allowed, Choice):
        return st.selectbox(label, allowed.options, allowed.options.index(field.default), **options)
    return _number_input(label, field, allowed, options)


def fill(spec: Any) -> None:
    """Put a spec's values into its widgets, from a callback."""
    for field in limited_fields(type(spec)):
        value = getattr(spec, field.name)
        st.session_state[field.name] = str(text_of(value)) if _is_typed(allowed_in(field)) else value


def _number_input(label: str, field: "Field[Any]", allowed: Range, options: dict[str, Any]) -> object:
    default: Any = field.default
    if allowed.kind is int:
        return st.number_input(label, int(allowed.low), int(allowed.high), int(default), 1, **options)
    step = 10.0 ** math.floor(math.log10(default)) if default else 0.1
    return st.number_input(label, float(allowed.low), float(allowed.high), float(default), step, "%.4g", **options)


def _help(field: "Field[Any]") -> str:
    meaning = str(field.metadata["meaning"])
    return f"{meaning[0].upper()}{meaning[1:]}; {allowed_in(field)}."


def _reset_what_is_not_allowed(field: "Field[Any]") -> None:
    """Put the default where another family's field of that name allowed more; text stays, to be mended."""
    allowed = allowed_in(field)
    if field.name not in st.session_state or _is_typed(allowed):
        return
    try:
        allowed.parse(st.session_state[field.name])
    except (ValueError, OverflowError):
        st.session_state[field.name] = field.default


def _is_typed(allowed: Allowed) -> bool:
    """Whether a field is typed as text, since numbers and words are mixed in it."""
    return isinstance(allowed, Widths) or (isinstance(allowed, Range) and allowed.or_word is not None)


def fill_form(run: RunSpec) -> None:
    """Put a run into the form, from a callback."""
    st.session_state["data"], st.session_state["family"] = run.dataset, run.model.family
    fill(run.model)
    fill(run)
