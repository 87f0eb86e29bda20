"""The train page: a form that describes a run, and what each state of a run looks like."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer import jobs
from explorer.errors import JobError
from explorer.jobs import run_store, workers
from explorer.jobs.database import reading, transaction
from explorer.jobs.job import JobState
from explorer.models import FAMILIES, AESpec, PCASpec, VAESpec
from explorer.models.presets import PRESETS, Preset
from explorer.store import list_checkpoints
from explorer.training import RunSpec
from explorer.ui.runs.live_rows import DRAWS, NO_PRIOR, RECONSTRUCTIONS, SAMPLES
from tests.pages.runs import A_RUN, job_in, the_worker

OpenPage = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def asked_for_workers(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """How often the page asked for a worker; none is started."""
    asked: list[None] = []
    monkeypatch.setattr(jobs, "ensure_worker", lambda: asked.append(None))
    return asked


def texts(app: AppTest) -> str:
    shown = (*app.markdown, *app.caption, *app.error, *app.warning, *app.info)
    return "\n".join(element.value for element in shown)


def buttons(app: AppTest) -> set[str]:
    return {button.label for button in app.button}


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == label]
    return button.click().run()


def test_before_the_first_run_the_page_says_what_to_do(open_app_page: OpenPage, asked_for_workers: list[None]) -> None:
    app = open_app_page("train")
    assert not app.exception
    assert "No run yet" in texts(app)
    assert "This is the training of `vae-2d-beta1` on mnist, 20 epochs, at its end" in texts(app)
    assert len(app.get("bidi_component")) > 0
    assert buttons(app) >= {"Start"}
    assert asked_for_workers == []


def test_start_queues_what_the_form_says_and_looks_at_it(
    open_app_page: OpenPage, asked_for_workers: list[None]
) -> None:
    app = open_app_page("train", data="digits", family="vae", latent_dim="3", beta="4.0", hidden="32-16", n_epochs="2")
    app = press(app, "Start")
    assert not app.exception
    (job,) = jobs.list_jobs()
    assert job.run == RunSpec(VAESpec(3, (32, 16), beta=4.0), "digits", n_epochs=2)
    assert job.name == "digits-vae-3d"
    assert app.query_params["job"] == str(job.id)
    assert asked_for_workers
    workers.register("cpu")
    assert "The worker starts" in texts(app.run())


def test_a_run_that_no_worker_takes_says_so_and_offers_one(
    open_app_page: OpenPage, asked_for_workers: list[None]
) -> None:
    job_in("queued")
    app = open_app_page("train")
    assert "There is no worker to train it." in texts(app)
    assert str(jobs.worker_log()) in texts(app)
    asked_for_workers.clear()
    press(app, "Start a worker")
    assert asked_for_workers


def test_the_form_offers_each_family_its_own_fields(open_app_page: OpenPage) -> None:
    labels = {
        family: {widget.label for widget in (*app.number_input, *app.selectbox, *app.text_input)}
        for family in ("pca", "linear_ae", "ae", "vae")
        for app in [open_app_page("train", family=family)]
    }
    assert "β" in labels["vae"] - labels["ae"]
    assert {"Hidden layers", "Activation"} <= labels["ae"] - labels["linear_ae"]
    assert "Learning rate" in labels["linear_ae"] - labels["pca"]


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_can_be_started_as_the_form_opens(family: str, open_app_page: OpenPage) -> None:
    app = press(open_app_page("train", family=family, data="digits"), "Start")
    assert not app.exception
    (job,) = jobs.list_jobs()
    assert job.run == RunSpec(FAMILIES[family](), "digits")
    assert app.error.len == 0


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [
        ({}, {"Corruption", "Sparsity"}, {"Corruption level", "Units kept k", "Mean activation ρ", "Sparsity weight"}),
        ({"corruption": "masking"}, {"Corruption level"}, set()),
        ({"sparsity": "k_sparse"}, {"Units kept k"}, {"Mean activation ρ", "Sparsity weight"}),
        ({"sparsity": "l1"}, {"Sparsity weight"}, {"Mean activation ρ", "Units kept k"}),
        ({"sparsity": "l2"}, {"Sparsity weight"}, {"Mean activation ρ", "Units kept k"}),
        ({"family": "vae"}, {"Binarisation", "Free nats per dimension"}, {"Variance σ²", "Sparsity"}),
        ({"family": "vae", "likelihood": "gaussian"}, {"Variance σ²"}, {"Binarisation"}),
        ({"family": "cvae"}, {"Corruption"}, {"Classifier weight λ"}),
        ({"family": "gmvae"}, {"Components", "Pretraining, epochs", "Classifier weight λ"}, set()),
        ({"family": "conv_vae"}, {"Channels", "Upsampling", "Batch norm"}, set()),
    ],
    ids=lambda part: None if isinstance(part, set) else str(part),
)
def test_a_field_is_shown_where_it_has_an_effect(
    query: dict[str, str], shown: set[str], hidden: set[str], open_app_page: OpenPage
) -> None:
    app = open_app_page("train", **{"family": "ae", "data": "digits", **query})
    labels = {widget.label for widget in (*app.number_input, *app.selectbox, *app.text_input)}
    assert shown <= labels
    assert not hidden & labels


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_a_preset_fills_the_form(preset: Preset, open_app_page: OpenPage) -> None:
    app = open_app_page("train", data="digits")
    app.selectbox(key="example").set_value(preset.title).run()
    assert not app.exception
    app = press(app, "Start")
    (job,) = jobs.list_jobs()
    assert job.run.model == preset.model
    assert job.run.dataset == "digits"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"family": "conv_ae", "data": "swiss_roll"}, "conv_ae: convolutions need images"),
        ({"family": "ae", "sparsity": "k_sparse", "sparse_units": "9"}, "ae: sparse_units is 9, but the code has only"),
        ({"family": "ae", "sparsity": "kl"}, "add code_activation=sigmoid"),
        ({"family": "ae", "corruption": "masking", "corruption_level": "1.0"}, "takes a probability below 1"),
    ],
    ids=str,
)
def test_fields_that_make_no_sense_together_are_one_sentence(
    query: dict[str, str], sentence: str, open_app_page: OpenPage
) -> None:
    app = open_app_page("train", **{"data": "digits", **query})
    assert not app.exception
    assert sentence in texts(app)


def test_a_field_keeps_what_the_next_family_allows_and_drops_the_rest(open_app_page: OpenPage) -> None:
    app = open_app_page("train", family="pca", latent_dim="2000", data="digits")
    app.selectbox(key="family").set_value("ae").run()
    assert not app.exception
    assert app.number_input(key="latent_dim").value == 2


def shipped_runs() -> dict[str, RunSpec]:
    """The runs of the shipped models, one for each family and set of fields that differ from their defaults."""
    runs = {info.name: info.run for info in list_checkpoints()}
    kinds = {
        (run.model.family, *re.findall(r"--set (\w+)", jobs.command_line(run, ""))): name for name, run in runs.items()
    }
    return {name: runs[name] for name in sorted(kinds.values())}


def test_every_kind_of_shipped_model_fills_the_form_after_any_other(open_app_page: OpenPage) -> None:
    app = open_app_page("train")
    for name, run in shipped_runs().items():
        app.selectbox(key="example").set_value(name).run()
        assert not app.exception
        assert jobs.command_line(run, f"{run.dataset}-").rsplit(" ", 1)[0] in app.code[0].value


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"hidden": "abc"}, "vae: hidden is 'abc', but must be up to 8 widths"),
        ({"likelihood": "gaussian", "variance": "-1"}, "vae: variance is '-1', but must be a number from"),
    ],
)
def test_a_text_that_is_no_field_is_one_sentence_and_nothing_starts(
    query: dict[str, str], sentence: str, open_app_page: OpenPage
) -> None:
    app = open_app_page("train", family="vae", **query)
    assert not app.exception
    assert sentence in texts(app)
    assert "Start" not in buttons(app)


@pytest.mark.parametrize(
    "query",
    [
        {"latent_dim": "0"},
        {"latent_dim": "1e999"},
        {"beta": "-1"},
        {"beta": "nan"},
        {"n_epochs": "nan"},
        {"family": "gan"},
        {"data": "imagenet"},
        {"job": "99"},
        {"job": "1e999"},
    ],
    ids=str,
)
def test_a_bad_link_is_one_sentence_and_the_default(query: dict[str, str], open_app_page: OpenPage) -> None:
    job_in("done")
    app = open_app_page("train", **query)
    assert not app.exception
    (key, value) = next(iter(query.items()))
    assert [warning.value for warning in app.warning if f"`{key}={value}`" in warning.value]
    assert "Start" in buttons(app)
    assert not app.run().warning


@pytest.mark.parametrize("name", ["a b", "ä", "../x", "vae-2d"])
def test_a_name_that_cannot_be_is_said_at_once(name: str, open_app_page: OpenPage) -> None:
    app = open_app_page("train")
    app.text_input(key="run_name").set_value(name).run()
    assert any(name in error.value for error in app.error)
    app = press(app, "Start")
    assert jobs.list_jobs() == ()
    assert not app.exception


def test_a_name_taken_by_another_session_meanwhile_is_said(open_app_page: OpenPage) -> None:
    app = open_app_page("train", data="digits")
    app.text_input(key="run_name").set_value("mine").run()
    jobs.submit(A_RUN, "mine")
    app = press(app, "Start")
    assert "There is a run named 'mine' already" in texts(app)
    assert len(jobs.list_jobs()) == 1


def test_a_name_that_nobody_typed_gives_way_to_the_runs_of_others(open_app_page: OpenPage) -> None:
    app = open_app_page("train", data="digits")
    jobs.submit(A_RUN, "digits-vae-2d-2")
    app = press(app, "Start")
    assert not app.error
    assert [job.name for job in jobs.list_jobs()] == ["digits-vae-2d-3", "digits-vae-2d-2"]


def test_a_refusal_stays_until_the_form_says_something_else(open_app_page: OpenPage) -> None:
    app = open_app_page("train", data="digits")
    app.text_input(key="run_name").set_value("mine").run()
    mine = jobs.submit(A_RUN, "mine")
    app = press(app, "Start")
    jobs.remove(mine)
    assert "There is a run named 'mine' already" in texts(app.run())
    assert "There is a run named 'mine' already" not in texts(press(app, "Start"))
    assert [job.name for job in jobs.list_jobs()] == ["mine"]


def test_a_worker_that_cannot_start_is_one_sentence(open_app_page: OpenPage, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise JobError("No worker could be started (no memory); start one by hand.")

    monkeypatch.setattr(jobs, "ensure_worker", refuse)
    app = press(open_app_page("train", data="digits"), "Start")
    assert not app.exception
    assert "No worker could be started" in texts(app)


def test_a_folder_that_cannot_be_written_is_one_sentence(open_app_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("no folder", encoding="utf-8")
    app = open_app_page("train")
    assert not app.exception
    assert "The register of runs" in texts(app)
    assert "EXPLORER_RUNS" in texts(app)


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("queued", {"Cancel", "Start a worker"}),
        ("running", {"Pause", "One step", "Slow motion", "Stop", "Undo", "Fork from here"}),
        ("cancelled", {"Resume", "Keep", "Remove it", "Use its fields", "Again", "Fork from here"}),
        ("failed", {"Resume", "Keep", "Remove it", "Use its fields", "Again", "Fork from here"}),
        ("lost", {"Resume", "Keep", "Remove it", "Use its fields", "Again", "Fork from here"}),
        ("done", {"Remove it", "Use its fields", "Again", "Fork from here"}),
    ],
)
def test_each_state_offers_what_makes_sense_in_it(state: JobState, offered: set[str], open_app_page: OpenPage) -> None:
    job_in(state)
    app = open_app_page("train")
    assert not app.exception
    assert buttons(app) - {"Start"} == offered


def charts(app: AppTest) -> list[Any]:
    return [element.proto for element in app.get("echarts_chart")]


def test_a_running_run_shows_its_curves_its_codes_and_how_long_it_takes(open_app_page: OpenPage) -> None:
    job_in("running")
    app = open_app_page("train")
    assert [chart.renderer == chart.SVG for chart in charts(app)] == [True, True]
    assert "epoch **0.5** of 2 · 1,234 samples/s · 10 s trained · about 30 s left" in texts(app)
    assert "Codes of 4 training samples after step 5" in texts(app)


def test_a_running_run_says_how_its_steps_are_run(open_app_page: OpenPage) -> None:
    job_in("running")
    with transaction() as connection:
        connection.execute("UPDATE runs SET execution = 'one CUDA graph per step'")
    assert "1,234 samples/s · one CUDA graph per step · 10 s trained" in texts(open_app_page("train"))


def test_a_running_run_pauses_goes_step_by_step_and_slowly(open_app_page: OpenPage) -> None:
    job_id = job_in("running")
    app = press(open_app_page("train"), "Pause")
    assert jobs.get_job(job_id).pace == "paused"
    assert "paused after step 5" in texts(app)
    app = press(app, "One step")
    with reading() as connection:
        assert [row["single_steps"] for row in connection.execute("SELECT single_steps FROM runs")] == [1]
    app = press(app, "Slow motion")
    assert "slow motion, step 5" in texts(app)
    assert "Slow motion" not in buttons(app)
    app = press(app, "Go on")
    assert "about 30 s left" in texts(app)
    assert buttons(app) >= {"Pause", "One step", "Slow motion", "Stop"}


def test_a_pause_that_comes_too_late_breaks_nothing(open_app_page: OpenPage) -> None:
    job_id = job_in("running")
    app = open_app_page("train")
    run_store.end(job_id, the_worker(), "done", None, "mine")
    app = press(app, "Pause")
    assert not app.exception
    assert not app.error
    assert "Pause" not in buttons(app)


def test_a_watched_run_shows_its_latest_pictures(open_app_page: OpenPage) -> None:
    job_id = job_in("running")
    app = open_app_page("train")
    watched = jobs.get_job(job_id).watched
    assert watched is not None
    row = np.zeros((10, 8, 8), np.uint8)
    pictures = jobs.LivePictures(7, np.ones((4, 2), np.float32), row, row, row)
    run_store.append(job_id, the_worker(), [], pictures=pictures)
    app = app.run()
    assert "Codes of 4 training samples after step 7" in texts(app)
    (rows,) = [html.proto.body for html in app.get("html") if "live-rows" in html.proto.body]
    assert [f"{name} after step 7" in rows for name in (SAMPLES, RECONSTRUCTIONS, DRAWS)] == [True] * 3
    run_store.append(job_id, the_worker(), [], pictures=replace(pictures, draws=None))
    (rows,) = [html.proto.body for html in app.run().get("html") if "live-rows" in html.proto.body]
    assert NO_PRIOR in rows


def test_a_failed_run_says_why_and_shows_what_it_reached(open_app_page: OpenPage) -> None:
    job_in("failed", message="The loss is nan at step 6; try a tenth of the learning rate.")
    app = open_app_page("train")
    assert "The loss is nan at step 6; try a tenth of the learning rate." in texts(app)
    assert len(charts(app)) == 2


def test_pca_has_nothing_to_descend(open_app_page: OpenPage) -> None:
    job_in("done", RunSpec(PCASpec(), "digits"), n_records=1)
    app = open_app_page("train")
    assert "no gradient descent: train SSE **2.00** per image" in texts(app)
    assert len(charts(app)) == 1


def test_a_finished_run_leads_to_its_model(open_app_page: OpenPage) -> None:
    job_in("done")
    app = open_app_page("train")
    (link,) = [link.proto for link in app.get("page_link") if "latent plane" in link.proto.label]
    assert "model=mine" in link.query_string


def test_a_link_shows_its_run_and_without_one_the_newest_open_one_is_shown(open_app_page: OpenPage) -> None:
    first, running, last = job_in("done"), job_in("running"), job_in("cancelled")
    assert "Stop" in buttons(open_app_page("train"))
    assert "Use its fields" in buttons(open_app_page("train", job=str(first)))
    assert "Resume" in buttons(open_app_page("train", job=str(last)))
    jobs.stop(running)


@pytest.mark.parametrize(("label", "before", "after"), [("Resume", "cancelled", "queued"), ("Keep", "lost", "queued")])
def test_a_press_changes_the_state(
    label: str, before: JobState, after: JobState, open_app_page: OpenPage, asked_for_workers: list[None]
) -> None:
    job_id = job_in(before)
    app = press(open_app_page("train"), label)
    assert not app.exception
    assert jobs.get_job(job_id).state == after
    assert jobs.get_job(job_id).keep == (label == "Keep")
    assert asked_for_workers


def test_removing_the_only_run_leaves_the_empty_page(open_app_page: OpenPage) -> None:
    job_in("cancelled")
    app = press(open_app_page("train"), "Remove it")
    assert jobs.list_jobs() == ()
    assert "No run yet" in texts(app)


def test_a_press_that_comes_too_late_is_one_sentence(open_app_page: OpenPage) -> None:
    job_id = job_in("cancelled")
    app = open_app_page("train")
    jobs.remove(job_id)
    app = press(app, "Resume")
    assert not app.exception


def test_the_fields_of_a_run_fill_the_form(open_app_page: OpenPage) -> None:
    run = RunSpec(AESpec(5, (99,), "tanh"), "digits", n_epochs=7, learning_rate=1e-4)
    job_in("failed", run, message="It diverged.")
    app = press(open_app_page("train"), "Use its fields")
    assert not app.exception
    assert "--epochs 7 --seed 0 --batch-size 128 --learning-rate 0.0001 " in app.code[0].value
    assert "--set latent_dim=5 --set hidden=99 --set activation=tanh" in app.code[0].value


def test_waiting_runs_are_counted(open_app_page: OpenPage) -> None:
    job_in("running")
    last = job_in("queued")
    assert "Waits for 1 run before it." in texts(open_app_page("train", job=str(last)))


def test_all_runs_are_listed(open_app_page: OpenPage) -> None:
    job_in("done")
    job_in("failed")
    table = open_app_page("train").dataframe[0].value
    assert table["State"].tolist() == ["failed", "done"]
    assert table["Progress"].tolist() == [0.25, 0.25]


def test_the_page_imports_no_torch() -> None:
    import subprocess
    import sys

    program = (
        "import sys; import explorer.ui.views.train.form, explorer.ui.runs.panel; sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
