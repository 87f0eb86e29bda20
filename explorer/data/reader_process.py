"""The child's side of `isolation`: python -m explorer.data.reader_process MODULE FUNCTION MEMORY_BYTES CPU_S.

The file comes in by stdin; the arrays, or the sentence that says why there are none, go out by stdout.
"""

import math
import mmap
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from explorer.data.isolation import OUT_OF_MEMORY, READ, REFUSED, packed
from explorer.errors import ExplorerError


def main(module: str, function: str, memory_bytes: int, cpu_s: float) -> int:
    """Read the file and answer; returns the exit code."""
    reader = getattr(import_module(module), function)
    limit(memory_bytes, cpu_s)
    try:
        answer, code = packed(reader(sys.stdin.buffer.read())), READ
    except ExplorerError as error:
        answer, code = str(error).encode(errors="replace"), REFUSED
    except MemoryError:
        return OUT_OF_MEMORY
    sys.stdout.buffer.write(answer)
    return code


def limit(memory_bytes: int, cpu_s: float) -> None:
    """Bound the processor time, and the memory beside what the reader's packages hold, where the system can."""
    try:
        import resource
    except ImportError:
        return
    # macOS refuses to bound the memory; the limit of time holds there.
    with suppress(ValueError, OSError):
        most_bytes = memory_bytes + _held_bytes()
        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(cpu_s), math.ceil(cpu_s) + 1))


def _held_bytes() -> int:
    """The address space that the process has already; 0 where the system does not say."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[0]
    except OSError:
        return 0
    return int(pages) * mmap.PAGESIZE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
