"""How the threads of PyTorch wait, which has to be said before PyTorch is loaded."""

import os

# A thread that waits in a loop takes a core from whoever has work for it, first of all from the thread it waits for.
SLEEPING = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0", "KMP_BLOCKTIME": "0"}


def let_threads_sleep() -> None:
    """Let waiting threads sleep, unless the environment says otherwise; it works before PyTorch is imported."""
    for name, value in SLEEPING.items():
        os.environ.setdefault(name, value)
