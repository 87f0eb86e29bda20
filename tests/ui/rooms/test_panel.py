"""Asking the class: open, cover, show, reveal, the next question, export, end; and who sees none of it."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st
import yaml
from streamlit.testing.v1 import AppTest

from explorer.permissions import tag_of
from explorer.rooms.question import RoomQuestion
from explorer.rooms.summaries import spread_of
from explorer.store import load_checkpoint
from explorer.store.questions import all_questions, import_questions, own_files, shipped_questions
from explorer.store.rooms import answers_to, join_room, newest_room, open_room, read_room, room_results, vote
from explorer.ui import access
from explorer.ui.rooms import address, panel, plane, reader
from explorer.ui.rooms.address import app_address, join_address
from explorer.ui.rooms.asking import CHOSEN, questions_for
from explorer.ui.rooms.panel import MOST_NAMED, _show_names
from explorer.ui.rooms.spread import finding
from tests.conftest import ROOT, app_page
from tests.ui.rooms.pressing import press, run
from tests.ui.test_foreign_text import HOSTILE, faults_of

ADA, BOB = "a" * 32, "b" * 32
QUESTIONS = {question.name: question for question in shipped_questions()}
PCA_95 = QUESTIONS["pca-95"]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests change a room faster than the shared reader looks."""
    monkeypatch.setattr(reader, "FRESH_S", -1.0)


def lecture_page() -> None:
    """A page with what the frame shows of rooms, and nothing else."""
    import streamlit as st

    from explorer.ui.query_params import NOTICES
    from explorer.ui.rooms.asking import ask_class

    st.session_state[NOTICES] = st.container()
    ask_class("pca")


def as_lecturer(token: str = ADA) -> AppTest:
    app = AppTest.from_function(lecture_page)
    app.session_state[access._TOKEN] = token
    app.session_state["ask_class"] = True
    return run(app)


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def rooms_shown(app: AppTest) -> list[str]:
    return [expander.label for expander in app.expander if expander.label.startswith("Room")]


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.markdown, *app.caption, *app.success, *app.code))


def opened(name: str = "pca-95", token: str = ADA) -> tuple[AppTest, str]:
    app = as_lecturer(token)
    app.session_state[CHOSEN] = name
    run(app)
    app = press(app, "Open a room and ask")
    code = newest_room()
    assert code is not None
    return app, code


def figure_of(app: AppTest) -> dict[str, list[dict[str, object]]]:
    (chart,) = app.get("plotly_chart")
    figure: dict[str, list[dict[str, object]]] = json.loads(chart.proto.spec)
    return figure


def test_questions_of_the_page_come_first_and_none_is_left_out() -> None:
    listed = questions_for("pca")
    assert [question.page == "pca" for question in listed] == sorted(
        (question.page == "pca" for question in listed), reverse=True
    )
    assert {question.name for question in listed} == set(QUESTIONS)


def test_one_press_opens_a_room_with_its_question_address_and_code() -> None:
    app, code = opened()
    room = read_room(code)
    assert (room.question, room.stage, room.leader) == (PCA_95, "covered", tag_of(ADA))
    assert [expander.proto.expanded for expander in app.expander if expander.label == f"Room {code}"] == [True]
    assert f"/room?room={code}" in texts(app)
    assert PCA_95.ask in texts(app)
    assert [image.proto.imgs[0].url != "" for image in app.get("image")] == [True]
    assert {"Show the answers", "Reveal", "End the room", f"Ask room {code}"} <= set(labels(app))


def test_cover_vote_reveal() -> None:
    app, code = opened("mean-digit")
    question = QUESTIONS["mean-digit"]
    for student in range(4):
        vote(code, f"{student:032x}", 1, 0 if student < 3 else 1)
    app = run(as_lecturer())
    assert "**4** of 4 in the room have answered." in texts(app)
    assert not app.get("plotly_chart")
    assert question.why not in texts(app)
    app = press(app, "Show the answers")
    assert "Most often, 3 of 4 times" in texts(app)
    assert len({*figure_of(app)["data"][0]["marker"]["color"]}) == 1  # type: ignore[index]
    app = press(app, "Reveal")
    assert "1 of 4 chose it." in texts(app)
    assert question.why in texts(app)
    assert len({*figure_of(app)["data"][0]["marker"]["color"]}) == 2  # type: ignore[index]
    app = press(app, "Vote again")
    assert read_room(code).stage == "covered"
    assert answers_to(code, 1) == (0, 0, 0, 1)


