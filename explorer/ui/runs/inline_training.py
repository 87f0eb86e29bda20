"""Small trainings inside a page: watched while they run, stopped by any control, and kept for whoever asks again."""

import time
from collections.abc import Callable, Hashable, Iterator
from typing import Literal

import streamlit as st

from explorer.analysis.manifold import Stage
from explorer.figures import Figure
from explorer.figures.theme import in_ink
from explorer.ui.refusals import said_in_place
from explorer.ui.results import keep, known, turn

BETWEEN_PICTURES_S = 0.2
_STOPPED = "_stopped_training"


def learned(key: Hashable) -> tuple[Stage, ...]:
    """The stages of a training that ended, or of this session's that was stopped; none when there is neither."""
    stopped_key, stages = st.session_state.get(_STOPPED, (None, ()))
    return known(key) or (tuple(stages) if stopped_key == key else ())


def train_button(key: Hashable, seconds: int) -> bool:
    """The button that starts a training, or that goes through it again; true when it was pressed."""
    has_stages = bool(learned(key))
    label = f"Watch it learn ({seconds} s)" if has_stages else f"Train the autoencoder ({seconds} s)"
    kind: Literal["primary", "secondary"] = "secondary" if has_stages else "primary"
    return st.button(label, icon=":material/play_arrow:", type=kind, width="stretch", key="learn")


def watch(
    key: Hashable, stages: Iterator[Stage], draw: Callable[[Stage], Figure], alt: str, first: Figure | None = None
) -> None:
    """Run a training to its end, a picture now and then, and show the page again with what was learned.

    first: what is seen until it starts. Whatever the user presses meanwhile ends it, and what was reached stays.
    """
    seen: list[Stage] = []
    st.session_state[_STOPPED] = (key, seen)
    with said_in_place():
        with turn():
            _follow(stages, seen, _picture(draw, alt, first))
            keep(key, tuple(seen))
        st.rerun()


def _picture(draw: Callable[[Stage], Figure], alt: str, first: Figure | None) -> Callable[[Stage], None]:
    """A bar, a Stop and a picture; the function that brings them up to a stage."""
    bar = st.progress(0.0, "Getting ready …")
    st.button("Stop", icon=":material/stop:", key="stop_learning")
    slot = st.empty()
    if first is not None:
        slot.plotly_chart(_inked(first), width="stretch", alt=alt)
    shown_at = -BETWEEN_PICTURES_S

    def show(stage: Stage) -> None:
        nonlocal shown_at
        bar.progress(stage.step / stage.n_steps, f"Step {stage.step:,} of {stage.n_steps:,}, test MSE {stage.mse:.4f}")
        if time.perf_counter() - shown_at >= BETWEEN_PICTURES_S:
            slot.plotly_chart(_inked(draw(stage)), width="stretch", alt=alt)
            shown_at = time.perf_counter()

    return show


def _follow(stages: Iterator[Stage], seen: list[Stage], show: Callable[[Stage], None]) -> None:
    for stage in stages:
        seen.append(stage)
        show(stage)


def _inked(figure: Figure) -> Figure:
    return figure if st.context.theme.type == "dark" else in_ink(figure)
