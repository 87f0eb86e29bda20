"""The number of threads is the one with which steps take the least time, also when that changes."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import torch

from explorer.data import load_dataset
from explorer.models import VAESpec
from explorer.store import load_state, save_state
from explorer.training import RunSpec, start, train
from explorer.training.state import TrainingState
from explorer.training.threads import N_ROUNDS, TRIAL_STEPS, candidates, chosen_threads, fastest
from explorer.training.waiting import SLEEPING

RUN = RunSpec(VAESpec(hidden=(8,)), "digits", n_epochs=1)
N_CORES = 8
TRIAL = TRIAL_STEPS * N_ROUNDS * 3


@dataclass
class Machine:
    """A clock that steps move on, each by the time that it takes with the threads that PyTorch has."""

    step_s: Callable[[int], float]
    now_s: float = 0.0
    n_threads: int = N_CORES
    taken: list[int] = field(default_factory=list)

    def advance(self) -> None:
        self.taken.append(self.n_threads)
        self.now_s += self.step_s(self.n_threads)

    def set_num_threads(self, n_threads: int) -> None:
        self.n_threads = n_threads


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Eight cores on which more threads are faster."""
    machine = Machine(lambda n_threads: 1 / n_threads)
    monkeypatch.setattr(time, "perf_counter", lambda: machine.now_s)
    monkeypatch.setattr(torch, "get_num_threads", lambda: machine.n_threads)
    monkeypatch.setattr(torch, "set_num_threads", machine.set_num_threads)
    return machine


@pytest.fixture
def state() -> TrainingState:
    return start(RUN, load_dataset("digits"), "cpu")


def taken(machine: Machine, state: TrainingState, n_steps: int) -> list[int]:
    """With how many threads each of some steps was taken."""
    machine.taken.clear()
    with chosen_threads(state) as take:
        for _ in range(n_steps):
            take(machine.advance)
    return machine.taken


def test_one_half_and_all_are_tried_and_the_fastest_is_taken(machine: Machine, state: TrainingState) -> None:
    found = taken(machine, state, TRIAL + 10)
    one_round = [n_threads for n_threads in (1, 4, 8) for _ in range(TRIAL_STEPS)]
    assert found == one_round * N_ROUNDS + [8] * 10
    assert state.n_threads == 8
    machine.step_s = float
    state.n_threads = 0
    assert taken(machine, state, TRIAL + 1)[-1] == 1


def test_a_moment_of_noise_decides_nothing(machine: Machine, state: TrainingState) -> None:
    def disturbed(n_threads: int) -> float:
        return 100.0 if n_threads == 8 and len(machine.taken) <= TRIAL // N_ROUNDS else 1 / n_threads

    machine.step_s = disturbed
    assert taken(machine, state, TRIAL + 1)[-1] == 8


@pytest.mark.parametrize(
    ("step_s", "expected"),
    [({1: 1.0, 2: 0.95}, 1), ({1: 1.0, 2: 0.8}, 2), ({1: 1.0, 2: 0.8, 4: 0.75}, 2), ({1: 1.0, 4: 0.85, 2: 1.5}, 4)],
)
def test_more_threads_must_be_worth_it(step_s: dict[int, float], expected: int) -> None:
    assert fastest(step_s) == expected


@pytest.mark.parametrize(("slower", "expected"), [(1.9, 8), (2.1, 1)])
def test_it_is_measured_again_when_the_pace_falls_by_half(
    slower: float, expected: int, machine: Machine, state: TrainingState
) -> None:
    taken(machine, state, TRIAL)
    quiet = machine.step_s(8)

    def crowded(n_threads: int) -> float:
        return quiet * slower if n_threads == 8 else quiet * n_threads

    with chosen_threads(state) as take:
        for _ in range(TRIAL_STEPS):
            take(machine.advance)
        machine.step_s = crowded
        for _ in range(TRIAL + TRIAL_STEPS + 1):
            take(machine.advance)
    assert machine.taken[-1] == expected


def test_a_fixed_number_is_kept_and_never_measured(machine: Machine, state: TrainingState) -> None:
    state.n_threads, state.has_fixed_threads = 3, True
    machine.step_s = lambda _: len(machine.taken) ** 2.0
    assert set(taken(machine, state, 3 * TRIAL)) == {3}
    assert machine.n_threads == N_CORES


def test_a_resumed_run_begins_with_what_it_had(machine: Machine, state: TrainingState, tmp_path: Path) -> None:
    machine.step_s = lambda n_threads: {1: 3.0, 4: 1.0, 8: 2.0}[n_threads]
    taken(machine, state, TRIAL)
    resumed = load_state(save_state(state, tmp_path / "state"), state.dataset, "cpu")
    assert resumed.n_threads == 4
    assert set(taken(machine, resumed, TRIAL)) == {4}


def test_with_one_thread_nothing_is_measured(machine: Machine, state: TrainingState) -> None:
    machine.n_threads = 1
    assert candidates(1) == (1,)
    assert candidates(2) == (1, 2)
    assert set(taken(machine, state, TRIAL)) == {1}


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_the_record_says_how_many_threads_the_steps_take(two_threads: None, state: TrainingState) -> None:
    state.n_threads, state.has_fixed_threads = 1, True
    assert len(list(train(state))) > 0
    assert state.execution == f"CPU, 1 of {os.cpu_count()} cores"
    assert torch.get_num_threads() == 2


def test_the_command_line_lets_threads_sleep_unless_told_otherwise() -> None:
    program = "import os; from explorer.__main__ import main; main(['models', '--json']); print(dict(os.environ))"
    environment = {**os.environ, "KMP_BLOCKTIME": "7"}
    environment.pop("OMP_WAIT_POLICY", None)
    told = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    found = told.stdout.splitlines()[-1]
    assert f"'OMP_WAIT_POLICY': '{SLEEPING['OMP_WAIT_POLICY']}'" in found
    assert "'KMP_BLOCKTIME': '7'" in found