def test_next_question_end_and_the_answers_without_names() -> None:
    app, code = opened()
    vote(code, BOB, 1, 100)
    join_room(code, BOB, "Bob")
    app = run(as_lecturer())
    assert "Here: Bob" in texts(app)
    app.session_state[CHOSEN] = "pca-sign"
    run(app)
    app = press(app, f"Ask room {code}")
    assert read_room(code).number == 2
    app = press(app, "End the room")
    assert newest_room() is None
    assert rooms_shown(app) == []
    (offer,) = app.get("download_button")
    assert offer.proto.label == f"Answers of room {code}, 2 questions"
    (row,) = csv.DictReader(io.StringIO(export(code)))
    assert (row["question"], row["answer"], row["truth"]) == ("pca-95", "100", "154")
    assert not any(word in export(code) for word in ("Bob", BOB, "student"))


def export(code: str) -> str:
    from explorer.rooms.results import results_csv

    return results_csv(room_results(code))


def test_hostile_nickname_is_text_on_the_lecturers_page() -> None:
    app, code = opened()
    for place, start in enumerate(range(0, len(HOSTILE), 20)):
        join_room(code, f"{place:032x}", HOSTILE[start : start + 20])
    app = run(as_lecturer())
    assert "Here:" in texts(app)
    assert faults_of(app) == []


def test_drawings_are_codes_in_the_plane_and_pictures_once_they_are_shown() -> None:
    app, code = opened("draw-a-four")
    vote(code, BOB, 1, "4040c0c0-40c0c040")
    vote(code, "c" * 32, 1, "80208030-8030c0c0")
    app = as_lecturer()
    assert not app.get("plotly_chart")
    app = press(app, "Show the answers")
    places, mosaic = (json.loads(chart.proto.spec) for chart in app.get("plotly_chart"))
    model = load_checkpoint(str(ROOT / "checkpoints" / "vae-2d")).model
    images = np.stack([np.frombuffer(answer, np.uint8) for answer in answers_to(code, 1) if isinstance(answer, bytes)])
    codes = model.encode((images / 255).astype(np.float32))
    shown = spread_of(QUESTIONS["draw-a-four"], [(float(u), float(v)) for u, v in codes])
    assert finding(shown) in texts(app)
    assert len(places["data"]) == 3
    assert mosaic["data"][0]["type"] == "image"
    app = press(app, "Reveal")
    assert "Half of the 2 answers lie within" in texts(app)
    (row, _) = csv.DictReader(io.StringIO(export(code)))
    assert bytes.fromhex(row["answer"]) == images[0].tobytes()


def test_plane_is_loaded_with_the_page_before_the_answers_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(plane, "question_cloud", lambda question: loaded.append(question.name))
    for name in ("mean-digit", "black-image", "draw-a-four"):
        open_room(tag_of(ADA), QUESTIONS[name])
        as_lecturer()
    assert loaded == ["black-image", "draw-a-four"]


def test_phones_share_a_plane_for_some_seconds_and_none_sees_what_is_not_its_own(
    monkeypatch: pytest.MonkeyPatch, clear_caches: None
) -> None:
    asked: list[str] = []
    cloud = {"labels": np.zeros(1, np.uint8), "class_names": ("0",), "colors": ("#3f90da",), "axis_labels": ("u", "v")}

    def look(question: RoomQuestion) -> SimpleNamespace:
        asked.append(question.name)
        return SimpleNamespace(canvas=SimpleNamespace(codes=np.zeros((1, 2), np.float32), **cloud))

    monkeypatch.setattr(plane, "question_plane", look)
    for name in ("black-image", "black-image", "prior-of-ae"):
        plane.question_cloud(QUESTIONS[name])
    assert asked == ["black-image", "prior-of-ae"]
    monkeypatch.setattr(plane, "is_visible", lambda _: False)
    plane.question_cloud(QUESTIONS["black-image"])
    assert asked[2:] == ["black-image"], "a model that is not shown here is looked for here"


