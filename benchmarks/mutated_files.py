"""Foreign files, mutated or made to exhaust a reader, read as a page does: `python -m benchmarks.mutated_files`.

Forty mutations of each of six kinds are read, each in a process of its own with the page's limits, 20 s of processor
time and 2 GB. Each kind is measured
in a process of its own too, since the system tells the memory of the largest child alone, and counts what the process
held that began the child (0.8 GB). `python -m benchmarks.mutated_files m.onnx zeros.npz` measures some.
`--in-one-process` reads 200 mutations of each kind by the same readers in one process for each kind, with the page's
limit of memory. Written by hand into docs/data.md.
"""

import io
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from unittest.mock import patch

import numpy as np
import pandas as pd

from benchmarks.foreign_files import children_cpu_s
from explorer.data.isolation import Arrays, Limits, Reader
from explorer.data.own import Choices
from explorer.data.own.draft import PAGE_LIMITS, discard, read_draft
from explorer.data.own.parts import own_folder
from explorer.data.reader_process import limit
from explorer.errors import DatasetError, ExplorerError
from explorer.jobs.foreign import read_foreign
from tests.data.own.test_mutated import FILES
from tests.data.test_mutations import mutants
from tests.jobs.test_hostile_models import ONNX_BOMBS
from tests.store.foreign.test_onnx_reader import perceptron

N_MUTATED, N_IN_ONE_PROCESS = 40, 200
MODEL = "m.onnx"
ONE_SENTENCE = re.compile(r"[^\n\r]{10,600}\.")


def zip_of_zeros(name: str, header: bytes, n_bytes: int) -> bytes:
    """A zip of one file of zeros after a header, packed to a thousandth."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w", force_zip64=True) as entry,
    ):
        entry.write(header)
        for _ in range(n_bytes // 10_000_000):
            entry.write(bytes(10_000_000))
    return file.getvalue()


def npz_bomb() -> bytes:
    """An array of 3 GB of zeros."""
    header = io.BytesIO()
    shape = {"descr": "|u1", "fortran_order": False, "shape": (3000, 1000, 1000)}
    np.lib.format.write_array_header_1_0(header, shape)
    return zip_of_zeros("x.npy", header.getvalue(), 3_000_000_000)


def parquet_bomb() -> bytes:
    """Eight columns of 20 million equal numbers, 1.3 GB when they are unpacked."""
    column = np.zeros(20_000_000)
    file = io.BytesIO()
    pd.DataFrame({f"c{k}": column for k in range(8)}, copy=False).to_parquet(file, index=False)
    return file.getvalue()


BOMBS: dict[str, Callable[[], bytes]] = {
    "zeros.npz": npz_bomb,
    "equal.parquet": parquet_bomb,
    "columns.csv": lambda: b"1," * 30_000_000,
    "lines.csv": lambda: b"a,b\n" + b"1,2\n" * 25_000_000,
    "zeros.zip": lambda: zip_of_zeros("cat/0.png", b"\x89PNG\r\n\x1a\n", 3_000_000_000),
    **{f"{make.__name__}.onnx": make for make in ONNX_BOMBS},
}


def read_here(reader: Reader, content: bytes, limits: Limits) -> Arrays:
    """What a reader makes of a file, in this process; raises DatasetError as a process of its own would."""
    try:
        return reader(content)
    except MemoryError as error:
        raise DatasetError(f"Reading the file needed more than {limits.memory_bytes / 1e6:,.0f} MB.") from error


def ended(name: str, content: bytes) -> str:
    """How the reading of a file ended: '' where it was read, else its sentence."""
    try:
        if name.endswith(".onnx"):
            read_foreign({name: content})
        else:
            discard(read_draft(content, name, Choices()))
    except ExplorerError as error:
        return str(error)
    return ""


def row(name: str, contents: Sequence[bytes], clock: Callable[[], float], who: int) -> str:
    """A row of the table: how many files were refused, what the dearest took, and what was left behind.

    clock: gives the seconds of processor time that reading took so far; who: whose memory is asked for.
    """
    said, seconds = [], []
    for content in contents:
        before = clock()
        said.append(ended(name, content))
        seconds.append(clock() - before)
    sentences = [sentence for sentence in said if sentence]
    n_one = sum(bool(ONE_SENTENCE.fullmatch(sentence)) for sentence in sentences)
    memory_mb = resource.getrusage(who).ru_maxrss / 1000
    n_left = len(list(own_folder().iterdir())) if own_folder().is_dir() else 0
    return (
        f"| {name} | {len(said)} | {len(sentences)}, {n_one} | {max(seconds):.2g} s | {memory_mb:,.0f} MB | {n_left} |"
    )


def contents_of(name: str, n_mutated: int) -> list[bytes]:
    """The mutations of a file, or the bomb of that name."""
    if name in BOMBS:
        return [BOMBS[name]()]
    return mutants(perceptron() if name == MODEL else FILES[name])[:n_mutated]


def measure(name: str, *, in_one_process: bool) -> None:
    """Print the row of one kind of file."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["EXPLORER_DATA"] = folder
        if not in_one_process:
            print(row(name, contents_of(name, N_MUTATED), children_cpu_s, resource.RUSAGE_CHILDREN), flush=True)
            return
        contents = contents_of(name, N_IN_ONE_PROCESS)
        limit(int(PAGE_LIMITS.memory_bytes), N_IN_ONE_PROCESS * PAGE_LIMITS.cpu_s)
        with (
            patch("explorer.data.own.draft.read_isolated", read_here),
            patch("explorer.jobs.foreign.read_isolated", read_here),
        ):
            print(row(name, contents, time.process_time, resource.RUSAGE_SELF), flush=True)


def main(names: list[str], *, in_one_process: bool) -> None:
    """Measure each kind of file in a process of its own, or one here."""
    if len(names) == 1:
        measure(names[0], in_one_process=in_one_process)
        return
    print(
        "| file | read | refused, in one sentence | dearest | largest memory | left behind |\n|---|---|---|---|---|---|"
    )
    how = ["--in-one-process"] if in_one_process else []
    for name in names or (MODEL, *FILES, *([] if in_one_process else BOMBS)):
        subprocess.run([sys.executable, "-W", "ignore", "-m", "benchmarks.mutated_files", name, *how], check=True)


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--in-one-process", action="store_true")
    chosen = parser.parse_args()
    main(chosen.names, in_one_process=chosen.in_one_process)
