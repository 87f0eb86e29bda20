"""Files of questions of one's own: kept whole or not at all, and removed."""

from pathlib import Path

import pytest

from explorer.errors import RoomError
from explorer.store import questions
from explorer.store.questions import all_questions, import_questions, own_files, remove_questions


@pytest.fixture(autouse=True)
def own_lectures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_LECTURES", str(tmp_path / "lectures"))


MINE = """
questions:
  - name: {name}
    address: pca
    kind: choose
    ask: "{ask}"
    misconception: All.
    why: Few.
    choices: [One, Two]
    truth: Two
"""


def file_of(name: str = "mine", ask: str = "How many?") -> bytes:
    return MINE.format(name=name, ask=ask).encode()


def test_file_that_is_sent_joins_the_bank_replaces_its_former_self_and_is_removed() -> None:
    assert import_questions(file_of(), "../My Questions.YML") == "my-questions.yaml"
    import_questions(file_of(ask="Which?"), "my-questions.yaml")
    assert own_files() == ("my-questions.yaml",)
    assert all_questions().questions["mine"].ask == "Which?"
    remove_questions("my-questions.yaml")
    assert own_files() == ()
    assert "mine" not in all_questions().questions


@pytest.mark.parametrize(
    ("content", "source", "sentence"),
    [
        (b"\xff\xfe", "a.yaml", "a.yaml cannot be read as text; save it as UTF-8."),
        (file_of("pca-sign"), "a.yaml", "a.yaml: there is a question 'pca-sign' already; give yours another name."),
        (file_of("taken"), "a.yaml", "a.yaml: there is a question 'taken' already; give yours another name."),
        (b"questions:\n  - name: x\n    kind: guess\n", "a.yaml", "a.yaml, line 3: kind is `guess`"),
        (b"#" * 1_000_001, "a.yaml", "a.yaml has 1,000,001 bytes, and at most 1,000,000 are read"),
    ],
)
def test_file_with_a_fault_is_refused_in_a_sentence_and_not_kept(content: bytes, source: str, sentence: str) -> None:
    import_questions(file_of("taken"), "there.yaml")
    with pytest.raises(RoomError) as refusal:
        import_questions(content, source)
    assert str(refusal.value).startswith(sentence)
    assert own_files() == ("there.yaml",)


def test_number_of_files_is_bounded_and_one_that_is_there_may_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "MOST_FILES", 1)
    import_questions(file_of(), "a.yaml")
    import_questions(file_of(), "a.yaml")
    with pytest.raises(RoomError, match="There are 1 files of questions"):
        import_questions(file_of("other"), "b.yaml")


def test_what_is_not_there_and_what_lies_elsewhere_is_not_removed(tmp_path: Path) -> None:
    other = tmp_path / "lectures" / "mine.yaml"
    other.parent.mkdir()
    other.write_text("title: Mine", "utf-8")
    for name in ("gone.yaml", "../mine.yaml"):
        with pytest.raises(RoomError, match="no file of questions"):
            remove_questions(name)
    assert other.is_file()


def test_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "lectures").write_text("no folder", "utf-8")
    with pytest.raises(RoomError, match="questions"):
        import_questions(file_of(), "a.yaml")
