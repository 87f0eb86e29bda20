"""Choosing models of the library: shown by names of what they are, kept in the link by their folders' names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from explorer.models.fields import Choice
from explorer.store import CheckpointInfo
from explorer.ui.foreign_text import as_code
from explorer.ui.models.at_hand import lecture_order, option_name, visible_models
from explorer.ui.query_params import keep_choice, notices, take_choice

WIDTH_PX, WIDTH_OF_SEVERAL_PX = 330, 700


@dataclass(frozen=True)
class ModelNames:
    """One of some models, by its folder's name or as pickers show it."""

    shown: Mapping[str, str]

    def __str__(self) -> str:
        return str(Choice(tuple(self.shown)))

    def parse(self, value: object) -> str:
        """The folder's name; raises ValueError for any other text."""
        by_text = {text: name for name, text in self.shown.items()} | {name: name for name in self.shown}
        if str(value) not in by_text:
            raise ValueError
        return by_text[str(value)]


def choose_model(
    models: Mapping[str, CheckpointInfo],
    key: str = "model",
    *,
    label: str = "Model",
    default: str | None = None,
    width: int | Literal["stretch"] = WIDTH_PX,
    on_change: Callable[..., None] | None = None,
    args: tuple[Any, ...] = (),
) -> CheckpointInfo:
    """The widget of one model, in the order of a lecture; without a `default` the first that is given."""
    names = ModelNames(shown_names(models))
    start = default if default is not None and default in models else next(iter(models))
    _name_lost_models(key, names)
    take_choice(key, names, start)
    chosen = st.selectbox(
        label,
        list(names.shown),
        list(names.shown).index(st.session_state[key]),
        format_func=names.shown.__getitem__,
        key=key,
        width=width,
        label_visibility="collapsed",
        on_change=on_change,
        args=args,
    )
    keep_choice(key, start)
    return models[chosen]


def choose_models(
    models: Mapping[str, CheckpointInfo], key: str, default: Sequence[str], *, most: int, on_change: Callable[[], None]
) -> list[CheckpointInfo]:
    """The widget of several models, in the order in which they are chosen."""
    names = ModelNames(shown_names(models))
    _name_lost_models(key, names)
    take_choice(key, names, list(default))
    chosen = st.multiselect(
        "Models",
        list(names.shown),
        st.session_state[key],
        format_func=names.shown.__getitem__,
        key=key,
        max_selections=most,
        placeholder="two or three models",
        width=WIDTH_OF_SEVERAL_PX,
        on_change=on_change,
    )
    keep_choice(key, list(default))
    return [models[name] for name in chosen]


def _name_lost_models(key: str, names: ModelNames) -> None:
    """Say which of the models that were chosen here left the library since; another list of models is no loss."""
    held = st.session_state.get(key) or ()
    missing = ({held} if isinstance(held, str) else set(held)) - names.shown.keys()
    here = {info.name for info in visible_models()} if missing else set()
    for name in sorted(missing - here):
        notices().warning(f"The model {as_code(name)} was deleted or renamed; the page goes on without it.")


def shown_names(models: Mapping[str, CheckpointInfo]) -> dict[str, str]:
    """What pickers show of each model, by its folder's name, in the order of a lecture.

    Models of several data sets say first of which they are, so that the groups can be read.
    """
    datasets = {info.run.dataset for info in models.values()}
    return {
        info.name: option_name(info, with_dataset=len(datasets) > 1)
        for info in sorted(models.values(), key=lecture_order)
    }
