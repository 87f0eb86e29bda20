"""What reading a foreign file costs against its size: counts in a process of their own, packed IDX files here."""

import gzip
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from explorer.data.counts import MAX_BYTES
from explorer.data.fremont import parse_fremont
from explorer.data.idx import read_idx
from explorer.errors import DatasetError

HEADER = "Date,East,West\n"
FORMS = {"the city's": "%m/%d/%Y %I:%M:%S %p", "ISO 8601": "%Y-%m-%dT%H:%M:%S", "spreadsheet's": "%m/%d/%Y %H:%M"}
YEARS = (2, 5, 10, 30)
N_IMAGES = (1_000, 10_000, 60_000)
N_ROUNDS = 5
HOSTILE = {
    "two rows, years 0001 and 9999": HEADER + "0001-01-01T00:00,1,1\n9999-12-31T23:00,1,1\n",
    "20 MB of commas in one line": "," * MAX_BYTES,
    "20 MB of blank lines": HEADER + "\n" * (MAX_BYTES - len(HEADER)),
    "1.3 million columns": "c," * 1_300_000,
    "a quote that never ends": HEADER + '"' + "x\n" * 9_000_000,
}


def export(n_years: int, form: str) -> bytes:
    """Every hour of some years."""
    start = datetime(1990, 1, 1)
    hours = (start + timedelta(hours=hour) for hour in range(n_years * 8760))
    return (HEADER + "".join(f"{hour:{form}},{hour.hour},{hour.day}\n" for hour in hours)).encode()


def children_cpu_s() -> float:
    """The processor time of the processes that ended, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def reading_s(content: bytes) -> tuple[float, str]:
    """The processor time of one reading, and how it ended."""
    before = children_cpu_s()
    try:
        ended = f"{len(parse_fremont(content).dates):,} days"
    except DatasetError as error:
        ended = str(error).split(";")[0]
    return children_cpu_s() - before, ended


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """The p of seconds ∝ size^p between the two largest sizes: 1 is linear."""
    return float(np.log(seconds[-1] / seconds[-2]) / np.log(sizes[-1] / sizes[-2]))


def counts_table() -> Iterator[str]:
    """Processor time of exports of more and more years, by form of date."""
    yield f"| dates of a counts file | {' | '.join(f'{years} years' for years in YEARS)} | exponent |"
    yield f"|---|{'---|' * len(YEARS)}---|"
    for name, form in FORMS.items():
        files = [export(years, form) for years in YEARS]
        seconds = [reading_s(content)[0] for content in files]
        cells = " | ".join(f"{len(file) / 1e6:.1f} MB: {s:.2f} s" for file, s in zip(files, seconds, strict=True))
        yield f"| {name} | {cells} | {exponent([len(file) for file in files], seconds):.2f} |"


def hostile_table() -> Iterator[str]:
    """What the files cost that would exhaust a reader without limits."""
    yield "| hostile counts file | processor time | what the page says |"
    yield "|---|---|---|"
    for name, text in HOSTILE.items():
        seconds, ended = reading_s(text.encode())
        yield f"| {name} | {seconds:.2f} s | {ended} |"


def idx_table() -> Iterator[str]:
    """Processor time of packed IDX files of more and more images of 28 x 28."""
    yield f"| packed IDX file | {' | '.join(f'{n:,} images' for n in N_IMAGES)} | exponent |"
    yield f"|---|{'---|' * len(N_IMAGES)}---|"
    pixels = np.random.default_rng(0).integers(0, 256, (max(N_IMAGES), 28, 28), np.uint8)
    seconds = [min(idx_reading_s(pixels[:n]) for _ in range(N_ROUNDS)) for n in N_IMAGES]
    yield f"| noise | {' | '.join(f'{s:.3f} s' for s in seconds)} | {exponent(list(N_IMAGES), seconds):.2f} |"


def idx_reading_s(images: np.ndarray) -> float:
    """The processor time of one reading from the disk."""
    header = bytes((0, 0, 8, 3)) + b"".join(n.to_bytes(4, "big") for n in images.shape)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "images"
        path.write_bytes(gzip.compress(header + images.tobytes(), compresslevel=1))
        before = time.process_time()
        read_idx(path)
        return time.process_time() - before


def table() -> Iterator[str]:
    """All three, in processor time."""
    yield "Processor time in seconds; an exponent of 1 between the two largest sizes is linear."
    yield ""
    for part in (counts_table, hostile_table, idx_table):
        yield from part()
        yield ""
