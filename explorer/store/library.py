"""The library: which checkpoints there are, which of them came with the explorer, and which are hidden."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from explorer.errors import CheckpointError
from explorer.store.atomic_write import recover, write_file
from explorer.store.checkpoints import CheckpointInfo, read_info
from explorer.store.folder import check_name, checkpoints_folder, existing_folder, folder_names
from explorer.store.guarded_read import read
from explorer.store.shipped import shipped_names

HIDDEN = ".hidden.txt"


@dataclass(frozen=True)
class BrokenCheckpoint:
    """One line of the library that cannot be used, with the sentence that says why."""

    name: str
    path: Path
    problem: str
    title: ClassVar = "cannot be read"


LibraryEntry = CheckpointInfo | BrokenCheckpoint


def list_checkpoints() -> tuple[CheckpointInfo, ...]:
    """Every checkpoint of the library that can be read and is not hidden, by name; raises CheckpointError.

    Of its files it reads spec.json, and looks at the sizes of the others.
    """
    return tuple(entry for entry in shown_entries() if isinstance(entry, CheckpointInfo))


def shown_entries() -> tuple[LibraryEntry, ...]:
    """Every checkpoint of the library that is not hidden, by name, broken ones among them; raises CheckpointError."""
    return _entries(hidden=False)


def library_version() -> str:
    """A text that changes when a checkpoint of the library comes, goes, is replaced, renamed, hidden or shown."""
    folder = checkpoints_folder()
    try:
        found = folder.stat()
    except OSError:
        return ""
    return f"{folder} {found.st_ino} {found.st_mtime_ns}"


def check_library() -> None:
    """Raise CheckpointError where the library has no model that can be read, as where its folder is not there."""
    if not list_checkpoints():
        raise CheckpointError(f"The library {checkpoints_folder()} has no model that can be read; look at the folder.")


def broken_checkpoints() -> tuple[BrokenCheckpoint, ...]:
    """Every checkpoint of the library that cannot be read and is not hidden, by name; raises CheckpointError."""
    return tuple(entry for entry in shown_entries() if isinstance(entry, BrokenCheckpoint))


def hidden_checkpoints() -> tuple[LibraryEntry, ...]:
    """Every hidden checkpoint of the library by name; raises CheckpointError."""
    return _entries(hidden=True)


def hide_checkpoint(name: str) -> None:
    """Leave a checkpoint of the library out of every list until it is shown again; raises CheckpointError."""
    _write_hidden(_hidden_names() | {in_library(name).name})


def show_checkpoint(name: str) -> None:
    """List a hidden checkpoint again; raises CheckpointError when none of that name is hidden."""
    if name not in _hidden_names():
        raise CheckpointError(f"No checkpoint {name!r} is hidden; there is nothing to show again.")
    _write_hidden(_hidden_names() - {name})


def rename_checkpoint(name: str, new_name: str) -> Path:
    """Give a checkpoint of the library another name; raises CheckpointError when that is taken or cannot be a name."""
    source, target = own_checkpoint(name, "renamed"), checkpoints_folder() / check_name(new_name)
    if target.exists():
        raise CheckpointError(f"There is a checkpoint {new_name!r} already; choose another name.")
    return move(source, target, "renamed")


def own_checkpoint(name: str, verb: str) -> Path:
    """The folder of a checkpoint that did not come with the explorer; raises CheckpointError."""
    if name in shipped_names():
        raise CheckpointError(f"{name} came with the explorer and cannot be {verb}, but it can be hidden.")
    return in_library(name)


def in_library(name: str) -> Path:
    """The folder of a checkpoint of the library by the name that lists give it; raises CheckpointError."""
    folders = {shown_name(folder): folder for folder in folder_names()}
    return existing_folder(checkpoints_folder() / folders.get(name, ".no such folder"), name)


def entry(path: Path) -> LibraryEntry:
    """One line of the library, whatever is in the folder."""
    name = shown_name(path.name)
    if name != path.name:
        return BrokenCheckpoint(name, path, f"The folder {name} has a name that no page can show; rename it.")
    try:
        return read_info(str(path))
    except CheckpointError as error:
        return BrokenCheckpoint(name, path, str(error))


def shown_name(name: str) -> str:
    """A folder's name in characters that can be shown, whatever bytes the disk holds."""
    return name if name.isprintable() else ascii(name)[1:-1]


def move(source: Path, target: Path, verb: str) -> Path:
    """Rename a folder; raises CheckpointError, and leaves it as it is, when the disk refuses."""
    try:
        target.parent.mkdir(exist_ok=True)
        return source.rename(target)
    except OSError as error:
        raise CheckpointError(f"{source} could not be {verb} ({error.strerror}); it is as it was.") from error


def _entries(*, hidden: bool) -> tuple[LibraryEntry, ...]:
    library, hidden_names = checkpoints_folder(), _hidden_names()
    recover(library)
    folders = [name for name in folder_names() if (shown_name(name) in hidden_names) == hidden]
    return tuple(entry(library / name) for name in folders)


def _hidden_names() -> frozenset[str]:
    try:
        text = read(checkpoints_folder() / HIDDEN, lambda path: path.read_text("utf-8"))
    except CheckpointError:
        return frozenset()
    return frozenset(text.splitlines())


def _write_hidden(names: frozenset[str]) -> None:
    text = "".join(f"{name}\n" for name in sorted(names))
    write_file(checkpoints_folder() / HIDDEN, lambda path: path.write_text(text, "utf-8"))