LECTURE = """
title: Mine
scenes:
  - {title: First, address: pca, room: pca-sign}
  - {title: Second, address: pca}
  - {title: Third, address: pca, room: gone}
"""


def in_lecture(scene: int) -> AppTest:
    app = AppTest.from_function(lecture_page)
    app.session_state[access._TOKEN] = ADA
    app.query_params["lecture"], app.query_params["scene"] = "mine", str(scene)
    return run(app)


def test_one_press_asks_the_question_of_a_scene(tmp_path: Path) -> None:
    (tmp_path / "lectures").mkdir(exist_ok=True)
    (tmp_path / "lectures" / "mine.yaml").write_text(LECTURE, "utf-8")
    label = f"Ask the class: {QUESTIONS['pca-sign'].ask}"
    assert label not in labels(in_lecture(2))
    app = press(in_lecture(1), label)
    code = newest_room()
    assert code is not None
    assert read_room(code).question == QUESTIONS["pca-sign"]
    assert label not in labels(app)
    assert "no question has that name" in in_lecture(3).warning[0].value


def test_question_of_ones_own_is_asked_and_a_broken_file_is_told_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "lectures" / "questions"
    folder.mkdir(parents=True)
    mine = replace(PCA_95, name="mine", ask="How many?")
    fields = {key: value for key, value in asdict(mine).items() if key != "choices"}
    (folder / "good.yaml").write_text(yaml.safe_dump({"questions": [fields]}), "utf-8")
    (folder / "bad.yaml").write_text("questions:\n  - name: x\n    kind: guess\n", "utf-8")
    (folder / "same.yaml").write_text(yaml.safe_dump({"questions": [{**fields, "name": "pca-sign"}]}), "utf-8")
    assert all_questions().questions["mine"] == mine
    bad, same = all_questions().problems
    assert bad == "bad.yaml, line 3: kind is `guess`, but must be one of choose, number, point, draw, follow."
    assert same == "same.yaml: there is a question 'pca-sign' already; give yours another name."
    _, code = opened("mine")
    assert read_room(code).question == mine
    assert ["guess" in warning.value for warning in as_lecturer().warning] == [True, False]


def test_file_of_questions_is_sent_and_removed() -> None:
    app = as_lecturer()
    app.file_uploader[0].set_value(("mine.yaml", b"questions: [}", "application/yaml"))
    assert "mine.yaml, line 1" in run(app).toast[0].value
    app.file_uploader[0].set_value(("mine.yaml", b"questions: []", "application/yaml"))
    assert run(app).toast[0].value == "mine.yaml is kept; its questions are in the list."
    press(app, "Remove mine.yaml")
    assert own_files() == ()


@pytest.mark.usefixtures("class_mode")
def test_student_cannot_send_or_remove_a_file_of_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    access.server().lecturers.add(ADA)
    import_questions(b"questions: []", "mine.yaml")
    assert not as_lecturer(BOB).get("file_uploader")
    app = as_lecturer(ADA)
    access.server().lecturers.clear()
    next(button for button in app.button if button.label == "Remove mine.yaml").click()
    run(app)
    assert own_files() == ("mine.yaml",)


def test_another_browser_neither_sees_the_room_nor_leads_it() -> None:
    _, code = opened()
    app = as_lecturer(BOB)
    assert rooms_shown(app) == []
    assert code not in texts(app)


