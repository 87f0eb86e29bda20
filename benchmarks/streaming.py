"""Training on samples that stay on the disk beside samples in memory: `python -m benchmarks streaming`.

600,000 images, the training images of MNIST ten times, lie in a file of 470 MB that is mapped into memory. Each way
works in a process of its own, in turns of some steps.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.training import Child

N_COPIES, N_ROUNDS, N_STEPS, WARM_UP_STEPS = 10, 5, 200, 60
WAYS = {"in memory": "resident", "on the disk": "streamed"}


def work(way: str, path: Path) -> None:
    """Answer how long it took to get ready, then for each number on the input so many steps: seconds, or MB for 0."""
    from dataclasses import replace
    from unittest.mock import patch

    from explorer.data import load_dataset
    from explorer.models.spec import VAESpec
    from explorer.training import RunSpec, loop, start
    from explorer.training.descent import Descent

    train = load_dataset("mnist")
    many = replace(train, samples=np.load(path, mmap_mode="r"), labels=np.tile(train.labels, N_COPIES))
    before_s = time.perf_counter()
    with patch.object(loop, "fits_into", return_value=way == "resident"):
        state = start(RunSpec(VAESpec(20, (400,)), "mnist", batch_size=128), many, "cpu")
    assert state.fit is not None
    descent = Descent((state,), (state.fit,))
    print(time.perf_counter() - before_s, flush=True)
    for line in sys.stdin:
        before_s = time.perf_counter()
        for _ in range(int(line)):
            descent.advance()
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(time.perf_counter() - before_s if int(line) else peak_mb, flush=True)


def table() -> Iterator[str]:
    """Milliseconds a step and memory, both ways."""
    from explorer.data import load_dataset

    images = load_dataset("mnist").samples
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        path = Path(folder) / "samples.npy"
        file = np.lib.format.open_memmap(path, "w+", np.uint8, (N_COPIES * len(images), *images.shape[1:]))
        for copy in range(N_COPIES):
            file[copy * len(images) : (copy + 1) * len(images)] = images
        file.flush()
        children = {way: Child(stack.enter_context(_started(kind, path))) for way, kind in WAYS.items()}
        for child in children.values():
            child.ask(str(WARM_UP_STEPS))
        rounds = [{way: child.ask(str(N_STEPS)) for way, child in children.items()} for _ in range(N_ROUNDS)]
        turns = f"medians of {N_ROUNDS} turns of {N_STEPS} steps"
        yield f"VAE 784-400-20 in batches of 128 on {len(file):,} images, {turns}."
        yield ""
        yield "| samples | seconds to the first step | ms per step | times in memory | peak memory |"
        yield "|---|---|---|---|---|"
        for way, child in children.items():
            ms = 1000 * median(found[way] for found in rounds) / N_STEPS
            ratio = median(found[way] / found["in memory"] for found in rounds)
            yield f"| {way} | {child.start_s:.2f} | {ms:.2f} | {ratio:.2f} | {child.ask('0'):,.0f} MB |"


def _started(way: str, path: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "benchmarks.streaming", way, str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


if __name__ == "__main__":
    work(sys.argv[1], Path(sys.argv[2]))
