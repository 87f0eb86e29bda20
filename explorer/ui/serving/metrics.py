"""What a server process has to do, in the text format of Prometheus (version 0.0.4)."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from explorer import jobs
from explorer.errors import ExplorerError
from explorer.store.rooms import count_rooms
from explorer.ui.serving.load import ServerLoad

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
QUANTILES = (0.5, 0.95)
# On Linux; elsewhere the memory is left out.
MEMORY = Path("/proc/self/statm")


@dataclass(frozen=True)
class Family:
    """One quantity: its name, its type, what it is, and its values by what follows the name."""

    name: str
    kind: str
    help: str
    values: Mapping[str, float]

    def lines(self) -> Iterator[str]:
        """The quantity as Prometheus reads it."""
        yield f"# HELP {self.name} {self.help}"
        yield f"# TYPE {self.name} {self.kind}"
        yield from (f"{self.name}{end} {value:.10g}".replace(" nan", " NaN") for end, value in self.values.items())


def metrics_text(load: ServerLoad) -> str:
    """Every quantity; what cannot be read now, such as the queue of a register that is locked, is left out."""
    families = (*of_process(load), *of_register(), *of_rooms())
    return "".join(f"{line}\n" for family in families for line in family.lines())


def of_process(load: ServerLoad) -> Iterator[Family]:
    """What this process alone knows."""
    yield Family("explorer_sessions", "gauge", "Browsers that are connected to this process.", {"": load.n_sessions})
    quantiles = {f'{{quantile="{fraction}"}}': load.quantile_s(fraction) for fraction in QUANTILES}
    yield Family(
        "explorer_rerun_seconds", "summary",
        "From a browser's request to the end of its answer; quantiles of the latest 1,000 reruns.",
        {**quantiles, "_sum": load.spent_s, "_count": load.n_reruns},
    )  # fmt: skip
    yield Family("process_cpu_seconds_total", "counter", "Processor time in seconds.", {"": time.process_time()})
    with suppress(OSError):
        memory = int(MEMORY.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
        yield Family("process_resident_memory_bytes", "gauge", "Resident memory in bytes.", {"": memory})


def of_register() -> Iterator[Family]:
    """What all processes share: the queue."""
    with suppress(ExplorerError):
        counts = {f'{{state="{state}"}}': n for state, n in jobs.count_open_jobs().items()}
        yield Family("explorer_runs", "gauge", "Trainings that wait or run, of all processes.", counts)


def of_rooms() -> Iterator[Family]:
    """Likewise, the rooms."""
    with suppress(ExplorerError):
        yield Family("explorer_rooms", "gauge", "Rooms that are open, of all processes.", {"": count_rooms()})
