"""A server for a class: what a student cannot do, each tried, and what the lecturer's key brings."""

import ast
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer import jobs
from explorer.data.own import kept_names
from explorer.permissions import CLASS_LIMITS, own_prefix, tag_of
from explorer.store.lectures import list_lectures
from explorer.ui import access
from explorer.ui.views.library.table import SELECTED
from explorer.ui.wrong_keys import N_FREE
from tests.conftest import ROOT, app_page

KEY = "correct horse battery"
ADA, BOB = "a" * 32, "b" * 32


@pytest.fixture(autouse=True)
def class_mode(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("EXPLORER_MODE", "class")
    monkeypatch.setenv("EXPLORER_KEY", KEY)
    access.server.cache_clear()
    yield
    access.server.cache_clear()


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("digits-vae-2d", "mine", f"{own_prefix(tag_of(BOB))}vae"):
        shutil.copytree(ROOT / "checkpoints" / "digits-vae-2d", tmp_path / name)
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    return tmp_path


def open_as(token: str, slug: str, /, **query: str) -> AppTest:
    app = app_page(slug, **query)
    app.session_state[access._TOKEN] = token
    return app


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def as_lecturer() -> str:
    access.server().lecturers.add(ADA)
    return ADA


def test_student_cannot_rename_or_delete_and_the_lecturer_can(library: Path) -> None:
    student, lecturer = open_as(BOB, "library"), open_as(ADA, "library")
    for app in (student, lecturer):
        app.session_state[SELECTED] = "mine"
    assert not any(word in label for label in labels(run(student)) for word in ("Rename", "Delete", "Hide"))
    assert any("Renaming, deleting" in caption.value for caption in student.caption)
    assert "Add a model of your own" not in [expander.label for expander in student.expander]
    assert not any("rename, delete" in text.value for text in student.markdown)
    as_lecturer()
    assert {"Rename mine", "Delete mine", "Delete the class's models"} <= set(labels(run(lecturer)))
    assert any("rename, delete" in text.value for text in lecturer.markdown)
    assert "Add a model of your own" in [expander.label for expander in lecturer.expander]


def test_press_of_one_who_lost_the_key_changes_nothing(library: Path) -> None:
    app = open_as(as_lecturer(), "library")
    app.session_state[SELECTED] = "mine"
    run(app)
    access.server().lecturers.clear()
    next(button for button in app.button if button.label == "Delete mine").click()
    run(app)
    assert (library / "mine").is_dir()


def test_students_models_are_in_their_own_lists_only(library: Path) -> None:
    bobs = f"{own_prefix(tag_of(BOB))}vae"
    for token, sees in ((BOB, True), (ADA, False)):
        frame = run(open_as(token, "library")).dataframe[0].value
        assert (bobs in frame["name"].tolist()) == sees
    named = run(open_as(ADA, "latent", model=bobs))
    assert any(f"model={bobs}" in warning.value for warning in named.warning)
    as_lecturer()
    assert bobs in run(open_as(ADA, "library")).dataframe[0].value["name"].tolist()


def test_all_models_of_the_class_go_into_the_bin_at_once(library: Path) -> None:
    app = run(open_as(as_lecturer(), "library"))
    next(button for button in app.button if button.key == "Delete the class's models").click()
    run(app)
    assert sorted(path.name for path in library.iterdir() if not path.name.startswith(".")) == ["digits-vae-2d", "mine"]


def test_student_cannot_download_or_add_data() -> None:
    app = run(open_as(BOB, "data", data="mnist"))
    assert "Download" not in labels(app)
    assert any("downloading" in caption.value for caption in app.caption)
    own = run(open_as(BOB, "data", view="Add your own"))
    assert not own.get("file_uploader")
    assert kept_names() == ()
    as_lecturer()
    assert "Download" in labels(run(open_as(ADA, "data", data="mnist")))
    assert run(open_as(ADA, "data", view="Add your own")).get("file_uploader")


def keep_a_drawing() -> None:
    """A page that offers to keep a line drawn from corner to corner."""
    import numpy as np

    from explorer.ui.views.compare.kept_drawings import keep_drawings

    keep_drawings((np.array([[0, 0], [255, 255]], np.uint8),), (28, 28), ("0", "1"))


def test_student_cannot_keep_drawings_and_the_lecturer_can() -> None:
    for token, offered in ((BOB, []), (as_lecturer(), ["Keep"])):
        app = AppTest.from_function(keep_a_drawing)
        app.session_state[access._TOKEN] = token
        assert labels(run(app)) == offered


def test_student_cannot_save_marked_samples_as_data_and_the_lecturer_can() -> None:
    for token, is_offered in ((BOB, False), (as_lecturer(), True)):
        app = run(open_as(token, "latent", model="digits-vae-2d", lasso="-9,0,-9,9,9,9,9,0"))
        assert any("marked" in markdown.value for markdown in app.markdown)
        assert ("Save as a data set of two classes" in labels(app)) == is_offered


def test_student_cannot_write_lectures() -> None:
    app = run(open_as(BOB, "lectures"))
    assert not {"Delete", "Copy", "Import"} & set(labels(app))
    assert not app.get("file_uploader")
    assert not [area.label for area in run(open_as(BOB, "lectures", view="Edit")).text_area]
    assert not any(file.is_own for file in list_lectures())
    as_lecturer()
    assert "Copy" in labels(run(open_as(ADA, "lectures")))


def start(app: AppTest) -> None:
    next(button for button in app.button if button.label == "Start").click()
    run(app)


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "ensure_worker", lambda: None)


