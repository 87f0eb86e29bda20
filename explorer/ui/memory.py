"""The server's memory: what heavy packages leave in it is settled once, and garbage is collected now and then."""

import gc
import sys
import time
from dataclasses import dataclass, field

HEAVY_PACKAGES = frozenset({"pandas", "plotly", "scipy", "sklearn", "torch", "torchvision"})
BETWEEN_COLLECTIONS_S = 30.0


@dataclass
class Memory:
    """Which packages were settled, and when garbage was last collected, in seconds of the monotonic clock."""

    settled: set[str] = field(default_factory=set)
    collected_at_s: float = 0.0


_memory = Memory()


def settle_memory(memory: Memory = _memory) -> None:
    """Called after each run: freeze what new heavy packages allocated, and collect garbage at most every 30 s.

    The collector holds the interpreter's lock while it walks every object in its sight. What PyTorch, scikit-learn and
    plotly leave in memory costs it 150 ms, and every open session 0.45 ms, so that Streamlit's own collection after
    each run, which `.streamlit/config.toml` turns off, would let each visitor pay for all the others.
    """
    imported = HEAVY_PACKAGES & sys.modules.keys()
    is_new = bool(imported - memory.settled)
    if not is_new and time.monotonic() - memory.collected_at_s < BETWEEN_COLLECTIONS_S:
        return
    memory.settled |= imported
    memory.collected_at_s = time.monotonic()
    gc.collect()
    if is_new:
        gc.freeze()
