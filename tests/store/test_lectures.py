"""Lectures on the disk: those that come along, and one's own."""

from pathlib import Path

import pytest

from explorer.errors import LectureError
from explorer.lectures import Lecture, Scene, lecture_text
from explorer.store.lectures import (
    SHIPPED,
    delete_lecture,
    free_name,
    import_lecture,
    lecture_names,
    list_lectures,
    load_lecture,
    save_lecture,
)

MINE = Lecture("Über Räume: 2!", (Scene("A", "pca?view=Error"),))


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("EXPLORER_LECTURES", str(tmp_path / "lectures"))
    return tmp_path / "lectures"


def test_the_lectures_come_along_with_notes_and_minutes_for_every_scene() -> None:
    files = list_lectures()
    assert [file.name for file in files] == list(SHIPPED)
    assert [file.problem for file in files] == [""] * len(SHIPPED)
    scenes = [scene for file in files if file.lecture for scene in file.lecture.scenes]
    assert len(scenes) > 60
    assert all(scene.notes and scene.minutes for scene in scenes)


def test_a_lecture_is_kept_found_replaced_and_deleted() -> None:
    name = free_name(MINE.title)
    assert name == "uber-raume-2"
    save_lecture(name, MINE)
    assert load_lecture(name) == MINE
    assert list_lectures()[-1].is_own
    assert free_name(MINE.title) == "uber-raume-2-2"
    changed = Lecture("Another title", MINE.scenes)
    save_lecture(name, changed)
    assert load_lecture(name) == changed
    delete_lecture(name)
    assert lecture_names() == SHIPPED
    with pytest.raises(LectureError, match="may have been deleted"):
        load_lecture(name)


def test_a_file_from_elsewhere_is_kept_under_its_title() -> None:
    assert import_lecture(lecture_text(MINE), "from-a-friend.yaml") == "uber-raume-2"
    with pytest.raises(LectureError, match=r"broken\.yaml, line 1: a lecture needs the field scenes"):
        import_lecture("title: A\n", "broken.yaml")
    assert lecture_names() == (*SHIPPED, "uber-raume-2")


def test_a_broken_file_in_the_folder_is_told_and_the_others_are_there(folder: Path) -> None:
    folder.mkdir()
    (folder / "torn.yaml").write_text("title: A\nscenes: [\n", "utf-8")
    (folder / "latin.yaml").write_bytes(b"title: \xff\n")
    latin, torn = list_lectures()[-2:]
    assert torn.problem.startswith("torn.yaml, line 3: this is no YAML")
    assert latin.problem == "latin.yaml cannot be read as text; save it as UTF-8."


@pytest.mark.parametrize("name", ["../secret", "", "A", "a/b", "a.b"])
def test_a_name_never_leaves_the_folder(name: str) -> None:
    with pytest.raises(LectureError, match="is no lecture's name"):
        save_lecture(name, MINE)


def test_a_lecture_that_came_along_stays_as_it_is() -> None:
    with pytest.raises(LectureError, match="copy it to change it"):
        save_lecture("oregon", MINE)
    with pytest.raises(LectureError, match="copy it to change it"):
        delete_lecture("oregon")


def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    folder.write_text("a file in the place of the folder", "utf-8")
    with pytest.raises(LectureError, match="could not be written"):
        save_lecture("mine", MINE)
    with pytest.raises(LectureError, match="could not be deleted"):
        delete_lecture("mine")
