"""How many threads the steps of a training take on a CPU: chosen by measuring, and again when the pace falls."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

import torch

from explorer.training.state import TrainingState

TRIAL_STEPS = 24
N_ROUNDS = 2
# More threads must be worth it, also when the machine becomes busy.
WORTH = 0.9
SLOWER = 2.0
Take = Callable[[Callable[[], None]], None]


@dataclass(eq=False)
class Threads:
    """The number of threads that a run's steps take, which the run keeps.

    candidates: what is tried, fewest first; trials: what of it is still to be measured; step_s: the best median time
    of a step with each number; recent_s: the times of the last steps.
    """

    state: TrainingState
    candidates: tuple[int, ...]
    trials: list[int] = field(default_factory=list)
    step_s: dict[int, float] = field(default_factory=dict)
    recent_s: list[float] = field(default_factory=list)

    def step(self, advance: Callable[[], None]) -> None:
        """Take a step with the number in hand, and see whether another is wanted for the next."""
        n_threads = self.trials[0] if self.trials else self.state.n_threads
        if torch.get_num_threads() != n_threads:
            torch.set_num_threads(n_threads)
        began_s = time.perf_counter()
        advance()
        self.recent_s.append(time.perf_counter() - began_s)
        if len(self.recent_s) == TRIAL_STEPS and len(self.candidates) > 1:
            self._judge(n_threads, median(self.recent_s))
            self.recent_s.clear()

    def _judge(self, n_threads: int, step_s: float) -> None:
        if self.trials:
            self.step_s[n_threads] = min(step_s, self.step_s.get(n_threads, step_s))
            del self.trials[0]
            self.state.n_threads = self.trials[0] if self.trials else fastest(self.step_s)
        elif step_s > SLOWER * self.step_s.setdefault(n_threads, step_s):
            self.measure()

    def measure(self) -> None:
        """Try every candidate with the next steps."""
        self.trials = list(self.candidates) * N_ROUNDS
        self.step_s.clear()


def fastest(step_s: dict[int, float]) -> int:
    """The number of threads to take, by the time of a step with each: the fewest but for a tenth of the time."""
    chosen, *others = sorted(step_s)
    for n_threads in others:
        chosen = n_threads if step_s[n_threads] < WORTH * step_s[chosen] else chosen
    return chosen


@contextmanager
def chosen_threads(state: TrainingState) -> Iterator[Take]:
    """What takes the steps of a run; afterwards PyTorch has as many threads as before.

    A run with a fixed number keeps to it, and so does one on a GPU. A resumed run begins with what it had.
    """
    before = torch.get_num_threads()
    is_free = state.device.type == "cpu" and not state.has_fixed_threads
    threads = Threads(state, candidates(before) if is_free else (state.n_threads or before,))
    if state.n_threads not in threads.candidates:
        state.n_threads = threads.candidates[-1]
        threads.measure()
    try:
        yield threads.step
    finally:
        torch.set_num_threads(before)


def candidates(most: int) -> tuple[int, ...]:
    """One thread, half of them and all, fewest first."""
    return tuple(sorted({1, max(1, most // 2), most}))
