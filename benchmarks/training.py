"""The trainer beside what one would write instead: `python -m benchmarks.training`.

Each contender works in a process of its own and they take turns, so that whatever else the machine does meets them all;
the first turn is a warm-up that counts only in the time to a test loss. Wall time throughout.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import torch

from benchmarks.contenders import STEPS_AN_EPOCH
from explorer.training.waiting import SLEEPING

N_ROUNDS, N_GROWTH_ROUNDS, GROWTH_STEPS = 5, 5, 120
TARGET_NATS, MOST_EPOCHS, COMPARED_EPOCH = 105.7, 15, 10
LOOPS = ("tutorial loop", "resident tensor, naive", "pythae's trainer", "explorer, float32", "explorer, bfloat16")
PRODUCTS = ("products alone, float32", "products alone, bfloat16")
GROWTH = ("explorer, float32", "N = 10,000", "N = 600,000", "K = 2", "K = 128", "width = 100", "width = 1,600")
ROOT = Path(__file__).parents[1]


class Child:
    """A contender in its own process; `start_s` is what it took to get ready, without imports."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.start_s = self._read()

    def ask(self, order: str) -> float:
        """The number that it answers."""
        assert self._process.stdin is not None
        print(order, file=self._process.stdin, flush=True)
        return self._read()

    def _read(self) -> float:
        assert self._process.stdout is not None
        return float(self._process.stdout.readline())


@contextmanager
def child(name: str) -> Iterator[Child]:
    """A contender that waits for orders, and leaves when there can be none any more."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.contenders", name]
    # As `python -m explorer` does for itself; the other loops are written without it.
    own = SLEEPING if name.startswith("explorer") else {}
    environment, pipe = {**os.environ, **own}, subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        yield Child(process)


def take_turns(names: tuple[str, ...], n_steps: int, n_rounds: int) -> dict[str, tuple[float, float]]:
    """Each contender's median milliseconds a step, and the most memory that it held in MiB."""
    with ExitStack() as stack:
        children = {name: stack.enter_context(child(name)) for name in names}
        rounds = [{name: one.ask(f"steps {n_steps}") for name, one in children.items()} for _ in range(n_rounds + 1)]
        peaks = {name: one.ask("peak") for name, one in children.items()}
    return {name: (1000 * median(spent[name] for spent in rounds[1:]) / n_steps, peaks[name]) for name in names}


def race(name: str) -> tuple[float | None, float]:
    """Seconds of training until the test loss is 105.7 nats, if it gets there; the test loss after ten epochs."""
    with child(name) as one:
        spent_s, reached_s, compared = one.start_s, None, float("nan")
        for epoch in range(1, MOST_EPOCHS + 1):
            spent_s += one.ask(f"steps {STEPS_AN_EPOCH}")
            loss = one.ask("test")
            reached_s = spent_s if reached_s is None and loss <= TARGET_NATS else reached_s
            compared = loss if epoch == COMPARED_EPOCH else compared
            if reached_s is not None and epoch >= COMPARED_EPOCH:
                break
    return reached_s, compared


def table() -> Iterator[str]:
    """Every measurement as lines of Markdown."""
    names = tuple(name for name in LOOPS if name != "pythae's trainer" or find_spec("pythae"))
    threads, load = torch.get_num_threads(), os.getloadavg()[0]
    yield (
        f"PyTorch {torch.__version__}, {threads} CPU threads, wall time, load average {load:.1f} at the start. "
        f"Each loop in a process of its own, in turns of one epoch: median of {N_ROUNDS} after one that does not count."
    )
    yield ""
    yield from speed_lines(names)
    yield ""
    yield from race_lines(names)
    yield ""
    yield from growth_lines()


def speed_lines(names: tuple[str, ...]) -> Iterator[str]:
    """A step of each contender, its share of the pure products' rate, and a sweep beside one run."""
    results = take_turns((*names, *PRODUCTS, "a sweep of 8"), STEPS_AN_EPOCH, N_ROUNDS)
    step_ms = {name: spent for name, (spent, _) in results.items()}
    yield "| loop | ms per step | epochs per minute | times the tutorial loop | memory |"
    yield "|---|---|---|---|---|"
    for name in (*names, *PRODUCTS):
        spent, peak = results[name]
        times = step_ms["tutorial loop"] / spent
        yield f"| {name} | {spent:.2f} | {60_000 / (spent * STEPS_AN_EPOCH):.1f} | {times:.2f} | {peak:.0f} MiB |"
    share = step_ms["products alone, float32"] / step_ms["explorer, float32"]
    yield ""
    yield (
        f"The float32 step runs at {100 * share:.0f} % of the rate of its matrix products alone. A sweep of 8 costs "
        f"{step_ms['a sweep of 8'] / step_ms['explorer, float32']:.2f} times one run, its members taking turns."
    )


def race_lines(names: tuple[str, ...]) -> Iterator[str]:
    """The time to a test loss, warm-up included, and whether all end at the same loss."""
    yield f"| loop | training until the test loss is {TARGET_NATS} nats | test loss after {COMPARED_EPOCH} epochs |"
    yield "|---|---|---|"
    losses = []
    for name in names:
        reached_s, loss = race(name)
        losses.append(loss)
        told = f"not in {MOST_EPOCHS} epochs" if reached_s is None else f"{reached_s:.1f} s"
        yield f"| {name} | {told} | {loss:.2f} nats |"
    yield ""
    yield (
        f"Looked at after each epoch; loading and warm-up count, imports and testing do not. The losses lie within "
        f"{max(losses) - min(losses):.2f} nats of one another."
    )


def growth_lines() -> Iterator[str]:
    """The time of a step and the memory against the number of samples, K and the width."""
    yield f"| 784-400-20 on 60,000 but for | ms per step, {GROWTH_STEPS} a turn | memory |"
    yield "|---|---|---|"
    for name, (spent, peak) in take_turns(GROWTH, GROWTH_STEPS, N_GROWTH_ROUNDS).items():
        yield f"| {name.replace('explorer, float32', 'nothing')} | {spent:.2f} | {peak:.0f} MiB |"
    yield ""
    yield "Data rest in memory as float32, 3.1 kB an image, beside the bytes that they were loaded as."


if __name__ == "__main__":
    for line in table():
        print(line, flush=True)
