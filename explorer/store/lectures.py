"""Lectures on the disk: those that come with the explorer, and a user's own."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import explorer.lectures
from explorer.data.folder import app_folder
from explorer.errors import CheckpointError, LectureError
from explorer.lectures import Lecture, lecture_text, parse_lecture
from explorer.store.atomic_write import write_file
from explorer.store.guarded_read import read

# In the order in which they are offered.
SHIPPED = ("oregon", "wisconsin", "chapman", "representation", "article", "beyond")
SUFFIX = ".yaml"
MOST_BYTES = 1_000_000
MOST_CACHED = 64
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True)
class LectureFile:
    """A lecture under the name of its file; of one that cannot be read, `problem` says why and `lecture` is None."""

    name: str
    lecture: Lecture | None
    problem: str = ""

    @property
    def is_own(self) -> bool:
        """Whether a user wrote it, so that it can be changed."""
        return self.name not in SHIPPED


def lectures_folder() -> Path:
    """The folder of a user's own lectures: $EXPLORER_LECTURES, else `lectures` beside app.py."""
    return app_folder("lectures")


def list_lectures() -> tuple[LectureFile, ...]:
    """The lectures that come with the explorer in their order, then a user's own by name."""
    return tuple(_entry(name) for name in lecture_names())


def lecture_names() -> tuple[str, ...]:
    """The names of all lectures, those that come with the explorer first."""
    return (*SHIPPED, *_own_names())


def load_lecture(name: str) -> Lecture:
    """A lecture by its name; raises LectureError."""
    try:
        return _parsed(_path(name), *_state(_path(name)))
    except FileNotFoundError as error:
        raise LectureError(f"There is no lecture {name!r}; it may have been deleted or renamed.") from error
    except OSError as error:
        raise LectureError(f"The lecture {name} cannot be read ({error.strerror}); change its permissions.") from error


def save_lecture(name: str, lecture: Lecture) -> None:
    """Write a lecture of your own, whole or not at all; raises LectureError."""
    _write(name, lecture_text(lecture))


def import_lecture(text: str, source: str) -> str:
    """Keep a lecture that was written elsewhere, under a name made from its title; returns the name.

    source: the file's name, for the sentence of a LectureError.
    """
    lecture = parse_lecture(text, source)
    name = free_name(lecture.title)
    save_lecture(name, lecture)
    return name


def delete_lecture(name: str) -> None:
    """Remove a lecture of your own; raises LectureError."""
    try:
        _own_path(name).unlink()
    except OSError as error:
        raise LectureError(f"The lecture {name} could not be deleted ({error.strerror}); it is as it was.") from error


def free_name(title: str) -> str:
    """A name for a lecture's file that no lecture has yet, made from its title."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "lecture"
    taken = {*SHIPPED, *_own_names()}
    return next(name for n in range(1, len(taken) + 2) if (name := stem if n == 1 else f"{stem}-{n}") not in taken)


def _own_names() -> list[str]:
    try:
        names = [path.stem for path in lectures_folder().glob(f"*{SUFFIX}")]
    except OSError:
        return []
    return sorted(name for name in names if _NAME.fullmatch(name) and name not in SHIPPED)


def _entry(name: str) -> LectureFile:
    try:
        return LectureFile(name, load_lecture(name))
    except LectureError as error:
        return LectureFile(name, None, str(error))


def _path(name: str) -> Path:
    if name in SHIPPED:
        return Path(explorer.lectures.__file__).parent / f"{name}{SUFFIX}"
    return _own_path(name)


def _own_path(name: str) -> Path:
    if name in SHIPPED:
        raise LectureError(f"The lecture {name} came with the explorer and stays as it is; copy it to change it.")
    if not _NAME.fullmatch(name):
        raise LectureError(f"{name!r} is no lecture's name; use 1 to 60 lower-case letters, digits and dashes.")
    return lectures_folder() / f"{name}{SUFFIX}"


def _state(path: Path) -> tuple[int, int]:
    """What changes when a file does."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size


@lru_cache(MOST_CACHED)
def _parsed(path: Path, _changed_ns: int, _n_bytes: int) -> Lecture:
    """A file's lecture; a page asks for it at each of its runs."""
    try:
        text = read(path, lambda file: file.read_text("utf-8"), MOST_BYTES)
    except CheckpointError as error:
        raise LectureError(f"{path.name} cannot be read as text; save it as UTF-8.") from error
    return parse_lecture(text, path.name)


def _write(name: str, text: str) -> None:
    try:
        write_file(_own_path(name), lambda path: path.write_text(text, "utf-8"))
    except CheckpointError as error:
        raise LectureError(str(error)) from error
