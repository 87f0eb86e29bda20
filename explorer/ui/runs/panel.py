"""The right side of the train page: one run as it goes, what can be done with it, and all runs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from explorer import jobs
from explorer.figures.training import MOST_POINTS, ChangeMark, codes_chart, curves_chart
from explorer.jobs import Job
from explorer.models.likelihood import is_trained_in_nats
from explorer.models.spec import CLOSED_FORM, GMVAESpec, VAESpec
from explorer.training import RunSpec
from explorer.ui.access import is_controlled, is_visible, permissions
from explorer.ui.controls import fill_form
from explorer.ui.explain import explain
from explorer.ui.motion import reduced_motion
from explorer.ui.query_params import read
from explorer.ui.refusals import said_in_passing, said_in_place
from explorer.ui.runs.cost import duration
from explorer.ui.runs.live_rows import show_rows
from explorer.ui.runs.turning import change_marks

OBJECTIVE = (
    r"\mathcal{L} = \underbrace{\mathbb{E}_{q(z|x)}[-\log p(x|z)]}_{\text{reconstruction}} + "
    r"\beta\,\underbrace{\mathrm{KL}(q(z|x) \,\|\, \mathcal{N}(0, I))}_{\text{KL}}"
)
OBJECTIVE_WORDS = (
    "What a VAE minimises, in nats per image, with one draw of z per sample; a GM-VAE has a learned mixture in the "
    "prior's place. The other families minimise the squared error summed over an image's pixels. A classifier of the "
    "code adds λ times the number of pixels times its cross-entropy, sparsity and contraction add their weighted "
    "penalties; each has a curve of its own. Lines are means over the training steps since the point before, rings the "
    "validation part after each epoch."
)
COLUMNS = {
    "Progress": st.column_config.ProgressColumn(format="percent"),
    "Queued": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
}
REFRESH_S = 0.5
PICTURE_HEIGHT = 500
STILL = "_still"
PACE_IN_WORDS = {"paused": "paused after step {:,}", "slow": "slow motion, step {:,}"}
BADGES = {
    "queued": ("blue", ":material/schedule:"),
    "running": ("green", ":material/model_training:"),
    "done": ("gray", ":material/check:"),
    "failed": ("red", ":material/error:"),
    "cancelled": ("orange", ":material/stop_circle:"),
    "lost": ("orange", ":material/power_off:"),
}


def visible_jobs() -> tuple[Job, ...]:
    """The runs that are shown here, the newest first: of students' runs, those of this browser."""
    return tuple(job for job in jobs.list_jobs() if is_visible(job.name))


def start_waiting(listed: tuple[Job, ...]) -> None:
    """See that a worker is there when a run waits, also one from before the machine was switched off."""
    if any(job.state == "queued" for job in listed):
        jobs.ensure_worker()


def choose_run(listed: tuple[Job, ...]) -> Job:
    """The selector of runs; the one in the link, else the newest that is open, else the newest."""
    by_id = {job.id: job for job in listed}
    wanted = read("job", KnownRun(tuple(by_id)))
    start = wanted or next((job.id for job in listed if job.is_open), listed[0].id)
    chosen = st.selectbox(
        "Run",
        list(by_id),
        list(by_id).index(start),
        format_func=lambda key: f"{key} · {by_id[key].name}",
        width=260,
        label_visibility="collapsed",
    )
    if chosen != start:
        st.query_params["job"] = str(chosen)
        st.rerun()
    return by_id[chosen]


@dataclass(frozen=True)
class KnownRun:
    """The number of a run that is in the register."""

    ids: tuple[int, ...]

    def __str__(self) -> str:
        return f"the number of one of the {len(self.ids)} runs in the list, such as {self.ids[0]}"

    def parse(self, value: object) -> int:
        """The number; raises ValueError when no run has it."""
        if int(str(value)) not in self.ids:
            raise ValueError
        return int(str(value))


def offer_actions(job: Job) -> None:
    """The buttons that make sense in the run's state."""
    if not is_controlled(job.name):
        _use_fields(job)
        return
    if job.is_open:
        if job.state == "running":
            _offer_paces(job)
        label = "Stop" if job.state == "running" else "Cancel"
        _button(label, ":material/stop_circle:", jobs.stop, job, disabled=job.stop_requested)
        return
    _use_fields(job)
    if job.state != "done":
        _button("Resume", ":material/play_arrow:", jobs.resume, job)
        help_ = "Saves the model as it is now in the library, without further training."
        _button("Keep", ":material/save:", jobs.keep, job, disabled=not job.has_state, help_=help_)
    with st.popover("Remove", icon=":material/delete:"):
        st.markdown(f"Remove run {job.id} with its curves and its saved state? {_what_stays(job)}")
        _button("Remove it", ":material/delete:", jobs.remove, job)


