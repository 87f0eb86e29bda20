"""Measurements of speed, each written into its own section of docs/benchmarks.md: `python -m benchmarks`.

Some by name are only printed, `python -m benchmarks pages`, or with --write put into their sections as well. What
stands outside the sections is left alone. Each module here has `table()`, its lines of Markdown. Figures of merit,
which take longer, are measured by `python -m benchmarks.reference` and `python -m benchmarks.holes`; a GPU by
`python -m benchmarks gpu`, and the pace of a browser's pictures by `python -m benchmarks frames`, which have options of
their own.
"""

import os
import platform
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

SPEED = (
    "training",
    "streaming",
    "pca",
    "canvas",
    "pages",
    "serving",
    "idle_sessions",
    "load",
    "rooms",
    "figures",
    "exports",
    "foreign_files",
)
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


def lines(name: str) -> Iterator[str]:
    """A heading, the machine, and a module's table."""
    yield f"## {name}"
    yield ""
    yield f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}."
    yield ""
    yield from import_module(f"benchmarks.{name}").table()


def put(page: str, name: str, section: str) -> str:
    """The page with a section in the place of its former self, between its two marks, or at the end."""
    begin, end = f"<!-- measured: {name} -->", f"<!-- end of {name} -->"
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before.rstrip()}\n\n{begin}\n\n{section.strip()}\n\n{end}" + (after or "\n")


def main(arguments: list[str]) -> None:
    """Print every line as soon as it is measured, and write a section as soon as it is whole."""
    if arguments[:1] in (["gpu"], ["frames"]):
        import_module(f"benchmarks.{arguments[0]}").main(arguments[1:])
        return
    names = [name for name in arguments if name != "--write"]
    for name in names or SPEED:
        kept = []
        for line in lines(name):
            print(line, flush=True)
            kept.append(line)
        if not names or "--write" in arguments:
            PAGE.write_text(put(PAGE.read_text(encoding="utf-8"), name, "\n".join(kept)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
