"""What a computation will cost on this machine, in words."""

import pytest

from explorer.ui.runs import cost as run_cost


@pytest.mark.parametrize(
    ("slowness", "words"),
    [
        (1.0, "about 20 s"),
        (0.49, "about 10 s"),
        (0.74, "about 15 s"),
        (4.2, "about 1:24 min"),
        (0.001, "about 1 s"),
        (200.0, "about 1:06 h"),
    ],
)
def test_seconds_of_the_reference_core_become_those_of_this_machine(
    slowness: float, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_cost, "slowness", lambda: slowness)
    assert run_cost.about(20) == words


def test_slowness_is_how_much_longer_the_fixed_work_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([10.0, 10.0 + 3 * run_cost.REFERENCE_WORK_S])
    monkeypatch.setattr("time.perf_counter", lambda: next(clock))
    assert run_cost.slowness.__wrapped__() == pytest.approx(3)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        *((0.4, "0 s"), (59.4, "59 s"), (59.6, "1:00 min"), (60, "1:00 min"), (61, "1:01 min"), (3599, "59:59 min")),
        *((3600, "1:00 h"), (3659, "1:00 h"), (7265, "2:01 h")),
    ],
)
def test_seconds_are_written_as_people_do(seconds: float, words: str) -> None:
    assert run_cost.duration(seconds) == words