def _offer_paces(job: Job) -> None:
    """Pause, one step at a time, slow motion; they hold while somebody watches the run."""
    if job.pace == "full":
        _button("Pause", ":material/pause:", partial(jobs.set_pace, pace="paused"), job)
    else:
        _button("Go on", ":material/play_arrow:", partial(jobs.set_pace, pace="full"), job)
    one_step = "One step of Adam, and then a pause."
    _button("One step", ":material/skip_next:", jobs.step_once, job, help_=one_step)
    if job.pace != "slow":
        slowly = partial(jobs.set_pace, pace="slow")
        _button("Slow motion", ":material/slow_motion_video:", slowly, job, help_="About four steps per second.")


def _use_fields(job: Job) -> None:
    st.button(
        "Use its fields",
        icon=":material/content_copy:",
        on_click=fill_form,
        args=(job.run,),
        help="Fills the form with what this run was trained with.",
    )


def _what_stays(job: Job) -> str:
    return f"The model {job.checkpoint} stays in the library." if job.checkpoint else "It has not become a model yet."


def _button(
    label: str, icon: str, action: Callable[[int], None], job: Job, *, disabled: bool = False, help_: str | None = None
) -> None:
    st.button(
        label, icon=icon, key=f"{label} {job.id}", disabled=disabled, help=help_, on_click=_act, args=(action, job)
    )


def _act(action: Callable[[int], None], job: Job) -> None:
    """Do what was pressed before the page runs: another run may begin before it comes to the button."""
    if is_controlled(job.name):
        with said_in_passing():
            action(job.id)


def watch(job: Job) -> None:
    """A run's state, curves and codes, drawn anew while it is open; the page reruns once when its state changes."""
    st.session_state[STILL] = reduced_motion()

    def panel() -> None:
        with said_in_place():
            now = jobs.get_job(job.id)
            if _what_the_page_depends_on(now) != _what_the_page_depends_on(job):
                st.rerun()
            jobs.watch(now)
            _show(now)

    st.fragment(panel, run_every=REFRESH_S if job.is_open else None)()


def _what_the_page_depends_on(job: Job) -> tuple[object, ...]:
    return job.state, job.stop_requested, job.pace, job.run.changes


def _show(job: Job) -> None:
    curves = jobs.curves(job, MOST_POINTS)
    _say_state(job, curves)
    pictures = jobs.live_pictures(job.id)
    if pictures is not None:
        show_rows(pictures)
    if isinstance(job.run.model, CLOSED_FORM):
        _show_codes(job, pictures)
    else:
        left, right = st.columns(2)
        with left:
            _show_curves(job, curves)
        with right:
            _show_codes(job, pictures)


def _show_curves(job: Job, curves: pd.DataFrame) -> None:
    from_start = bool(st.session_state.get("from_start", False))
    chart = _curves_chart((*_state_of(job), len(job.run.changes)), from_start, job, curves)
    _show_chart(chart, "curves", f"Loss terms of run {job.id} against epochs")
    st.toggle("From the first step", key="from_start", help="The whole descent, over logarithmic epochs.")


def _show_chart(chart: dict[str, Any], key: str, alt: str) -> None:
    """A chart of ECharts as vectors, which stay sharp when the page enlarges it."""
    st.echarts_chart(chart, height=PICTURE_HEIGHT, key=key, renderer="svg", alt=alt)


def _state_of(job: Job) -> tuple[str, float | None, int]:
    """What tells one state of one run from all others, as a key for caches."""
    return job.folder, job.started, job.step


@st.cache_data(max_entries=32, show_spinner=False)
def _curves_chart(
    key: tuple[str, float | None, int, int],  # noqa: ARG001 - the key is the cache's
    from_start: bool,
    _job: Job,
    _curves: pd.DataFrame,
) -> dict[str, Any]:
    """The chart of a run's loss terms, made once for all who watch it."""
    return _chart_of(_job.run, _curves, from_start=from_start)


def _chart_of(run: RunSpec, curves: pd.DataFrame, *, from_start: bool) -> dict[str, Any]:
    model = run.model
    return curves_chart(
        curves,
        unit="nats per image" if is_trained_in_nats(model) else "SSE per image",
        beta=model.beta if isinstance(model, VAESpec) else None,
        n_epochs=run.n_epochs,
        from_start=from_start,
        height=PICTURE_HEIGHT,
        is_scheduled=isinstance(model, VAESpec) and _is_scheduled(run, model),
        marks=_marks(run, curves),
    )


def _is_scheduled(run: RunSpec, model: VAESpec) -> bool:
    """Whether what multiplies the KL term changes along the way, or stops below a floor."""
    is_pretrained = isinstance(model, GMVAESpec) and model.pretraining
    is_changed = any(change.field in ("beta", "free_bits") for change in run.changes)
    return bool(model.warm_up or model.free_bits or is_pretrained or is_changed)


def _marks(run: RunSpec, curves: pd.DataFrame) -> tuple[ChangeMark, ...]:
    """Where the run's fields were changed, over its epochs."""
    if curves.empty or not run.changes:
        return ()
    last = curves.iloc[-1]
    return change_marks(run.changes, float(last["epoch"]) / float(last["step"]), int(last["step"]))


