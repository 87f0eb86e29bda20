"""Counts files and IDX files, mutated at random from a seed: each is read rightly or refused with one sentence."""

import gzip
import io
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from explorer.data.counts import HOURS, read_counts
from explorer.data.idx import idx_shape, read_idx
from explorer.errors import DatasetError
from tests.data.conftest import idx
from tests.data.exports import export, lines_of

N_MUTATIONS = 250
MAX_PEAK_BYTES = 1 << 24
ONE_SENTENCE = re.compile(r"[^\n\r]{10,600}\.")
TOKENS = [
    *(
        b'"',
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r",
        b"\0",
        b"\xff\xfe",
        b"-",
        b"9999",
        b"0001",
        b"1e999",
        b"NaN",
        b"Z",
        b"+14:00",
    ),
    *(
        b"\xef\xbb\xbf",
        "٣".encode(),
        b"/",
        b"PM",
        b"99999999999999999999",
        b"east",
        b"\xff\xff\xff\xff",
        b"\x1f\x8b",
        b"\x03",
    ),
]
Mutation = Callable[[bytes, np.random.Generator], bytes]


def place(content: bytes, rng: np.random.Generator) -> int:
    return int(rng.integers(len(content) + 1))


def flip(content: bytes, rng: np.random.Generator) -> bytes:
    at = place(content, rng)
    return content[:at] + bytes(byte ^ (1 << int(rng.integers(8))) for byte in content[at : at + 1]) + content[at + 1 :]


def insert(content: bytes, rng: np.random.Generator) -> bytes:
    at, token = place(content, rng), TOKENS[rng.integers(len(TOKENS))]
    return content[:at] + token * int(rng.choice([1, 1, 1, 300])) + content[at:]


def overwrite(content: bytes, rng: np.random.Generator) -> bytes:
    at, token = place(content, rng), TOKENS[rng.integers(len(TOKENS))]
    return content[:at] + token + content[at + len(token) :]


def cut(content: bytes, rng: np.random.Generator) -> bytes:
    begin, end = sorted((place(content, rng), place(content, rng)))
    return content[:begin] + content[end:]


def repeat(content: bytes, rng: np.random.Generator) -> bytes:
    begin, end = sorted((place(content, rng), place(content, rng)))
    return content[:end] + content[begin:]


def mutants(content: bytes) -> list[bytes]:
    """Each with one to four changes."""
    rng = np.random.default_rng(0)
    mutations: list[Mutation] = [flip, insert, overwrite, cut, repeat]
    made = []
    for _ in range(N_MUTATIONS):
        mutant = content
        for _ in range(rng.integers(1, 5)):
            mutant = mutations[rng.integers(len(mutations))](mutant, rng)
        made.append(mutant)
    return made


COUNTS = {
    "city": export(lines_of(range(1, 3))),
    "quoted": export([",".join(f'"{cell}"' for cell in line.split(",")) for line in lines_of(range(1, 3))]),
    "offset": export([f"2018-10-0{d}T{h:02}:00:00-07:00;{h};1" for d in (3, 4) for h in range(24)], "date;nb;sb"),
    "UTF-16": export(lines_of(range(1, 3))).decode().encode("utf-16"),
}


def check_counts(content: bytes) -> bool:
    """Whether a file was read, with what any reading must be."""
    try:
        days = read_counts(content)
    except DatasetError as error:
        sentence = str(error)
        assert ONE_SENTENCE.fullmatch(sentence), (content, sentence)
        return False
    dates, counts = days["dates"], days["counts"]
    assert counts.shape == (len(dates), HOURS, 2)
    assert len(dates) >= 2
    assert (np.diff(dates).astype(int) >= 1).all()
    assert 0 <= counts.min() <= counts.max() < 2_000_000
    assert not set(dates) & set(days["incomplete"])
    # Every count stands in the file: no reading invents bicycles.
    digits = re.sub(rb"[^0-9]", b"", content.replace(b"\0", b""))
    assert all(str(count).encode() in digits for count in np.unique(counts) if count < 24)
    return True


def check_idx(path: Path, content: bytes) -> bool:
    path.write_bytes(content)
    try:
        array = read_idx(path)
    except DatasetError as error:
        sentence = str(error)
        assert sentence.startswith(str(path))
        assert ONE_SENTENCE.fullmatch(sentence.removeprefix(str(path)).strip()), (content, sentence)
        return False
    assert idx_shape(path) == array.shape
    plain = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
    assert plain == idx(array)
    return True


def outcomes(check: Callable[[bytes], bool], files: list[bytes]) -> list[bool]:
    """What a check says of each file, within bounded memory."""
    tracemalloc.start()
    found = [check(content) for content in files]
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < MAX_PEAK_BYTES
    return found


@pytest.mark.parametrize("name", COUNTS)
def test_mutated_counts_are_one_sentence_or_a_right_reading(name: str) -> None:
    assert check_counts(COUNTS[name])
    found = outcomes(check_counts, mutants(COUNTS[name]))
    assert 0 < sum(found) < N_MUTATIONS


def packed(content: bytes) -> bytes:
    """The same bytes at any time, with a long name in the header, where a change does no harm."""
    buffer = io.BytesIO()
    with gzip.GzipFile("a long name " * 9, "wb", fileobj=buffer, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()


@pytest.mark.parametrize("pack", [bytes, packed])
def test_mutated_idx_files_are_one_sentence_or_a_right_reading(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    content = pack(idx(np.random.default_rng(0).integers(0, 256, (4, 5, 5), np.uint8)))
    assert check_idx(tmp_path / "images", content)
    found = outcomes(lambda mutant: check_idx(tmp_path / "images", mutant), mutants(content))
    assert 0 < sum(found) < N_MUTATIONS