@pytest.fixture
def class_mode(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EXPLORER_MODE", "class")
    monkeypatch.setenv("EXPLORER_KEY", "correct horse battery")
    access.server.cache_clear()
    yield
    access.server.cache_clear()


@pytest.mark.usefixtures("class_mode")
def test_students_cannot_open_lead_reveal_or_end_and_every_holder_of_the_key_can() -> None:
    access.server().lecturers.add(ADA)
    app, code = opened()
    student = as_lecturer(BOB)
    assert not student.button
    assert rooms_shown(student) == []
    access.server().lecturers.add(BOB)
    second = press(as_lecturer(BOB), "Reveal")
    assert read_room(code).stage == "revealed"
    # Who lost the key meanwhile presses in vain.
    access.server().lecturers.clear()
    next(button for button in second.button if button.label == "End the room").click()
    run(second)
    assert newest_room() == code
    next(button for button in app.button if button.label == "End the room").click()
    run(app)
    assert newest_room() == code


def popovers(app: AppTest) -> list[str]:
    """The keys of a page's popovers."""
    return [popover.proto.popover.id.rpartition("-")[2] for popover in app.get("popover")]


def test_frame_has_the_button_on_every_page_but_the_students() -> None:
    assert "ask_class" in popovers(run(app_page("lectures")))
    assert "ask_class" not in popovers(run(app_page("room", room=open_room(tag_of(ADA), PCA_95))))


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("http://192.168.1.7:8501/pca", "http://192.168.1.7:8501"),
        ("http://192.168.1.7:8501/", "http://192.168.1.7:8501"),
        ("https://example.org/course/latent", "https://example.org/course"),
        ("https://example.org/course/", "https://example.org/course"),
        ("http://[fe80::1]:8501/pca", "http://[fe80::1]:8501"),
        ("http://localhost:8501/pca", "http://10.1.2.3:8501"),
        ("http://127.0.0.1/pca", "http://10.1.2.3"),
    ],
)
def test_address_is_one_that_phones_reach(url: str, root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "get_internal_ip", lambda: "10.1.2.3")
    monkeypatch.setattr(address, "is_reachable", lambda: True)
    assert app_address(url) == root


@pytest.mark.parametrize(
    ("listens_on", "url", "reachable"),
    [
        ("localhost", "http://localhost:8501/pca", False),
        ("0.0.0.0", "http://localhost:8501/pca", True),
        ("127.0.0.1", "https://example.org/explorer/pca", True),
        ("127.0.0.1", None, False),
    ],
)
def test_server_behind_a_proxy_is_reached(
    listens_on: str, url: str | None, reachable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = SimpleNamespace(get_option=lambda _: listens_on, context=SimpleNamespace(url=url))
    monkeypatch.setattr(address, "st", server)
    assert address.is_reachable() == reachable


def test_server_of_this_machine_alone_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "is_reachable", lambda: False)
    assert app_address("http://localhost:8501/pca") == "http://localhost:8501"
    assert join_address("ABCDE").endswith("/room?room=ABCDE")
    app, _ = opened()
    assert "Phones cannot reach this server" in texts(app)


@pytest.mark.parametrize(
    ("n", "end"), [(1, "ada 0"), (MOST_NAMED, f"ada {MOST_NAMED - 1}"), (MOST_NAMED + 2, " and 2 more")]
)
def test_a_long_list_of_names_is_cut_with_its_rest_counted(n: int, end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(panel, "nicknames", lambda _: [f"ada {number}" for number in range(n)])
    monkeypatch.setattr(st, "caption", said.append)
    _show_names("abc")
    assert said[0].endswith(end)
    assert said[0].count("ada ") == min(n, MOST_NAMED)


@pytest.mark.parametrize(
    ("stage", "buttons"),
    [
        ("covered", [("Show the answers", "secondary"), ("Reveal", "primary")]),
        ("open", [("Cover the answers", "secondary"), ("Reveal", "primary")]),
        ("revealed", [("Vote again", "secondary")]),
    ],
)
def test_to_reveal_the_truth_is_what_stands_out(
    stage: str, buttons: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[str, str]] = []
    page = SimpleNamespace(
        button=lambda label, **look: shown.append((label, look.get("type", ""))), download_button=lambda *_, **__: None
    )
    monkeypatch.setattr(panel, "st", page)
    room: Any = SimpleNamespace(question=SimpleNamespace(kind="choose"), stage=stage, code="ABCD", leader="me")
    panel._show_buttons(room)
    assert shown == [*buttons, ("End the room", "")]
