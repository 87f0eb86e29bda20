"""A class that votes at once: `python -m benchmarks rooms`.

300 students in three processes answer within 10 s while a lecturer's page reads the room twice a second, summarises the
answers and makes its figure. Measured below Streamlit: the store, the shared reader and the figure, without browsers.
"""

import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from explorer.figures.rooms import spread_figure
from explorer.rooms.question import RoomQuestion, numbers_of
from explorer.rooms.summaries import spread_of
from explorer.store.rooms import answers_to, open_room, vote
from explorer.ui.rooms.panel import EVERY_S
from explorer.ui.rooms.reader import room_state
from explorer.ui.rooms.spread import FIGURE_PX

N_STUDENTS, N_PROCESSES, WITHIN_S = 300, 3, 10.0
# Each student answers with a number of its own, by which the lecturer's page is seen to have it.
QUESTION = RoomQuestion("n", "pca", "number", "Which?", "All.", "One.", 1, low=1, high=N_STUDENTS, unit="students")
# When each number was sent and when it was kept, in seconds since 1970.
Kept = dict[int, tuple[float, float]]


def vote_as(code: str, students: range, begin: float) -> Kept:
    """Students answer at times drawn evenly from the ten seconds."""
    waits = np.random.default_rng(students.start).uniform(0, WITHIN_S, len(students))

    def answer(student: int) -> tuple[int, tuple[float, float]]:
        time.sleep(max(begin + waits[student - students.start] - time.time(), 0))
        sent = time.time()
        vote(code, f"{student:032x}", 1, student + 1)
        return student + 1, (sent, time.time())

    with ThreadPoolExecutor(len(students)) as pool:
        return dict(pool.map(answer, students))


def watch(code: str, until: float) -> dict[int, float]:
    """When the lecturer's figure first held each number."""
    seen: dict[int, float] = {}
    while time.time() < until and len(seen) < N_STUDENTS:
        answers = room_state(code).answers
        spread_figure(spread_of(QUESTION, answers), with_truth=False, height=FIGURE_PX).to_json()
        numbers = [int(*numbers_of(answer)) for answer in answers]
        seen |= {number: time.time() for number in numbers if number not in seen}
        time.sleep(EVERY_S)
    return seen


def measure() -> tuple[Kept, dict[int, float], int]:
    """Votes as they were kept, as they were seen, and how many the room holds at the end."""
    code, begin = open_room("lecturer", QUESTION), time.time() + 6
    groups = [
        range(first, first + N_STUDENTS // N_PROCESSES) for first in range(0, N_STUDENTS, N_STUDENTS // N_PROCESSES)
    ]
    with multiprocessing.get_context("spawn").Pool(N_PROCESSES) as pool:
        voting = pool.starmap_async(vote_as, [(code, group, begin) for group in groups])
        seen = watch(code, begin + WITHIN_S + 30)
        kept = {number: times for group in voting.get() for number, times in group.items()}
    return kept, seen, len(answers_to(code, 1))


def table() -> Iterator[str]:
    """Votes lost, what a vote takes, and how long until the lecturer's figure holds it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["EXPLORER_RUNS"] = folder
        kept, seen, n_held = measure()
    to_keep = np.array([done - sent for sent, done in kept.values()])
    to_figure = np.array([seen[number] - done for number, (_, done) in kept.items() if number in seen])
    yield f"{N_STUDENTS} students in {N_PROCESSES} processes within {WITHIN_S:g} s: store, reader, figure."
    yield ""
    yield "| what | measured | wanted |"
    yield "|---|---|---|"
    yield f"| votes lost | {N_STUDENTS - n_held} of {N_STUDENTS} | 0 |"
    for name, times, wanted in (
        ("a vote until it is kept", to_keep, ""),
        ("a kept vote until the lecturer's figure holds it", to_figure, "p95 1 s"),
    ):
        yield f"| {name} | median {np.median(times):.3f} s, p95 {np.quantile(times, 0.95):.3f} s | {wanted} |"
