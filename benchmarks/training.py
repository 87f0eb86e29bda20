"""The trainer beside what one would write instead: `python -m benchmarks.training`.

The PyTorch examples' VAE (784-400-20, Bernoulli, batch 128, Adam 1e-3) on MNIST. The contestants take turns in short
rounds, so that whatever else the machine does meets them all. With one thread the clock is the process's own time.
"""

import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from itertools import islice
from statistics import median

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy

from explorer.data import Dataset, data_folder, load_dataset
from explorer.models import VAESpec
from explorer.training import RunSpec, start, train
from explorer.training.sweep import start_sweep, sweep_runs, train_sweep

BATCH, N_ROUNDS, STEPS_A_ROUND = 128, 7, 60
EXAMPLES_VAE = VAESpec(latent_dim=20, hidden=(400,))
RUN = RunSpec(EXAMPLES_VAE, "mnist", n_epochs=10_000, validation_fraction=0)
STEPS_PER_EPOCH = 469
Steps = Iterator[object]


class TutorialVAE(nn.Module):
    """The VAE of the PyTorch examples, as tutorials write it."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(784, 400), nn.Linear(400, 20), nn.Linear(400, 20)
        self.fc3, self.fc4 = nn.Linear(20, 400), nn.Linear(400, 784)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """x: (N, 784) -> reconstruction, mean, log_var."""
        hidden = torch.relu(self.fc1(x))
        mean, log_var = self.fc21(hidden), self.fc22(hidden)
        z = mean + torch.randn_like(mean) * torch.exp(0.5 * log_var)
        return torch.sigmoid(self.fc4(torch.relu(self.fc3(z)))), mean, log_var


def tutorial_loss(x: Tensor, x_hat: Tensor, mean: Tensor, log_var: Tensor) -> Tensor:
    """Summed BCE and KL."""
    return binary_cross_entropy(x_hat, x, reduction="sum") - 0.5 * torch.sum(1 + log_var - mean**2 - log_var.exp())


def tutorial_step(model: TutorialVAE, optimizer: torch.optim.Optimizer, x: Tensor) -> float:
    """One step, whose loss is read at once."""
    optimizer.zero_grad()
    loss = tutorial_loss(x, *model(x))
    loss.backward()
    optimizer.step()
    return loss.item()


def tutorial() -> Steps:
    """The loop that tutorials write: DataLoader over torchvision's MNIST with ToTensor."""
    from torchvision import datasets, transforms

    dataset = datasets.MNIST(str(data_folder()), train=True, transform=transforms.ToTensor())
    loader = torch.utils.data.DataLoader(dataset, batch_size=BATCH, shuffle=True)
    model = TutorialVAE()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    while True:
        for x, _ in loader:
            yield tutorial_step(model, optimizer, x.view(-1, 784))


def resident(x: Tensor) -> Steps:
    """The same loop with all data in one tensor, naively written."""
    model = TutorialVAE()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    while True:
        order = torch.randperm(len(x))
        for first in range(0, len(x), BATCH):
            yield tutorial_step(model, optimizer, x[order[first : first + BATCH]])


def pythae_loop(x: Tensor) -> Steps:
    """Pythae's own step: its VAE, its batches of a resident tensor through a DataLoader."""
    from pythae.data.datasets import BaseDataset  # type: ignore[import-not-found]
    from pythae.models import VAE, VAEConfig  # type: ignore[import-not-found]

    model = VAE(VAEConfig(input_dim=(1, 28, 28), latent_dim=20, reconstruction_loss="bce"))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    data = BaseDataset(x.view(-1, 1, 28, 28), torch.zeros(len(x)))
    loader = torch.utils.data.DataLoader(data, batch_size=BATCH, shuffle=True)
    while True:
        for batch in loader:
            loss = model(batch).loss
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield loss.item()


def explorer_steps(run: RunSpec, dataset: Dataset) -> Steps:
    """The explorer's own loop, a record at a time, counted in steps."""
    done = 0
    for record in train(start(run, dataset)):
        yield from range(record.step - done)
        done = record.step


def products(dtype: torch.dtype) -> Steps:
    """Nothing but the matrix products of a step, forward and backward."""
    generator = torch.Generator().manual_seed(0)
    widths = ((784, 400), (400, 40), (20, 400), (400, 784))
    triples = [
        [torch.randn(shape, generator=generator).to(dtype) for shape in ((BATCH, a), (b, a), (BATCH, b))]
        for a, b in widths
    ]
    while True:
        for place, (x, weight, gradient) in enumerate(triples):
            torch.mm(x, weight.T)
            torch.mm(gradient.T, x)
            if place:
                torch.mm(gradient, weight)
        yield None


