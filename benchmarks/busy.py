"""The trainer beside others on a quiet machine and on a busy one: `python -m benchmarks.busy`.

Loops take short turns, each in a process of its own with the threads that it takes by itself, while 0, 1 or 2 other
processes do nothing but count. pythae's trainer, which goes by whole epochs, is no part of it. Ratios are taken
within a round, which lasts less than a minute.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from statistics import median

from benchmarks.training import Child, child

TUTORIAL, OURS, OURS_ALONE = "tutorial loop", "explorer, float32", "explorer, one thread"
LOOPS = (
    *(TUTORIAL, "resident tensor, naive", "Lightning's loop"),
    *(OURS, OURS_ALONE, "explorer, bfloat16"),
)
NEEDED = {"Lightning's loop": "lightning"}
N_ROUNDS, N_BUSY = 5, (0, 1, 2)
# The explorer measures its threads in the steps before the first round.
N_STEPS, WARM_UP_STEPS = 100, 150


@contextmanager
def busy_processes(n: int) -> Iterator[None]:
    """Processes that do nothing but count."""
    command = [sys.executable, "-c", "while True: pass"]
    with ExitStack() as stack:
        for _ in range(n):
            stack.callback(stack.enter_context(subprocess.Popen(command)).kill)
        yield


def rounds(names: tuple[str, ...], n_steps: int, warm_up_steps: int, n_rounds: int) -> list[dict[str, float]]:
    """Milliseconds a step of each loop, in each round."""
    with ExitStack() as stack:
        children: dict[str, Child] = {name: stack.enter_context(child(name)) for name in names}
        for one in children.values():
            one.ask(f"steps {warm_up_steps}")
        return [
            {name: 1000 * one.ask(f"steps {n_steps}") / n_steps for name, one in children.items()}
            for _ in range(n_rounds)
        ]


def table() -> Iterator[str]:
    """Each loop beside 0, 1 and 2 busy processes."""
    names = tuple(name for name in LOOPS if find_spec(NEEDED.get(name, "torch")))
    yield f"Medians of {N_ROUNDS} turns of {N_STEPS} steps; ratios are medians of those within a round."
    yield ""
    yield "| busy processes | load | loop | ms per step | times the tutorial loop | times itself on one thread |"
    yield "|---|---|---|---|---|---|"
    for n in N_BUSY:
        with busy_processes(n):
            found = rounds(names, N_STEPS, WARM_UP_STEPS, N_ROUNDS)
            load = os.getloadavg()[0]
        for name in names:
            spent = median(one[name] for one in found)
            ratios = (f"{median(one[other] / one[name] for one in found):.2f}" for other in (TUTORIAL, OURS_ALONE))
            yield f"| {n} | {load:.1f} | {name} | {spent:.2f} | {' | '.join(ratios)} |"


if __name__ == "__main__":
    for line in table():
        print(line, flush=True)