@pytest.mark.usefixtures("no_worker")
def test_student_queues_two_runs_that_nobody_else_sees_or_stops() -> None:
    app = run(open_as(BOB, "train", data="digits", n_epochs="20"))
    for _ in range(CLASS_LIMITS.most_runs + 1):
        start(app)
    assert any("You have 2 runs" in error.value for error in app.error)
    assert [job.name.startswith(own_prefix(tag_of(BOB))) for job in jobs.list_jobs()] == [True, True]
    assert "Cancel" in labels(app)
    another = run(open_as(ADA, "train", job="1"))
    assert "Cancel" not in labels(another)
    assert not another.dataframe
    as_lecturer()
    assert "Cancel" in labels(run(open_as(ADA, "train", job="1")))


@pytest.mark.usefixtures("no_worker")
def test_student_sees_the_lecturers_run_and_cannot_touch_it() -> None:
    start(run(open_as(as_lecturer(), "train", data="digits", n_epochs="20")))
    (job,) = jobs.list_jobs()
    assert job.name == "digits-vae-2d-2"
    app = run(open_as(BOB, "train", job=str(job.id)))
    assert not {"Cancel", "Stop", "Remove it", "Pause"} & set(labels(app))
    assert "Use its fields" in labels(app)


@pytest.mark.usefixtures("no_worker")
def test_students_run_from_the_trade_off_is_bounded_too() -> None:
    app = run(open_as(BOB, "tradeoff", view="Live"))
    start(app)
    assert [job.name.startswith(own_prefix(tag_of(BOB))) for job in jobs.list_jobs()] == [True]


def frame() -> None:
    """The frame's part of class mode, without a page."""
    from explorer.ui.access import enter_class

    enter_class()


def test_key_is_typed_in_the_side_bar() -> None:
    app = AppTest.from_function(frame)
    app.session_state[access._TOKEN] = ADA
    run(app)
    (field,) = app.sidebar.text_input
    field.set_value("wrong")
    run(app)
    assert [error.value for error in app.sidebar.error] == [access.WRONG_KEY]
    assert access.server().lecturers == set()
    app.sidebar.text_input[0].set_value(KEY)
    run(app)
    assert access.server().lecturers == {ADA}
    assert not app.sidebar.text_input
    assert app.session_state[access._TYPED] == ""


def test_wrong_keys_slow_down_whoever_tries_them(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(access.server().wrong_keys, "clock", lambda: clock[0])
    monkeypatch.setattr(access, "_network_address", lambda: "10.1.2.3")
    app = AppTest.from_function(frame)
    app.session_state[access._TOKEN] = ADA
    run(app)

    def said(key: str) -> list[str]:
        app.sidebar.text_input[0].set_value(key)
        return [error.value for error in run(app).sidebar.error]

    assert [said("wrong") for _ in range(N_FREE)] == [[access.WRONG_KEY]] * N_FREE
    # The right key that comes too early is not looked at, neither here nor in a link.
    assert said(KEY) == [access.TOO_EARLY.format(1)]
    run(open_as(ADA, "home", key=KEY))
    assert access.server().lecturers == set()
    clock[0] += 1
    assert said("wrong") == [access.WRONG_KEY]
    assert said("wrong") == [access.TOO_EARLY.format(2)]
    clock[0] += 2
    assert said(KEY) == []
    assert access.server().lecturers == {ADA}


@pytest.mark.parametrize(("key", "lecturers"), [(KEY, {ADA}), ("wrong", set()), ("ключ", set())])
def test_key_in_a_link_is_taken_before_anything_is_shown(key: str, lecturers: set[str]) -> None:
    app = run(open_as(ADA, "home", key=key))
    assert access.server().lecturers == lecturers
    assert not app.title


def test_open_mode_asks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_MODE", "open")
    access.server.cache_clear()
    app = run(open_as(BOB, "home"))
    assert not app.sidebar.text_input
    assert run(open_as(BOB, "data", view="Add your own")).get("file_uploader")


def test_made_key_is_said_once_and_a_short_one_is_not_used(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EXPLORER_KEY", "short")
    access.server.cache_clear()
    made = access.server().key
    assert access.server().key == made != "short"
    said = capsys.readouterr().err
    assert said.count(made) == 1
    assert "fewer than 12" in said


def test_given_key_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert access.server().key == KEY
    assert capsys.readouterr().err == ""


FILTER_OF = {
    "list_checkpoints": "explorer/ui/models/at_hand.py",
    "broken_checkpoints": "explorer/ui/models/at_hand.py",
    "shown_entries": "explorer/ui/models/at_hand.py",
    "list_jobs": "explorer/ui/runs/panel.py",
}


def unfiltered(text: str, file: str) -> list[str]:
    """Lists that a module takes without leaving out what other students made."""
    tree = ast.parse(text)
    names = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    names += [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return [name for name in names if name in FILTER_OF and FILTER_OF[name] != file]


def test_every_list_of_the_interface_leaves_out_what_others_made() -> None:
    files = [*(ROOT / "pages").glob("*.py"), *(ROOT / "explorer" / "ui").rglob("*.py")]
    found = {(name := str(file.relative_to(ROOT))): unfiltered(file.read_text("utf-8"), name) for file in files}
    assert {name: names for name, names in found.items() if names} == {}


def test_unfiltered_list_is_found() -> None:
    assert unfiltered("from explorer.store import list_checkpoints\nlist_checkpoints()", "pages/home.py")
    assert unfiltered("jobs.list_jobs()", "pages/train.py")


@pytest.mark.parametrize(("cookie", "is_token"), [("0f" * 16, True), ("0f" * 15, False), ("0f" * 17, False)])
def test_a_token_has_32_hexadecimal_digits(cookie: str, is_token: bool) -> None:
    assert bool(access._IS_TOKEN.fullmatch(cookie)) == is_token
    assert len(secrets.token_hex(access.TOKEN_BYTES)) == 32
