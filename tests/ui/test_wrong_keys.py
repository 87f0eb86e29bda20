"""Wrong keys slow down the address that they come from, and no other."""

from concurrent.futures import ThreadPoolExecutor

from explorer.ui.wrong_keys import FORGOTTEN_S, LONGEST_S, MOST_ADDRESSES, N_FREE, WrongKeys


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def wrong() -> bool:
    return False


def right() -> bool:
    return True


def test_waits_double_up_to_the_longest_and_are_forgotten() -> None:
    clock = Clock()
    keys = WrongKeys(clock)
    waits = []
    for _ in range(N_FREE + 12):
        keys.check("a", wrong)
        waits.append(keys.wait_s("a"))
        clock.now += waits[-1]
    assert waits == [0.0] * (N_FREE - 1) + [1, 2, 4, 8, 16, 32, 64, 128, 256] + [LONGEST_S] * 4
    assert keys.wait_s("b") == 0
    clock.now += FORGOTTEN_S
    keys.check("a", wrong)
    assert keys.wait_s("a") == 0


def test_right_key_ends_the_count_and_counts_for_nothing_while_it_must_wait() -> None:
    clock = Clock()
    keys = WrongKeys(clock)
    for _ in range(N_FREE):
        keys.check("a", wrong)
    assert not keys.check("a", right)
    assert keys.wait_s("a") == 1
    clock.now += 1
    assert keys.check("a", right)
    assert keys.tries == {}


def test_keys_that_are_tried_at_once_are_looked_at_one_after_another() -> None:
    looked_at, keys = list[int](), WrongKeys(Clock())

    def look() -> bool:
        looked_at.append(1)
        return False

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: keys.check("a", look), range(100)))
    assert len(looked_at) == N_FREE


def test_what_is_remembered_is_bounded() -> None:
    keys = WrongKeys(Clock())
    for place in range(MOST_ADDRESSES + 5):
        keys.check(str(place), wrong)
    assert len(keys.tries) == MOST_ADDRESSES
    assert "0" not in keys.tries
