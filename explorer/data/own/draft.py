"""A draft: a foreign file as it was read, with its report, until its user keeps or discards it."""

import json
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from explorer.data.dataset import Dataset
from explorer.data.isolation import Limits, read_isolated
from explorer.data.own.bounds import MAX_FILE_BYTES, check_file_bytes
from explorer.data.own.content import Choices, Content
from explorer.data.own.kept import check_name, load_split, path_of
from explorer.data.own.parts import own_folder
from explorer.data.own.reader import read_request, write_content
from explorer.data.own.report import Report, report_from_json
from explorer.errors import DatasetError

# For a file that is dropped into the page, and for one that the machine's own user names.
PAGE_LIMITS = Limits(cpu_s=20, memory_bytes=2_000_000_000)
COMMAND_LIMITS = Limits(cpu_s=600, memory_bytes=4_000_000_000)
STALE_AFTER_S = 6 * 3600.0
_DRAFT = ".draft-"
# A data set may take 1 GB beside the file it is read from.
SPARE_DISK_BYTES = 2_000_000_000


@dataclass(frozen=True)
class Draft:
    """What was read, in a folder that is not a data set yet."""

    folder: Path
    report: Report


def read_draft(source: Path | bytes, name: str, choices: Choices, limits: Limits = PAGE_LIMITS) -> Draft:
    """Read a file, a folder or a file's bytes in a process of its own; `name` tells its kind by its ending.

    Raises DatasetError with one sentence, and leaves nothing behind then.
    """
    folder = draft_folder()
    try:
        path = source if isinstance(source, Path) else _saved(folder, source)
        _check_source(path)
        request = {"path": str(path.absolute()), "name": name, "folder": str(folder), "choices": asdict(choices)}
        answer = read_isolated(read_request, json.dumps(request).encode(), limits)
        if path.parent == folder:
            path.unlink()
        return Draft(folder, report_from_json(str(answer["report"])))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def draft_of(content: Content, name: str) -> Draft:
    """What is in memory as a draft; raises DatasetError as `read_draft`, and leaves nothing behind then."""
    folder = draft_folder()
    try:
        answer = write_content(folder, name, content, Choices())
        return Draft(folder, report_from_json(str(answer["report"])))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def load_draft(draft: Draft) -> Dataset:
    """The train split of a draft; raises DatasetError when it is gone."""
    return load_split(draft.folder, "the file", "train", draft.report)


def keep(draft: Draft, name: str) -> Path:
    """Make a draft a data set of that name, whole or not at all; raises DatasetError for a name that is taken."""
    check_name(name)
    target = path_of(name)
    if target.exists():
        raise DatasetError(f"There is a data set {name!r} already; choose another name, or remove that one first.")
    try:
        draft.folder.rename(target)
    except OSError as error:
        raise DatasetError(f"{name} could not be kept ({error.strerror or error}); read the file again.") from error
    return target


def discard(draft: Draft) -> None:
    """Remove a draft."""
    shutil.rmtree(draft.folder, ignore_errors=True)


def draft_folder() -> Path:
    """A new folder beside the data sets; what others left hours ago goes."""
    try:
        own_folder().mkdir(parents=True, exist_ok=True)
        for left in own_folder().glob(f"{_DRAFT}*"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > STALE_AFTER_S:
                    shutil.rmtree(left, ignore_errors=True)
        free_bytes = shutil.disk_usage(own_folder()).free
        if free_bytes < SPARE_DISK_BYTES:
            raise DatasetError(
                f"The disk of {own_folder()} has {free_bytes / 1e6:,.0f} MB left, but reading a file needs "
                f"{SPARE_DISK_BYTES / 1e6:,.0f} MB; make room first."
            )
        return Path(tempfile.mkdtemp(prefix=_DRAFT, dir=own_folder().absolute()))
    except OSError as error:
        raise DatasetError(
            f"{own_folder()} cannot be written ({error.strerror or error}); choose another data folder with "
            "EXPLORER_DATA."
        ) from error


def _saved(folder: Path, content: bytes) -> Path:
    check_file_bytes(len(content))
    path = folder / "dropped"
    try:
        path.write_bytes(content)
    except OSError as error:
        raise DatasetError(f"The file could not be saved ({error.strerror or error}); make room.") from error
    return path


def _check_source(path: Path) -> None:
    if not path.is_dir() and not path.is_file():
        raise DatasetError(
            f"There is no file or folder {path}; give the path of one of at most {MAX_FILE_BYTES / 1e9:.0f} GB."
        )
    if path.is_file():
        check_file_bytes(path.stat().st_size)
