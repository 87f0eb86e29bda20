"""The bound of two VAEs of the Frey faces against the samples seen: `python -m benchmarks.faces`.

As in Figure 2 of Kingma & Welling 2014, the same frames count again in each epoch. Read from the histories of the
models that `make checkpoints-faces` trains; written by hand into docs/numbers.md.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.training_bound import training_bound
from explorer.store import Checkpoint, load_checkpoint

NAMES = ("frey-vae-2d", "frey-conv-vae-2d")
N_SEEN = (1_400, 10_000, 30_000, 100_000, 280_000, 840_000)
Wide = NDArray[np.float64]


def at(n_seen: float, xs: Wide, nats: Wide) -> str:
    """The bound where so many samples had been seen, between two points of its curve; empty beyond its end."""
    return f"{np.interp(n_seen, xs, nats):.0f}" if xs[0] <= n_seen <= xs[-1] else ""


def curves(checkpoint: Checkpoint) -> Iterator[tuple[Wide, Wide]]:
    """Samples seen and bound, of the training part and of the held-out frames."""
    found = training_bound(checkpoint.history, checkpoint.run, len(checkpoint.codes.train))
    yield found.n_seen, found.train_nats
    yield found.held_out_n_seen, found.held_out_nats


def table(checkpoints: list[Checkpoint]) -> Iterator[str]:
    """The bounds of all models at the same numbers of samples, and what each reached on the test split."""
    every = [curve for one in checkpoints for curve in curves(one)]
    yield f"| samples seen | {' | '.join(f'{one.info.name}, train | held out' for one in checkpoints)} |"
    yield f"|---|{len(every) * '---|'}"
    for n_seen in N_SEEN:
        yield f"| {n_seen:,} | {' | '.join(at(n_seen, *curve) for curve in every)} |"
    for one in checkpoints:
        metrics = {name: value for name, value in one.header.metrics.items() if value is not None}
        yield (
            f"{one.info.name}, test: MSE {metrics['mse']:.4f}, distortion {metrics['distortion_nats']:.1f}, rate "
            f"{metrics['rate_nats']:.1f} nats; trained for {one.header.duration_s:.0f} s."
        )


if __name__ == "__main__":
    for line in table([load_checkpoint(name) for name in NAMES]):
        print(line, flush=True)