@dataclass
class Contestant:
    """A loop and the seconds that its rounds took."""

    name: str
    steps: Steps
    rounds_s: list[float]

    @property
    def step_ms(self) -> float:
        """Median time of a step."""
        return 1000 * median(self.rounds_s) / STEPS_A_ROUND


def take_turns(loops: dict[str, Callable[[], Steps]]) -> dict[str, Contestant]:
    """Each loop a round at a time, the first round as a warm-up that does not count."""
    contestants = {name: Contestant(name, make(), []) for name, make in loops.items()}
    for _ in range(N_ROUNDS + 1):
        for contestant in contestants.values():
            began = clock()
            for _ in islice(contestant.steps, STEPS_A_ROUND):
                pass
            contestant.rounds_s.append(clock() - began)
    for contestant in contestants.values():
        del contestant.rounds_s[0]
    return contestants


def clock() -> float:
    """Seconds: of this process where one thread does all the work, else of the wall."""
    return time.process_time() if torch.get_num_threads() == 1 else time.perf_counter()


def table() -> Iterator[str]:
    """Every measurement as lines of Markdown."""
    dataset = load_dataset("mnist")
    threads, kind = torch.get_num_threads(), "process" if torch.get_num_threads() == 1 else "wall"
    yield f"PyTorch {torch.__version__}, {threads} CPU threads, {kind} time, median of {N_ROUNDS} rounds in turn."
    yield ""
    yield from speed_lines(dataset)
    yield ""
    yield from sweep_lines(dataset)
    yield ""
    yield from growth_lines(dataset)


def speed_lines(dataset: Dataset) -> Iterator[str]:
    """A step of each contestant, and its share of the pure products' rate."""
    x = torch.from_numpy(dataset.pixels())
    bfloat16 = replace(RUN, precision="bfloat16")
    loops: dict[str, Callable[[], Steps]] = {
        "tutorial loop": tutorial,
        "resident tensor, naive": partial(resident, x),
        "explorer, float32": partial(explorer_steps, RUN, dataset),
        "explorer, bfloat16": partial(explorer_steps, bfloat16, dataset),
        "products alone, float32": partial(products, torch.float32),
        "products alone, bfloat16": partial(products, torch.bfloat16),
    }
    if find_spec("pythae"):
        loops["pythae"] = partial(pythae_loop, x)
    results = take_turns(loops)
    slow = results["tutorial loop"].step_ms
    yield "| loop | ms a step | epochs a minute | times the tutorial loop |"
    yield "|---|---|---|---|"
    for name, contestant in results.items():
        per_minute = 60_000 / (contestant.step_ms * STEPS_PER_EPOCH)
        yield f"| {name} | {contestant.step_ms:.2f} | {per_minute:.1f} | {slow / contestant.step_ms:.2f} |"
    share = results["products alone, float32"].step_ms / results["explorer, float32"].step_ms
    yield ""
    yield f"The float32 step runs at {100 * share:.0f} % of the rate of its matrix products alone."


def sweep_lines(dataset: Dataset) -> Iterator[str]:
    """What a sweep of eight costs, in single runs."""
    betas: list[object] = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16]
    eight = start_sweep(sweep_runs(RUN, {"beta": betas}), dataset)

    def together() -> Steps:
        done = 0
        for member, record in train_sweep(eight):
            if member == len(eight) - 1:
                yield from range(record.step - done)
                done = record.step

    results = take_turns({"one run": partial(explorer_steps, RUN, dataset), "a sweep of 8": together})
    ratio = results["a sweep of 8"].step_ms / results["one run"].step_ms
    yield f"A sweep of 8 costs {ratio:.2f} times one run, its members taking turns."


def growth_lines(dataset: Dataset) -> Iterator[str]:
    """The time of a step against the number of samples, K and the width."""
    loops: dict[str, Callable[[], Steps]] = {}
    for n in (10_000, 60_000, 600_000):
        rows = np.arange(n) % len(dataset)
        repeated = replace(dataset, samples=dataset.samples[rows], labels=dataset.labels[rows])
        loops[f"N = {n:,}"] = partial(explorer_steps, RUN, repeated)
    for k in (2, 128):
        loops[f"K = {k}"] = partial(explorer_steps, replace(RUN, model=replace(EXAMPLES_VAE, latent_dim=k)), dataset)
    for width in (100, 1600):
        model = replace(EXAMPLES_VAE, hidden=(width,))
        loops[f"width = {width:,}"] = partial(explorer_steps, replace(RUN, model=model), dataset)
    yield "| 784-400-20 on 60,000 but for | ms a step |"
    yield "|---|---|"
    for name, contestant in take_turns(loops).items():
        yield f"| {name} | {contestant.step_ms:.2f} |"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    yield ""
    yield f"Data rest in memory as float32: 3.1 kB an image. All of the above at once peaked at {peak:.1f} GiB."


if __name__ == "__main__":
    for line in table():
        print(line, flush=True)
