"""Downloading the MNIST family from where torchvision says it lies, with progress and checksums."""

import gzip
import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from http.client import HTTPException
from pathlib import Path
from urllib.request import Request, urlopen

from explorer.data.idx import MAX_BYTES, find_idx, read_idx
from explorer.data.mnist import IdxSource, how_to_get
from explorer.errors import DatasetError

_CHUNK_BYTES = 1 << 17
_TIMEOUT_S = 20


@dataclass(frozen=True)
class DownloadProgress:
    """How far a download is; `total_bytes` is None when the server does not say."""

    file: str
    done_bytes: int
    total_bytes: int | None


def download_idx(source: IdxSource) -> Iterator[DownloadProgress]:
    """Fetch the files that are missing, whole files only, so that trying again goes on where it stopped.

    Raises DatasetError without a network, on a wrong checksum or when the folder cannot be written.
    """
    import torchvision.datasets

    published = getattr(torchvision.datasets, source.torchvision_class)
    try:
        source.folder.mkdir(parents=True, exist_ok=True)
        for archive, md5 in published.resources:
            if not _is_whole(find_idx(source.folder, archive.removesuffix(".gz"))):
                yield from _from_any_mirror(
                    [mirror + archive for mirror in published.mirrors],
                    source,
                    archive,
                    md5,
                )
    except (OSError, EOFError, HTTPException) as error:
        raise DatasetError(f"The download stopped ({reason_of(error)}). {how_to_get(source)}") from error


def reason_of(error: Exception) -> str:
    """What stopped a download; of an address that is not reached what the system says, without Python's frame."""
    reason = getattr(error, "reason", None)
    return str(reason.strerror) if isinstance(reason, OSError) and reason.strerror else str(error)


def _is_whole(path: Path | None) -> bool:
    with suppress(DatasetError):
        return path is not None and len(read_idx(path)) > 0
    return False


def _from_any_mirror(urls: list[str], source: IdxSource, archive: str, md5: str) -> Iterator[DownloadProgress]:
    *others, last = urls
    for url in others:
        with suppress(OSError, EOFError, HTTPException, DatasetError):
            yield from _fetch(url, source.folder / archive, md5)
            return
    yield from _fetch(last, source.folder / archive, md5)


def _fetch(url: str, target: Path, md5: str) -> Iterator[DownloadProgress]:
    partial = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        for progress in stream(url, partial, MAX_BYTES):
            yield replace(progress, file=target.name)
        if hashlib.md5(partial.read_bytes(), usedforsecurity=False).hexdigest() != md5:
            raise DatasetError(f"{target.name} arrived with a wrong checksum; try the download again.")
        _unpack(partial, target.with_suffix(""))
    finally:
        partial.unlink(missing_ok=True)


def stream(url: str, target: Path, max_bytes: int) -> Iterator[DownloadProgress]:
    """Fetch an address into a file, with progress; raises OSError, HTTPException, or DatasetError if too large."""
    request = Request(url, headers={"User-Agent": "latent-explorer"})
    with urlopen(request, timeout=_TIMEOUT_S) as response, target.open("wb") as file:
        length = response.headers.get("Content-Length")
        while chunk := response.read(_CHUNK_BYTES):
            file.write(chunk)
            if file.tell() > max_bytes:
                raise DatasetError(f"{url} sends more than {max_bytes / 1e6:.0f} MB, so the download was stopped.")
            yield DownloadProgress(target.name, file.tell(), length and int(length))


def _unpack(archive: Path, target: Path) -> None:
    unpacked = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        unpacked.write_bytes(gzip.decompress(archive.read_bytes()))
        unpacked.replace(target)
    finally:
        unpacked.unlink(missing_ok=True)
