"""Turning a run's fields on the pages that watch it: sliders, undo, fork, the same run again, and schedules."""

from itertools import pairwise

import pytest
from streamlit.testing.v1 import AppTest

from explorer import jobs
from explorer.jobs.database import transaction
from explorer.models import PCASpec
from explorer.training import RunSpec
from explorer.training.changes import TURNABLE, Change
from explorer.ui.runs.turning import OFFERED, change_marks, values_around
from tests.pages.runs import A_RUN, TURNED, job_in
from tests.pages.test_train import OpenPage, asked_for_workers

__all__ = ["asked_for_workers"]


def sliders(app: AppTest) -> dict[str, object]:
    return {one.label: one.value for one in app.select_slider if one.key and one.key.startswith("turn ")}


def asked() -> list[tuple[str, float]]:
    with transaction() as connection:
        rows = connection.execute("SELECT field, value FROM turns ORDER BY id")
        return [(row["field"], row["value"]) for row in rows]


@pytest.mark.parametrize(("page", "query"), [("tradeoff", {"view": "Live"}), ("train", {})])
def test_a_running_run_has_a_slider_for_each_field_at_its_present_value(
    page: str, query: dict[str, str], open_app_page: OpenPage
) -> None:
    job_in("running", TURNED)
    app = open_app_page(page, **query)
    assert not app.exception
    assert sliders(app) == {"β": 4.0, "Free nats per dimension": 0.0, "Learning rate": 1e-3}
    slider = next(one for one in app.select_slider if one.label == "β" and one.key and one.key.startswith("turn "))
    slider.set_value(8.0).run()
    assert asked() == [("beta", 8.0)]


def test_undo_asks_for_the_former_value(open_app_page: OpenPage) -> None:
    job_id = job_in("running", TURNED)
    app = open_app_page("tradeoff", view="Live")
    app.button(key=f"undo {job_id}").click().run()
    assert asked() == [("beta", 1.0)]


def test_without_a_change_nothing_is_undone(open_app_page: OpenPage) -> None:
    job_id = job_in("running")
    assert open_app_page("tradeoff", view="Live").button(key=f"undo {job_id}").disabled


@pytest.mark.parametrize(("state", "run"), [("done", A_RUN), ("running", RunSpec(PCASpec(), "digits"))])
def test_what_cannot_be_turned_has_no_sliders(state: str, run: RunSpec, open_app_page: OpenPage) -> None:
    job_in(state, run)  # type: ignore[arg-type]
    app = open_app_page("train")
    assert not app.exception
    assert not sliders(app)


def test_a_turn_that_is_refused_is_one_sentence(open_app_page: OpenPage) -> None:
    job_id = job_in("running")
    app = open_app_page("train")
    with transaction() as connection:
        connection.execute("UPDATE runs SET state = 'cancelled' WHERE id = ?", (job_id,))
    next(one for one in app.select_slider if one.label == "β" and one.key).set_value(8.0)
    app.run()
    assert not app.exception
    assert asked() == []


def test_a_fork_goes_another_way_from_a_snapshot(open_app_page: OpenPage) -> None:
    job_id = job_in("done", TURNED)
    app = open_app_page("tradeoff", view="Live", job=str(job_id))
    steps = app.select_slider(key=f"fork step {job_id}")
    steps.set_value(3).run()
    next(one for one in app.select_slider if one.label == "New value").set_value(20.0).run()
    app.button(key=f"fork {job_id}").click().run()
    fork = jobs.list_jobs()[0]
    assert fork.run.changes == (Change(2, "beta", 4.0), Change(3, "beta", 20.0))
    assert fork.name.endswith("-fork")
    assert app.query_params["job"] in (str(fork.id), [str(fork.id)])


def test_again_queues_the_same_run(open_app_page: OpenPage) -> None:
    job_id = job_in("cancelled", TURNED)
    app = open_app_page("train", job=str(job_id))
    app.button(key=f"again {job_id}").click().run()
    again = jobs.list_jobs()[0]
    assert again.id != job_id
    assert again.run == TURNED


def test_a_schedule_is_recorded_as_changes(open_app_page: OpenPage) -> None:
    app = open_app_page("tradeoff", view="Live")
    app.selectbox(key="live_schedule").set_value("cyclical").run()
    next(button for button in app.button if button.label == "Start").click().run()
    changes = jobs.list_jobs()[0].run.changes
    assert len(changes) == 44
    assert [change.step for change in changes if change.value == 0] == [0, 1100, 2200, 3300]


def test_marks_stand_at_the_epochs_of_their_steps_and_lose_their_names_where_they_are_many() -> None:
    changes = (Change(0, "beta", 0.0), Change(20, "beta", 4.0), Change(40, "variance", 0.1), Change(90, "beta", 1.0))
    marks = change_marks(changes, 0.1, 50)
    assert [(mark.epoch, mark.text) for mark in marks] == [(2.0, "β 4"), (4.0, "σ² 0.1")]
    many = change_marks(tuple(Change(step, "beta", step / 20) for step in range(1, 21)), 0.1, 50)
    assert len(many) == 20
    assert {mark.text for mark in many} == {""}


def test_a_slider_offers_the_present_value_in_its_place() -> None:
    assert values_around("beta", 3.0)[5:8] == [2.0, 3.0, 4.0]


def test_what_sliders_offer_rises_in_steps_of_ten_at_most() -> None:
    assert set(OFFERED) == set(TURNABLE)
    for values in OFFERED.values():
        above_zero = [value for value in values if value]
        steps = [after / before for before, after in pairwise(above_zero)]
        assert values[0] == 0 or values == tuple(above_zero)
        assert 1 < min(steps) <= max(steps) <= 10.01
