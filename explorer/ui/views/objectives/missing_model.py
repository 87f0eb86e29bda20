"""What stands where a view's model is missing: how it is trained, a button that does so, its progress and a stop."""

import streamlit as st

from explorer import jobs
from explorer.jobs import Job
from explorer.permissions import require
from explorer.training.recipes import Recipe
from explorer.ui.access import is_controlled, permissions, say_needs_key
from explorer.ui.foreign_text import as_text
from explorer.ui.refusals import kept_for_page, said_in_place, say_kept
from explorer.ui.runs.cost import cost
from explorer.ui.runs.panel import REFRESH_S, start_waiting, visible_jobs
from explorer.ui.views.objectives.context import ObjectivesContext

REFUSAL = "objective_refusal"
FEW_PICTURES = 10_000


def offer_training(context: ObjectivesContext, recipe: Recipe, what: str) -> None:
    """Say that a model is missing and train what the recipe lacks; what: the model, with its article."""
    there = [(info.run.dataset, info.run.model) for info in context.infos.values()]
    missing = {name: run for name, run in recipe.items() if (run.dataset, run.model) not in there}
    those = "it" if len(missing) == 1 else f"these {len(missing)} models"
    st.info(
        f"The library holds no {what} of {as_text(context.name)} yet. Train {those} here, or by the command below; "
        f"{_patience(context)}.",
        icon=":material/model_training:",
    )
    runs = _runs_of(missing)
    if any(job.is_open for job in runs.values()):
        start_waiting(tuple(runs.values()))
        _watch(tuple(job.id for job in runs.values()))
    else:
        _button(context, missing, runs)
    commands = "\n".join(jobs.command_line(run, name) for name, run in missing.items())
    st.code(commands, language="bash", wrap_lines=True)


def _patience(context: ObjectivesContext) -> str:
    n_train = context.source.n_train
    return "less than a minute per model" if n_train < FEW_PICTURES else f"{n_train:,} images take minutes per model"


def _runs_of(missing: Recipe) -> dict[str, Job]:
    """The newest run of each missing model that is in the register and has not ended well, whatever it is called."""
    open_jobs = [job for job in reversed(visible_jobs()) if job.state != "done"]
    return {name: job for name, run in missing.items() for job in open_jobs if job.run == run}


def _button(context: ObjectivesContext, missing: Recipe, runs: dict[str, Job]) -> None:
    for name, run in missing.items():
        st.caption(f"{name}: {run.n_epochs} epochs, {cost(run)}")
    for job in runs.values():
        st.caption(
            as_text(f"Run {job.id}, {job.name}, is {job.state}: {job.message or 'it goes on where it was stopped'}")
        )
    if not permissions().train_recipes:
        say_needs_key("train_recipes")
        return
    st.button(
        "Go on" if runs else "Train" if len(missing) == 1 else f"Train {len(missing)} models",
        type="primary",
        icon=":material/play_arrow:",
        disabled=not context.source.available,
        on_click=_queue,
        args=(missing, runs),
    )
    if not context.source.available:
        st.caption(f":material/cloud_download: {context.source.how_to_get}")
    say_kept(REFUSAL)


def _queue(missing: Recipe, runs: dict[str, Job]) -> None:
    with kept_for_page(REFUSAL):
        require(permissions(), "train_recipes")
        for name, run in missing.items():
            if name in runs:
                jobs.resume(runs[name].id)
            else:
                jobs.submit_numbered(run, name)
        jobs.ensure_worker()


def _watch(ids: tuple[int, ...]) -> None:
    """The runs' progress, drawn anew until the last has ended; then the page shows what they became."""

    def panel() -> None:
        with said_in_place():
            current = tuple(jobs.get_job(key) for key in ids)
            if not any(job.is_open for job in current):
                st.rerun()
            for job in current:
                share = job.step / job.n_steps if job.n_steps else 0.0
                st.progress(share, f"{as_text(job.name)}: {job.state}, {100 * share:.0f} %")
            st.button("Stop", icon=":material/stop_circle:", key="stop_objective", on_click=_stop, args=(current,))

    st.fragment(panel, run_every=REFRESH_S)()


def _stop(running: tuple[Job, ...]) -> None:
    for job in running:
        if job.is_open and not job.stop_requested and is_controlled(job.name):
            jobs.stop(job.id)
