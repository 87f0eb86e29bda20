"""Wrong keys slow down whoever tries them: after a few, each further try has to wait twice as long."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

# Tries without a wait, the longest wait, and after how long without a try an address begins anew.
N_FREE, LONGEST_S, FORGOTTEN_S = 5, 300.0, 3600.0
MOST_ADDRESSES = 1000


@dataclass(frozen=True)
class Tries:
    """Wrong keys that came from one address, and when the last of them did, in seconds of the clock."""

    n: int = 0
    last_s: float = float("-inf")

    def next_s(self) -> float:
        """When the next key may be tried."""
        return self.last_s + (min(2.0 ** (self.n - N_FREE), LONGEST_S) if self.n >= N_FREE else 0.0)


@dataclass
class WrongKeys:
    """Wrong keys by the address of the network that they came from."""

    clock: Callable[[], float] = time.monotonic
    tries: dict[str, Tries] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def wait_s(self, address: str) -> float:
        """How long an address must wait before its next key is looked at; 0 where it need not."""
        return max(0.0, self.tries.get(address, Tries()).next_s() - self.clock())

    def check(self, address: str, is_right: Callable[[], bool]) -> bool:
        """Whether the key is right, one key after another; one that comes too early is not looked at."""
        with self.lock:
            if self.wait_s(address) > 0:
                return False
            right, before = is_right(), self.tries.pop(address, Tries())
            if not right:
                self._add(address, before)
            return right

    def _add(self, address: str, before: Tries) -> None:
        now = self.clock()
        n = before.n if now - before.last_s < FORGOTTEN_S else 0
        self.tries[address] = Tries(n + 1, now)
        if len(self.tries) > MOST_ADDRESSES:
            self.tries.pop(next(iter(self.tries)))
