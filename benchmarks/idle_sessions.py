"""What a rerun costs the server while other sessions stand idle: `python -m benchmarks.idle_sessions`.

Every session speaks Streamlit's own protocol, as in `benchmarks.serving`. The cost is the CPU time of the server's
process, so that a busy machine does not change it.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.pages import app_server
from benchmarks.serving import session_of

N_WARM_UP, N_RERUNS, N_IDLE = 20, 40, (0, 50, 200)
PAGE, IDLE_PAGES = ("latent", "model=vae-2d"), ("pca", "latent", "holes", "tradeoff", "posterior", "compare")
# Fields of /proc/<pid>/stat: CPU time of the process in user and in kernel mode, in hundredths of a second.
UTIME, STIME, TICKS_PER_S = 13, 14, 100


def table() -> Iterator[str]:
    """CPU time of a rerun of /latent beside more and more idle sessions of six pages."""
    yield f"CPU time of the server for a rerun of `/latent`, mean of {N_RERUNS}, beside sessions that do nothing:"
    yield ""
    yield "| idle sessions | ms of CPU per rerun |"
    yield "|---|---|"
    with app_server() as server, ExitStack() as stack:
        active = stack.enter_context(session_of(server.address, *PAGE))
        n_open = 0
        for n_idle in N_IDLE:
            for i in range(n_open, n_idle):
                stack.enter_context(session_of(server.address, IDLE_PAGES[i % len(IDLE_PAGES)], ""))
            n_open = n_idle
            for _ in range(N_WARM_UP):
                active.rerun()
            before_s = cpu_s(*server.pids)
            for _ in range(N_RERUNS):
                active.rerun()
            yield f"| {n_idle} | {1000 * (cpu_s(*server.pids) - before_s) / N_RERUNS:.0f} |"


def cpu_s(pid: int) -> float:
    """The CPU time that a process has taken so far, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()
    return (int(fields[UTIME]) + int(fields[STIME])) / TICKS_PER_S


if __name__ == "__main__":
    for line in table():
        print(line, flush=True)
