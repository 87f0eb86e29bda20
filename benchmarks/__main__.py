"""All measurements of speed one after another: `python -m benchmarks`, or some by name: `python -m benchmarks pages`.

Figures of merit, which take longer, are measured by `python -m benchmarks.reference` and `python -m benchmarks.holes`.
"""

import sys
from importlib import import_module

SPEED = ("canvas", "pages")

for name in sys.argv[1:] or SPEED:
    print(f"\n## {name}\n", flush=True)
    for line in import_module(f"benchmarks.{name}").table():
        print(line, flush=True)
