"""The bank of questions that comes with the explorer, and files of one's own beside the lectures."""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import explorer.rooms
from explorer.data.folder import app_folder
from explorer.errors import CheckpointError, RoomError
from explorer.rooms import RoomQuestion, parse_questions
from explorer.store.guarded_read import read

FILE = "questions.yaml"
OWN_FOLDER, MOST_FILES, MOST_BYTES = "questions", 50, 1_000_000


@dataclass(frozen=True)
class QuestionBank:
    """Questions by name, those that come with the explorer first; problems: a sentence for each file left out."""

    questions: dict[str, RoomQuestion]
    problems: tuple[str, ...] = ()


@cache
def shipped_questions() -> tuple[RoomQuestion, ...]:
    """Every question of the bank, in the order of the file; raises RoomError for a fault of the file."""
    path = Path(explorer.rooms.__file__).parent / FILE
    return parse_questions(path.read_text("utf-8"), FILE)


def own_questions_folder() -> Path:
    """Where files of one's own lie: the folder `questions` in that of the lectures."""
    return app_folder("lectures") / OWN_FOLDER


def all_questions() -> QuestionBank:
    """The bank and the files of one's own, by their names; of a file with a fault no question is taken."""
    questions = {question.name: question for question in shipped_questions()}
    problems: list[str] = []
    for path in sorted(own_questions_folder().glob("*.yaml"))[:MOST_FILES]:
        try:
            questions |= _new_ones(path, questions)
        except (RoomError, OSError) as error:
            problems.append(str(error))
    return QuestionBank(questions, tuple(problems))


def _new_ones(path: Path, taken: dict[str, RoomQuestion]) -> dict[str, RoomQuestion]:
    found = path.stat()
    own = {question.name: question for question in _parsed(path, found.st_mtime_ns, found.st_size)}
    if twice := sorted(own.keys() & taken.keys()):
        raise RoomError(f"{path.name}: there is a question {twice[0]!r} already; give yours another name.")
    return own


@lru_cache(MOST_FILES)
def _parsed(path: Path, _changed_ns: int, _n_bytes: int) -> tuple[RoomQuestion, ...]:
    """A file's questions; a page asks for them at each of its runs."""
    try:
        text = read(path, lambda file: file.read_text("utf-8"), MOST_BYTES)
    except CheckpointError as error:
        raise RoomError(f"{path.name} cannot be read as text; save it as UTF-8.") from error
    return parse_questions(text, path.name)
