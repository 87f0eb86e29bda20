"""The child's side of `isolation`: python -m explorer.data.reader_process MODULE FUNCTION MEMORY_BYTES CPU_S.

The file comes in by stdin; the arrays, or the sentence that says why there are none, go out by stdout.
"""

import math
import sys
from contextlib import suppress
from importlib import import_module

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
    """Bound the process's memory and processor time where the system can."""
    try:
        import resource
    except ImportError:
        return
    # macOS refuses to bound the memory; the limit of time holds there.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(cpu_s), math.ceil(cpu_s) + 1))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
