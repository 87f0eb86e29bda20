"""What is said of a run: where it stands, how long it still takes, and moments as the user's clock shows them."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from explorer.models.spec import GMVAESpec, ModelSpec, PCASpec, VAESpec
from explorer.training import RunSpec
from explorer.training.changes import Change
from explorer.ui.runs import panel

RUN = RunSpec(VAESpec(), "digits", n_epochs=8)
CURVES = pd.DataFrame(
    {"epoch": [0.5, 1.0, 2.04], "step": [5, 10, 20], "samples_per_s": [9.0, 1.0, 1234.4], "elapsed_s": [0.5, 1.0, 30.0]}
).assign(reconstruction=[9.5, 9.0, 7.125])


def job(state: str = "running", **parts: Any) -> Any:
    usual = {"id": 3, "run": RUN, "step": 20, "n_steps": 80, "execution": None, "pace": "full", "checkpoint": None}
    return SimpleNamespace(state=state, **(usual | parts))


def test_moments_are_those_of_the_users_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panel, "st", SimpleNamespace(context=SimpleNamespace(timezone="Asia/Tokyo")))
    assert [str(moment) for moment in panel._local_times([0.0, 86_399.0])] == [
        "1970-01-01 09:00:00+09:00", "1970-01-02 08:59:59+09:00",
    ]  # fmt: skip


BEGINS = "epoch **2.0** of 8 · 1,234 samples/s"


@pytest.mark.parametrize(
    ("of", "said"),
    [
        # A quarter of the steps took 30 s, so the rest takes three times as long.
        (job(), f"{BEGINS} · 30 s trained · about 1:30 min left"),
        (job(execution="CPU"), f"{BEGINS} · CPU · 30 s trained · about 1:30 min left"),
        (job("done"), f"{BEGINS} · 30 s trained"),
        (job(step=80), f"{BEGINS} · 30 s trained · scoring it on the test split …"),
        (job(pace="paused"), f"{BEGINS} · 30 s trained · paused after step 20"),
        (job("done", pace="paused"), f"{BEGINS} · 30 s trained"),
        (job(run=RunSpec(PCASpec(), "digits")), "Closed form, no gradient descent: train SSE **7.12** per image"),
    ],
)
def test_where_a_run_stands_and_how_long_it_still_takes(of: Any, said: str) -> None:
    assert panel._progress(of, CURVES) == said


@pytest.mark.parametrize(
    ("state", "n_before", "is_worked", "said"),
    [
        ("running", 0, True, "Loading the data …"),
        ("failed", 0, True, "It ended before its first step."),
        ("queued", 1, True, "Waits for 1 run before it."),
        ("queued", 2, True, "Waits for 2 runs before it."),
        ("queued", 0, True, "The worker starts …"),
        ("queued", 0, False, "There is no worker to train it."),
    ],
)
def test_before_its_first_step_a_run_says_what_it_waits_for(
    state: str, n_before: int, is_worked: bool, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel, "jobs", SimpleNamespace(count_before=lambda _: n_before, worker_lives=lambda: is_worked))
    assert panel._progress(job(state), CURVES[:0]) == said


def test_what_stays_of_a_run_is_its_model() -> None:
    assert panel._what_stays(job(checkpoint="vae-3")) == "The model vae-3 stays in the library."
    assert panel._what_stays(job()) == "It has not become a model yet."


@pytest.mark.parametrize(
    ("model", "changes", "is_scheduled"),
    [
        (VAESpec(), (), False),
        (VAESpec(warm_up=2), (), True),
        (VAESpec(free_bits=0.5), (), True),
        (GMVAESpec(pretraining=0), (), False),
        (GMVAESpec(pretraining=2), (), True),
        (VAESpec(), (Change(5, "beta", 2.0),), True),
        (VAESpec(), (Change(5, "learning_rate", 0.01),), False),
    ],
)
def test_the_kl_term_has_a_schedule_where_its_weight_or_floor_changes(
    model: ModelSpec, changes: tuple[Change, ...], is_scheduled: bool
) -> None:
    run = replace(RUN, model=model, changes=changes)
    assert isinstance(model, VAESpec)
    assert panel._is_scheduled(run, model) == is_scheduled


def test_changes_are_marked_at_the_epochs_of_their_steps() -> None:
    run = replace(RUN, changes=(Change(5, "beta", 2.0),))
    (mark,) = panel._marks(run, CURVES)
    assert mark.epoch == pytest.approx(5 * 2.04 / 20)
    assert panel._marks(run, CURVES[:0]) == ()
    assert panel._marks(RUN, CURVES) == ()


def test_the_table_of_runs_has_a_row_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panel, "_local_times", list)
    listed = (job(name="a", created=5.0), job("queued", id=4, name="b", created=6.0, step=0, n_steps=0))
    table = panel._run_table(listed)
    assert table.values.tolist() == [
        [3, "a", "VAE, K = 2", "digits", "running", 0.25, 5.0],
        [4, "b", "VAE, K = 2", "digits", "queued", 0.0, 6.0],
    ]
