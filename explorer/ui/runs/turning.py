"""Turning a run's fields while it trains: its sliders, undo, a fork from an earlier step, and the same run again."""

from collections.abc import Callable

import streamlit as st

from explorer import jobs
from explorer.figures.training import ChangeMark
from explorer.jobs import Job
from explorer.models.fields import label_of, limited_fields
from explorer.training import RunSpec
from explorer.training.changes import Changes, names_of, turnable_fields
from explorer.training.run_spec import value_at
from explorer.ui.access import is_controlled, permissions
from explorer.ui.refusals import kept_for_page, said_in_place, say_kept

# What the sliders offer beside the value that a run has.
OFFERED: dict[str, tuple[float, ...]] = {
    "beta": (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 20.0, 100.0),
    "free_bits": (0.0, 0.1, 0.25, 0.5, 1.0, 2.0),
    "variance": (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0),
    "classifier_weight": (0.001, 0.01, 0.1, 1.0, 10.0),
    "corruption_level": (0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9),
    "learning_rate": (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2),
}
REFUSAL = "turn_refusal"
KEPT = "Each change is kept with its step: with the same number of threads the run can be repeated, bit for bit."
AGAIN = (
    "Trains the same run again, with its changes at their steps; the same number of threads gives the same weights, "
    "bit for bit."
)


def turning(job: Job) -> None:
    """What can be turned of a run: sliders and Undo while it trains; a fork of it, and the same run once more."""
    if not is_controlled(job.name) or not turnable_fields(job.run.model):
        return
    if job.state == "running":
        _sliders(job)
    with st.container(horizontal=True):
        if job.state == "running":
            is_unturned = not job.run.changes
            st.button(
                "Undo",
                icon=":material/undo:",
                disabled=is_unturned,
                key=f"undo {job.id}",
                on_click=_try,
                args=(lambda: jobs.undo(job.id),),
            )
        _offer_fork(job)
        if not job.is_open and st.button("Again", icon=":material/replay:", key=f"again {job.id}", help=AGAIN):
            _queue(lambda: jobs.submit_numbered(job.run, job.name, job.device, permissions().limits))
    say_kept(REFUSAL)


def _sliders(job: Job) -> None:
    st.markdown("**While it trains**", help=KEPT)
    for name in turnable_fields(job.run.model):
        _slider(job, name)


def _slider(job: Job, name: str) -> None:
    value = value_at(job.run, job.step, name)
    # Begins anew after each change of the run, so that it shows what an undo or a schedule has set.
    key = f"turn {name} {job.id} {len(job.run.changes)}"

    def turn() -> None:
        _try(lambda: jobs.turn(job.id, name, float(st.session_state[key])))

    options = values_around(name, value)
    st.select_slider(label(job.run, name), options, value, key=key, on_change=turn, format_func=lambda one: f"{one:g}")


def _try(act: Callable[[], object]) -> None:
    with kept_for_page(REFUSAL):
        act()


def values_around(name: str, value: float) -> list[float]:
    """What a slider offers: its usual values and the present one."""
    return sorted({*OFFERED[name], value})


def label(run: RunSpec, name: str) -> str:
    """A field's name for people."""
    return next(label_of(one) for cls in (type(run.model), RunSpec) for one in limited_fields(cls) if one.name == name)


def _offer_fork(job: Job) -> None:
    steps = jobs.snapshot_steps(job.id)
    with st.popover("Fork", icon=":material/call_split:", disabled=not steps):
        if steps:
            _fork(job, steps)


def _fork(job: Job, steps: tuple[int, ...]) -> None:
    step = st.select_slider("After step", steps, steps[-1], key=f"fork step {job.id}") if steps[1:] else steps[0]
    names = turnable_fields(job.run.model)
    name = st.selectbox("Field", names, format_func=lambda one: label(job.run, one), key=f"fork field {job.id}")
    now = value_at(job.run, step, name)
    value = st.select_slider("New value", values_around(name, now), now, format_func=lambda one: f"{one:g}")
    st.caption(f"A new run takes the first {step:,} steps of run {job.id} again and goes on with the new value.")
    if st.button("Fork from here", type="primary", icon=":material/call_split:", key=f"fork {job.id}"):
        limits = permissions().limits
        _queue(lambda: jobs.fork(job.id, step, name, value, f"{job.name}-fork", limits))


def _queue(submit: Callable[[], int]) -> None:
    """Queue a run and show it."""
    with said_in_place():
        job_id = submit()
        jobs.ensure_worker()
        st.query_params["job"] = str(job_id)
        st.rerun()


def change_marks(changes: Changes, epoch_per_step: float, up_to: int) -> tuple[ChangeMark, ...]:
    """The changes that a run has made, where its curves have them; of very many only the lines."""
    made = tuple(change for change in changes if 0 < change.step <= up_to)
    return tuple(
        ChangeMark(change.step * epoch_per_step, name) for change, name in zip(made, names_of(made), strict=True)
    )
