"""The live view of the trade-off: choose beta, start, and watch both terms, the plane and every dimension's KL."""

from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from explorer import jobs
from explorer.data import list_sources
from explorer.errors import ExplorerError
from explorer.figures.tradeoff import kl_figure
from explorer.figures.training import MOST_POINTS
from explorer.jobs import Job
from explorer.models.spec import VAESpec
from explorer.scenes.latent_scene import image_shape
from explorer.training import RunSpec
from explorer.training.changes import FREE_BITS, SCHEDULES, scheduled
from explorer.training.run_spec import count_steps
from explorer.ui.access import permissions, run_name
from explorer.ui.figure import low_row, show_figure
from explorer.ui.foreign_text import as_text
from explorer.ui.runs.finished import show_finished
from explorer.ui.runs.panel import (
    REFRESH_S,
    choose_run,
    explain_training,
    offer_actions,
    start_waiting,
    visible_jobs,
    watch,
)
from explorer.ui.runs.turning import OFFERED, turning

EPOCHS = {"digits": 400, "mnist": 10}
# What the form opens with: the first of these that is at hand.
FIRST = ("mnist", "digits")
FEW_EPOCHS = 20
SCHEDULES_HELP = (
    "annealing: β rises from 0 over the first half (Bowman et al. 2016); cyclical: in each of four cycles (Fu et al. "
    f"2019); free nats first: over the first half {FREE_BITS:g} nats of KL per dimension cost nothing."
)
BERNOULLI, GAUSSIAN = "Bernoulli", "Gaussian"
KL_HEIGHT = 240


def live(bar: Any) -> None:
    """The form in a row; below it the run of the link, else the newest one of a VAE, chosen in the bar."""
    with st.container(key="row_and_picture"):
        with low_row():
            meaning = _form()
        listed = tuple(job for job in visible_jobs() if isinstance(job.run.model, VAESpec))
        start_waiting(listed)
        if listed:
            _show_run(bar, listed, meaning)
        else:
            show_finished()
            st.caption(meaning)


def _show_run(bar: Any, listed: tuple[Job, ...], meaning: str) -> None:
    """What can be turned of a run and the KL of its dimensions on the left, its pictures on the right."""
    with bar:
        job = choose_run(listed)
        offer_actions(job)
    beside, picture = st.columns([22, 78], gap="medium")
    with beside:
        st.caption(meaning)
        turning(job)
        _watch_dimensions(job)
        explain_training()
    with picture:
        watch(job)


def _form() -> str:
    """The widgets of a new run; returns what its β does."""
    names = [source.name for source in list_sources() if source.available and image_shape(source.sample_shape)]
    first = next((names.index(name) for name in FIRST if name in names), 0)
    dataset = st.selectbox("Data set", names, first, width=130, key="live_data")
    beta = st.select_slider("β", OFFERED["beta"], 1.0, format_func=lambda value: f"{value:g}", width=190)
    decoder = st.segmented_control("Decoder", [BERNOULLI, GAUSSIAN], default=BERNOULLI, required=True)
    variance = st.select_slider("σ²", OFFERED["variance"], 0.1, width=150) if decoder == GAUSSIAN else None
    latent_dim = st.select_slider("K", [2, 5, 10, 20], 2, width=130)
    schedule = st.selectbox("Schedule", SCHEDULES, width=150, key="live_schedule", help=SCHEDULES_HELP)
    st.button("Start", type="primary", icon=":material/play_arrow:", on_click=_start,
              args=(dataset, beta, variance, latent_dim, schedule))  # fmt: skip
    if refusal := st.session_state.pop("live_refusal", None):
        st.error(refusal, icon=":material/error:")
    return what_beta_does(beta, variance)


def what_beta_does(beta: float, variance: float | None) -> str:
    """What a run's β means, beside σ² where that is fixed."""
    if beta == 0:
        return (
            "β = 0: reconstruction alone. Nothing holds σ up, so it shrinks towards e⁻⁵ = 0.0067, below which no "
            "model here goes (log σ² is kept above −10), and the VAE becomes an autoencoder with a little noise."
        )
    if variance is None:
        return "The loss is reconstruction + β · KL, in nats per image."
    if beta == 1:
        return f"The loss is −ELBO with σ² = {variance:g} for each pixel, in nats per image."
    return f"β σ² = {beta * variance:.3g}: the same optimum as β = 1 with σ² = {beta * variance:.3g}."


def _start(dataset: str, beta: float, variance: float | None, latent_dim: int, schedule: str) -> None:
    likelihood = {} if variance is None else {"likelihood": "gaussian", "variance": variance}
    try:
        model = VAESpec(latent_dim=latent_dim, beta=beta, **likelihood)  # type: ignore[arg-type]
        run = with_schedule(RunSpec(model, dataset, n_epochs=EPOCHS.get(dataset, FEW_EPOCHS)), schedule, beta)
        name = run_name(f"{dataset}-vae-{latent_dim}d-beta{beta:g}")
        job_id = jobs.submit_numbered(run, name, limits=permissions().limits)
        jobs.ensure_worker()
    except ExplorerError as error:
        st.session_state["live_refusal"] = str(error)
    else:
        st.query_params["job"] = str(job_id)


def with_schedule(run: RunSpec, schedule: str, beta: float) -> RunSpec:
    """The run with the changes of a schedule, which are recorded as those that are made by hand."""
    n_train = next(source.n_train for source in list_sources() if source.name == run.dataset)
    return replace(run, changes=scheduled(schedule, beta, count_steps(run, n_train)))


def _watch_dimensions(job: Job) -> None:
    """The KL term of each dimension after the latest epoch, drawn anew while the run is open."""

    def panel() -> None:
        try:
            curves = jobs.curves(jobs.get_job(job.id), MOST_POINTS)
        except ExplorerError as error:
            st.error(as_text(error), icon=":material/error:")
            return
        validated = curves[curves["kl_per_dim"].notna()]
        if validated.empty:
            st.caption("The KL of each latent dimension appears after the first epoch.")
            return
        last = validated.iloc[-1]
        latent_dim = job.run.model.latent_dim
        st.caption(_activity(int(last["active_units"]), latent_dim, float(last["epoch"])))
        figure = kl_figure(np.array(last["kl_per_dim"], np.float32), KL_HEIGHT, latent_dim)
        show_figure(figure, "kl-per-dimension", f"KL of each latent dimension of run {job.id}, in nats per image")

    st.fragment(panel, run_every=2 * REFRESH_S if job.is_open else None)()


def _activity(active: int, latent_dim: int, epoch: float) -> str:
    text = f"After epoch {epoch:.0f}, on validation images: {active} of {latent_dim} units active"
    if active == 0:
        return (
            f"{text}. The posterior has collapsed: every code is a draw from the prior and says nothing about its "
            "image."
        )
    return f"{text} (variance of their mean above 0.01)."
