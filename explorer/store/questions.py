"""The bank of questions that comes with the explorer, and files of your own beside the lectures."""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import explorer.rooms
from explorer.data.folder import app_folder
from explorer.errors import CheckpointError, RoomError
from explorer.rooms import RoomQuestion, parse_questions
from explorer.store.atomic_write import write_file
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
    """Where files of your own lie: the folder `questions` in that of the lectures."""
    return app_folder("lectures") / OWN_FOLDER


def own_files() -> tuple[str, ...]:
    """The names of the files of your own."""
    return tuple(sorted(path.name for path in own_questions_folder().glob("*.yaml"))[:MOST_FILES])


def import_questions(content: bytes, source: str) -> str:
    """Keep a file of questions, in the place of one of the same name; returns the name.

    source: the file's name where it comes from. Raises RoomError for a fault, as `parse_questions` does, for a
    question that another file has, and where no more files may be kept.
    """
    name, others = _kept_name(source), own_files()
    if len(content) > MOST_BYTES:
        raise RoomError(
            f"{name} has {len(content):,} bytes, and at most {MOST_BYTES:,} are read; make two files of it."
        )
    if name not in others and len(others) >= MOST_FILES:
        raise RoomError(f"There are {MOST_FILES} files of questions, which is the most; remove one first.")
    try:
        questions = parse_questions(content.decode("utf-8"), name)
    except UnicodeDecodeError as error:
        raise RoomError(f"{name} cannot be read as text; save it as UTF-8.") from error
    _refuse_taken(name, {question.name for question in questions}, _bank(without=name).questions)
    try:
        write_file(own_questions_folder() / name, lambda file: file.write_bytes(content))
    except CheckpointError as error:
        raise RoomError(str(error)) from error
    return name


def remove_questions(name: str) -> None:
    """Remove a file of your own; raises RoomError."""
    if name not in own_files():
        raise RoomError(f"There is no file of questions {name!r}; it may have been removed already.")
    try:
        (own_questions_folder() / name).unlink()
    except OSError as error:
        raise RoomError(f"{name} could not be removed ({error.strerror}); it is as it was.") from error


def all_questions() -> QuestionBank:
    """The bank and the files of your own, by their names; of a file with a fault no question is taken."""
    return _bank()


def _bank(without: str = "") -> QuestionBank:
    questions = {question.name: question for question in shipped_questions()}
    problems: list[str] = []
    for name in own_files():
        path = own_questions_folder() / name
        if name == without:
            continue
        try:
            questions |= _new_ones(path, questions)
        except (RoomError, OSError) as error:
            problems.append(str(error))
    return QuestionBank(questions, tuple(problems))


def _new_ones(path: Path, taken: dict[str, RoomQuestion]) -> dict[str, RoomQuestion]:
    found = path.stat()
    own = {question.name: question for question in _parsed(path, found.st_mtime_ns, found.st_size)}
    _refuse_taken(path.name, own.keys(), taken)
    return own


def _refuse_taken(source: str, names: AbstractSet[str], taken: dict[str, RoomQuestion]) -> None:
    if twice := sorted(names & taken.keys()):
        raise RoomError(f"{source}: there is a question {twice[0]!r} already; give yours another name.")


def _kept_name(source: str) -> str:
    """The name of a file that was sent, as it is kept: lower-case letters, digits and dashes."""
    stem = re.sub(r"[^a-z0-9]+", "-", Path(source).stem.lower()).strip("-")[:50].strip("-")
    return f"{stem or 'questions'}.yaml"


@lru_cache(MOST_FILES)
def _parsed(path: Path, _changed_ns: int, _n_bytes: int) -> tuple[RoomQuestion, ...]:
    """A file's questions; a page asks for them at each of its runs."""
    try:
        text = read(path, lambda file: file.read_text("utf-8"), MOST_BYTES)
    except CheckpointError as error:
        raise RoomError(f"{path.name} cannot be read as text; save it as UTF-8.") from error
    return parse_questions(text, path.name)
