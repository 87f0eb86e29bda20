"""Reading a foreign file in a process of its own, within limits of time and memory.

A file that somebody drops into a page may be made to exhaust whoever parses it. Here a child process parses it and
answers with plain arrays (NPZ without pickles); when it dies, hangs or grows too large, the server goes on.
"""

import hashlib
import inspect
import io
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.data.folder import importing_environment
from explorer.errors import DatasetError

Arrays = Mapping[str, NDArray[Any]]
Reader = Callable[[bytes], Arrays]

# How the child ends: with arrays, with the reader's sentence, or without the memory that it needed.
READ, REFUSED, OUT_OF_MEMORY = 0, 3, 4
# The system's signal of that number (SIGXCPU) ends a child that has used up its processor time.
OUT_OF_TIME = -24
MAX_ANSWER_BYTES = 1 << 28
_AT_ONCE = threading.BoundedSemaphore(2)
_DIGEST = "digest"


@dataclass(frozen=True)
class Limits:
    """What reading one file may take: processor time, three times as much by the clock, and the child's memory."""

    cpu_s: float = 20
    memory_bytes: int = 1 << 30

    @property
    def clock_s(self) -> float:
        """A server under load gives a child a share of its time only."""
        return 3 * self.cpu_s


def read_isolated(reader: Reader, content: bytes, limits: Limits = Limits()) -> dict[str, NDArray[Any]]:
    """The arrays that a reader, a function of a module, makes of a file's bytes in a process of its own.

    At most two files are read at once. Raises DatasetError with the reader's own sentence, or with one that says
    which limit the file exceeded. Systems without `resource` (Windows) know the limit by the clock alone.
    """
    if not _AT_ONCE.acquire(timeout=2 * limits.clock_s):
        raise DatasetError("The server is busy reading other files; try again in a minute.")
    try:
        child = _run_child(reader, content, limits)
    finally:
        _AT_ONCE.release()
    if child.returncode == READ:
        return unpacked(child.stdout, MAX_ANSWER_BYTES)
    raise DatasetError(_sentence(child, limits)) from RuntimeError(child.stderr.decode(errors="replace"))


def read_once(reader: Reader, path: Path, limits: Limits = Limits()) -> dict[str, NDArray[Any]]:
    """`read_isolated` of a file on the disk; its arrays are kept beside it while file and reader are the same.

    Raises DatasetError, and OSError when the file cannot be read; a folder that cannot be written keeps nothing.
    """
    content = path.read_bytes()
    digest = _digest(reader, content)
    kept = path.with_name(f".{path.name}.npz")
    with suppress(OSError, DatasetError):
        arrays = unpacked(kept.read_bytes(), MAX_ANSWER_BYTES)
        if str(arrays.pop(_DIGEST, "")) == digest:
            return arrays
    arrays = read_isolated(reader, content, limits)
    with suppress(OSError):
        _keep(kept, arrays | {_DIGEST: np.array(digest)})
    return arrays


def packed(arrays: Arrays) -> bytes:
    """Arrays as the bytes of an NPZ file without pickles."""
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def unpacked(content: bytes, max_bytes: int) -> dict[str, NDArray[Any]]:
    """The arrays of an NPZ file; raises DatasetError when it is none, holds pickles or unpacks to more than allowed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            n_bytes = sum(entry.file_size for entry in archive.infolist())
        if n_bytes > max_bytes:
            raise DatasetError(f"The arrays unpack to {n_bytes:,} bytes; {max_bytes:,} are allowed.")
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return dict(arrays)
    except (OSError, ValueError, MemoryError, EOFError, zipfile.BadZipFile) as error:
        raise DatasetError(f"The bytes are no arrays ({error}).") from error


def _run_child(reader: Reader, content: bytes, limits: Limits) -> "subprocess.CompletedProcess[bytes]":
    command = [
        *(sys.executable, "-m", "explorer.data.reader_process"),
        *(reader.__module__, reader.__name__, str(limits.memory_bytes), str(limits.cpu_s)),
    ]
    environment = {**importing_environment(), "OMP_NUM_THREADS": "1"}
    try:
        return subprocess.run(
            command, input=content, capture_output=True, timeout=limits.clock_s, env=environment, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise DatasetError(_took_too_long(limits)) from error
    except OSError as error:
        raise DatasetError(f"The file could not be read, since no process could be started ({error}).") from error


def _sentence(child: "subprocess.CompletedProcess[bytes]", limits: Limits) -> str:
    if child.returncode == REFUSED:
        return child.stdout.decode()
    if child.returncode == OUT_OF_TIME:
        return _took_too_long(limits)
    if child.returncode == OUT_OF_MEMORY:
        allowed = f"{limits.memory_bytes / 1e6:,.0f} MB"
        return f"Reading the file needed more than {allowed} of memory, so it was stopped; give a smaller file."
    return f"The file could not be read: its reader ended with code {child.returncode}; give another file."


def _took_too_long(limits: Limits) -> str:
    return (
        f"Reading the file took more than {limits.cpu_s:g} s of processor time or {limits.clock_s:g} s by the clock, "
        "so it was stopped; give a smaller file."
    )


def _digest(reader: Reader, content: bytes) -> str:
    """Of a file's content and of the reader with the modules beside it."""
    digest = hashlib.sha256(content)
    for module in sorted(Path(inspect.getfile(reader)).parent.glob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()


def _keep(path: Path, arrays: Arrays) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        partial.write_bytes(packed(arrays))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
