"""Widgets made from the declarations of specs: range, choices and meaning become limits, options and help."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import Field, dataclass, fields
from typing import Any

import streamlit as st

from explorer.models.fields import Allowed, Choice, Range, Widths, allowed_in, text_of
from explorer.training.run_spec import RunSpec
from explorer.ui.query_params import bound

LABELS = {
    "latent_dim": "Dimensions K",
    "hidden": "Hidden layers",
    "beta": "β",
    "n_epochs": "Epochs",
    "n_components": "Components",
    "variance": "Variance σ²",
    "warm_up": "KL warm-up, epochs",
    "free_bits": "Free nats a dimension",
    "pretraining": "Pretraining, epochs",
    "code_activation": "Code activation",
    "corruption_level": "Corruption level",
    "sparse_units": "Units kept k",
    "sparsity_rate": "Mean activation ρ",
    "sparsity_weight": "Sparsity weight",
    "contraction": "Contraction weight",
    "classifier_weight": "Classifier weight λ",
}


@dataclass(frozen=True)
class AnyText:
    """What a text field takes from the URL: whatever stands there is shown, and the spec judges it."""

    def parse(self, value: object) -> str:
        """The text itself."""
        return str(value)


ANY_TEXT = AnyText()


def spec_fields(cls: type) -> tuple["Field[Any]", ...]:
    """The fields of a spec that declare what they allow."""
    return tuple(field for field in fields(cls) if "allowed" in field.metadata)


def field_inputs(
    declared: Sequence["Field[Any]"],
    n_columns: int = 2,
    has_effect: Callable[[str, Mapping[str, object]], bool] | None = None,
    known: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """One widget a field, in columns; returns what they hold, to be validated by the spec itself.

    has_effect: whether a field, by its name and the values so far (those of `known` too), is shown at all.
    """
    values: dict[str, object] = {}
    for field in declared:
        if has_effect is not None and not has_effect(field.name, {**(known or {}), **values}):
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
    label = LABELS.get(field.name, field.name.replace("_", " ").capitalize())
    if isinstance(allowed, Widths) or (isinstance(allowed, Range) and allowed.or_word is not None):
        return st.text_input(label, str(text_of(field.default)), help=_help(field), **bound(field.name, ANY_TEXT))
    options: dict[str, Any] = {"help": _help(field), **bound(field.name, allowed)}
    if isinstance(allowed, Choice):
        return st.selectbox(label, allowed.options, allowed.options.index(field.default), **options)
    return _number_input(label, field, allowed, options)


def fill(spec: Any) -> None:
    """Put a spec's values into its widgets, from a callback."""
    for field in spec_fields(type(spec)):
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