def _say_state(job: Job, curves: pd.DataFrame) -> None:
    colour, icon = BADGES[job.state]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(job.state, icon=icon, color=colour)  # type: ignore[arg-type]
        st.markdown(_progress(job, curves), width="content")
        if job.checkpoint:
            st.page_link("pages/latent.py", label="Open in the latent plane", query_params={"model": job.checkpoint})
    if job.is_open:
        st.progress(job.step / job.n_steps if job.n_steps else 0.0)
    if job.state == "queued" and not jobs.worker_lives():
        st.warning(
            f"The last worker has stopped; if it gave a reason, `{jobs.worker_log()}` holds it. Press `Start a "
            "worker`, or run `python -m explorer worker` by hand.",
            icon=":material/power_off:",
        )
        if st.button("Start a worker", icon=":material/power:"):
            jobs.ensure_worker()
    if job.message:
        st.error(job.message, icon=":material/error:")


def _progress(job: Job, curves: pd.DataFrame) -> str:
    """Where the run stands, how fast it goes and how long it still takes."""
    if curves.empty:
        return _before_the_first_step(job)
    last = curves.iloc[-1]
    if isinstance(job.run.model, CLOSED_FORM):
        return f"Closed form, no gradient descent: train SSE **{last['reconstruction']:.2f}** per image"
    parts = [f"epoch **{last['epoch']:.1f}** of {job.run.n_epochs}", f"{last['samples_per_s']:,.0f} samples/s"]
    if job.execution:
        parts.append(job.execution)
    parts.append(f"{duration(last['elapsed_s'])} trained")
    if job.state == "running" and job.step == job.n_steps:
        parts.append("scoring it on the test split …")
    elif job.state == "running" and job.pace != "full":
        parts.append(PACE_IN_WORDS[job.pace].format(job.step))
    elif job.state == "running":
        parts.append(f"about {duration(last['elapsed_s'] * (job.n_steps / job.step - 1))} left")
    return " · ".join(parts)


def _before_the_first_step(job: Job) -> str:
    if job.state == "running":
        return "Loading the data …"
    if job.state != "queued":
        return "It ended before its first step."
    if n_before := jobs.count_before(job.id):
        return f"Waits for {n_before} run{'s' * (n_before > 1)} before it."
    return "The worker starts …" if jobs.worker_lives() else "There is no worker to train it."


def _show_codes(job: Job, pictures: jobs.LivePictures | None) -> None:
    snapshot = jobs.snapshot(job.id)
    if snapshot is not None and pictures is not None and pictures.step > snapshot.step:
        snapshot = replace(snapshot, step=pictures.step, codes=pictures.codes)
    if snapshot is None:
        st.caption("The codes of some training samples appear here after the first step.")
        return
    chart = _codes_chart((job.folder, job.started, snapshot.step), not st.session_state[STILL], snapshot)
    _show_chart(chart, "codes", f"Codes of training samples in run {job.id}")
    st.caption(f"Codes of {len(snapshot.codes):,} training samples after step {snapshot.step:,}")


@st.cache_data(max_entries=32, show_spinner=False)
def _codes_chart(
    key: tuple[str, float | None, int],  # noqa: ARG001 - the key is the cache's
    moving: bool,
    _snapshot: jobs.Snapshot,
) -> dict[str, Any]:
    """The chart of a snapshot's codes, made once for all who watch the run."""
    return codes_chart(_snapshot.codes, _snapshot.labels, _snapshot.class_names, moving=moving)


def explain_training() -> None:
    """The formula of what is minimised, the sum of its terms, and the step that goes down its gradient."""
    explain(
        formula=[(OBJECTIVE, OBJECTIVE_WORDS)],
        code=["explorer.models.objectives:total_loss", "explorer.training.descent:Descent._descend"],
    )


def all_runs(listed: tuple[Job, ...]) -> None:
    """The formula of what is minimised, and a table of all runs."""
    st.markdown(
        "A run goes on when this page is closed: it belongs to a worker process, which trains queued runs one after "
        "another. Solid lines are means over training steps, rings the held-out validation part after each epoch."
    )
    explain_training()
    n_runs = jobs.count_jobs() if permissions().control_all_runs else len(listed)
    is_all = n_runs == len(listed)
    title = f"All runs ({n_runs:,})" if is_all else f"{len(listed):,} of {n_runs:,} runs, the newest first"
    with st.expander(title, icon=":material/list:"):
        st.dataframe(_run_table(listed), column_config=COLUMNS, hide_index=True, width="stretch", alt="All runs")


def _local_times(seconds: list[float]) -> pd.DatetimeIndex:
    """Moments as the user's clock shows them."""
    return pd.to_datetime(seconds, unit="s", utc=True).tz_convert(st.context.timezone)


def _run_table(listed: tuple[Job, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Run": [job.id for job in listed],
            "Name": [job.name for job in listed],
            "Model": [f"{job.run.model.title}, K = {job.run.model.latent_dim}" for job in listed],
            "Data set": [job.run.dataset for job in listed],
            "State": [job.state for job in listed],
            "Progress": [job.step / job.n_steps if job.n_steps else 0.0 for job in listed],
            "Queued": _local_times([job.created for job in listed]),
        }
    )
