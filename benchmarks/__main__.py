"""All measurements of speed one after another, written to docs/benchmarks.md: `python -m benchmarks`.

Some by name, only printed: `python -m benchmarks pages`. Each module here has `table()`, its lines of Markdown.
Figures of merit, which take longer, are measured by `python -m benchmarks.reference` and `python -m benchmarks.holes`.
"""

import os
import platform
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

SPEED = ("training", "pca", "canvas", "pages", "serving")
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
HEAD = (
    "# Speed, side by side with what one would use instead\n\nWritten by `make bench`; ratios were measured in one run."
)


def lines(names: list[str]) -> Iterator[str]:
    """The machine, then each module's table below its name."""
    yield f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}."
    for name in names:
        yield f"\n## {name}\n"
        yield from import_module(f"benchmarks.{name}").table()


def main(names: list[str]) -> None:
    """Print every line as soon as it is measured; all of them together become the page."""
    kept = [HEAD, ""]
    for line in lines(names or list(SPEED)):
        print(line, flush=True)
        kept.append(line)
    if not names:
        PAGE.write_text("\n".join(kept) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
