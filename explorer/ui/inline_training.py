"""Small trainings inside a page: watched while they run, stopped by any control, and kept for whoever asks again."""

import threading
import time
from collections.abc import Callable, Hashable, Iterator

import streamlit as st

from explorer.analysis.manifold import Stage
from explorer.errors import TrainingError
from explorer.figures import Figure
from explorer.figures.theme import in_ink

MOST_KEPT = 60
BETWEEN_PICTURES_S = 0.2
WAIT_S = 0.2
_STOPPED = "_stopped_training"
_finished: dict[Hashable, tuple[Stage, ...]] = {}
# One at a time on a server, so that a class that presses together does not crawl together.
_turn = threading.Lock()


def learned(key: Hashable) -> tuple[Stage, ...]:
    """The stages of a training that ended, or of this session's that was stopped; none when there is neither."""
    stopped_key, stages = st.session_state.get(_STOPPED, (None, ()))
    return _finished.get(key) or (tuple(stages) if stopped_key == key else ())


def train_button(key: Hashable, seconds: int) -> bool:
    """The button that starts a training, or that starts it again after a stop; true when it was pressed."""
    if key in _finished:
        return False
    label = "Go through it again" if learned(key) else f"Train the autoencoder ({seconds} s)"
    return st.button(label, icon=":material/play_arrow:", type="primary", width="stretch", key="learn")


def watch(
    key: Hashable, stages: Iterator[Stage], draw: Callable[[Stage], Figure], alt: str, first: Figure | None = None
) -> None:
    """Run a training to its end, a picture now and then, and show the page again with what was learned.

    first: what is seen until it starts. Whatever the user presses meanwhile ends it, and what was reached stays.
    """
    seen: list[Stage] = []
    st.session_state[_STOPPED] = (key, seen)
    bar = st.progress(0.0, "Getting ready …")
    st.button("Stop", icon=":material/stop:", key="stop_learning")
    slot = st.empty()

    def show(figure: Figure) -> None:
        slot.plotly_chart(_inked(figure), width="stretch", alt=alt)

    if first is not None:
        show(first)
    while not _turn.acquire(timeout=WAIT_S):
        bar.progress(0.0, "Waiting for another training to end …")
    try:
        _follow(stages, seen, bar, lambda stage: show(draw(stage)))
        _keep(key, tuple(seen))
    except TrainingError as error:
        st.error(str(error), icon=":material/error:")
        return
    finally:
        _turn.release()
    st.rerun()


def _follow(
    stages: Iterator[Stage],
    seen: list[Stage],
    bar: "st.delta_generator.DeltaGenerator",
    show: Callable[[Stage], object],
) -> None:
    shown_at = -BETWEEN_PICTURES_S
    for stage in stages:
        seen.append(stage)
        bar.progress(stage.step / stage.n_steps, f"Step {stage.step:,} of {stage.n_steps:,}, test MSE {stage.mse:.4f}")
        if time.perf_counter() - shown_at >= BETWEEN_PICTURES_S:
            show(stage)
            shown_at = time.perf_counter()


def _keep(key: Hashable, stages: tuple[Stage, ...]) -> None:
    while len(_finished) >= MOST_KEPT:
        _finished.pop(next(iter(_finished)), None)
    _finished[key] = stages


def _inked(figure: Figure) -> Figure:
    return figure if st.context.theme.type == "dark" else in_ink(figure)
