"""The loops that are measured side by side, each in a process of its own: `python -m benchmarks.contenders NAME`.

A child reads "steps N", "test" or "peak" from its input and answers with one number a line: the seconds of N steps, the
test loss in nats, the most memory it ever held in MiB. Each trains the PyTorch examples' VAE (784-400-20, Bernoulli,
batch 128, Adam 1e-3) on MNIST; a process of its own gives each a heap of its own.
"""

import json
import logging
import os
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, islice
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy

from explorer.data import Dataset, data_folder, load_dataset
from explorer.models import VAESpec, VariationalModel
from explorer.training import RunSpec, start, train
from explorer.training.sweep import start_sweep, sweep_runs, train_sweep

BATCH, LATENT_DIM = 128, 20
EXAMPLES_VAE = VAESpec(latent_dim=LATENT_DIM, hidden=(400,))
RUN = RunSpec(EXAMPLES_VAE, "mnist", n_epochs=10_000, validation_fraction=0)
STEPS_AN_EPOCH = 469
# Mean and log-variance of codes; images of codes.
Encode = Callable[[Tensor], tuple[Tensor, Tensor]]
Decode = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Contender:
    """Steps without end; encode and decode of what they train, None where there is nothing to test."""

    steps: Iterator[object]
    encode: Encode | None = None
    decode: Decode | None = None


class TutorialVAE(nn.Module):
    """The VAE of the PyTorch examples, as tutorials write it."""

    def __init__(self, n_pixels: int = 784) -> None:
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(n_pixels, 400), nn.Linear(400, 20), nn.Linear(400, 20)
        self.fc3, self.fc4 = nn.Linear(20, 400), nn.Linear(400, n_pixels)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x: (N, 784) -> mean and log_var (N, 20)."""
        hidden = torch.relu(self.fc1(x))
        return self.fc21(hidden), self.fc22(hidden)

    def decode(self, z: Tensor) -> Tensor:
        """z: (N, 20) -> probabilities (N, 784)."""
        return torch.sigmoid(self.fc4(torch.relu(self.fc3(z))))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """x: (N, 784) -> reconstruction, mean, log_var."""
        mean, log_var = self.encode(x)
        return self.decode(mean + torch.randn_like(mean) * torch.exp(0.5 * log_var)), mean, log_var


def tutorial_loss(model: TutorialVAE, x: Tensor) -> Tensor:
    """The negative ELBO of a batch in nats, summed."""
    x_hat, mean, log_var = model(x)
    kl = -0.5 * torch.sum(1 + log_var - mean**2 - log_var.exp())
    return binary_cross_entropy(x_hat, x, reduction="sum") + kl


def tutorial_step(model: TutorialVAE, optimizer: torch.optim.Optimizer, x: Tensor) -> float:
    """One step, whose loss is read at once."""
    optimizer.zero_grad()
    loss = tutorial_loss(model, x)
    loss.backward()
    optimizer.step()
    return loss.item()


def tutorial_loader() -> Any:
    """Batches of torchvision's MNIST with ToTensor."""
    from torchvision import datasets, transforms

    dataset = datasets.MNIST(str(data_folder()), train=True, transform=transforms.ToTensor())
    return torch.utils.data.DataLoader(dataset, batch_size=BATCH, shuffle=True)


def tutorial() -> Contender:
    """The loop that tutorials write: DataLoader over torchvision's MNIST with ToTensor."""
    loader, model = tutorial_loader(), TutorialVAE()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    steps = (tutorial_step(model, optimizer, x.view(-1, 784)) for _ in count() for x, _ in loader)
    return Contender(steps, model.encode, model.decode)


def resident() -> Contender:
    """The same loop with all data in one tensor, naively written."""
    x, model = torch.from_numpy(load_dataset("mnist").pixels()), TutorialVAE()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    batches = (rows for _ in count() for rows in torch.randperm(len(x)).split(BATCH))
    return Contender((tutorial_step(model, optimizer, x[rows]) for rows in batches), model.encode, model.decode)


def pythae() -> Contender:
    """Pythae's own trainer on a resident tensor, with the same network; it counts in whole epochs."""
    os.environ["TQDM_DISABLE"] = "1"
    logging.disable(logging.WARNING)
    from pythae.data.datasets import BaseDataset  # type: ignore[import-not-found]
    from pythae.models import VAE, VAEConfig  # type: ignore[import-not-found]
    from pythae.models.base.base_utils import ModelOutput  # type: ignore[import-not-found]
    from pythae.models.nn import BaseDecoder, BaseEncoder  # type: ignore[import-not-found]
    from pythae.trainers import BaseTrainer, BaseTrainerConfig  # type: ignore[import-not-found]

    class Encoder(BaseEncoder):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.latent_dim, self.parts = LATENT_DIM, TutorialVAE()
            del self.parts.fc3, self.parts.fc4

        def forward(self, x: Tensor) -> Any:
            mean, log_var = self.parts.encode(x.reshape(-1, 784))
            return ModelOutput(embedding=mean, log_covariance=log_var)

    class Decoder(BaseDecoder):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.parts = TutorialVAE()
            del self.parts.fc1, self.parts.fc21, self.parts.fc22

        def forward(self, z: Tensor) -> Any:
            return ModelOutput(reconstruction=self.parts.decode(z).reshape(-1, 1, 28, 28))

    config = VAEConfig(input_dim=(1, 28, 28), latent_dim=LATENT_DIM, reconstruction_loss="bce")
    model = VAE(config, encoder=Encoder(), decoder=Decoder())
    x = torch.from_numpy(load_dataset("mnist").pixels()).view(-1, 1, 28, 28)
    settings = BaseTrainerConfig(
        output_dir=tempfile.mkdtemp(), per_device_train_batch_size=BATCH, learning_rate=1e-3, no_cuda=True
    )
    trainer = BaseTrainer(model, BaseDataset(x, torch.zeros(len(x))), training_config=settings)
    trainer.prepare_training()
    steps = (step for epoch in count(1) for step in (trainer.train_step(epoch), *range(STEPS_AN_EPOCH - 1)))
    return Contender(steps, model.encoder.parts.encode, model.decoder.parts.decode)


def lightning() -> Contender:
    """Lightning's loop over the same loader as the tutorial's, without what it logs and keeps."""
    import lightning  # type: ignore[import-not-found]

    logging.disable(logging.WARNING)
    model = TutorialVAE()

    class Module(lightning.LightningModule):  # type: ignore[misc]
        def __init__(self, pause: Callable[[], None]) -> None:
            super().__init__()
            self.parts, self.pause = model, pause

        def training_step(self, batch: Any) -> Tensor:
            return tutorial_loss(self.parts, batch[0].view(-1, 784))

        def on_train_batch_end(self, *_: Any) -> None:
            self.pause()

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.Adam(self.parts.parameters(), lr=1e-3)

    def fit(pause: Callable[[], None]) -> None:
        without = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False}
        trainer = lightning.Trainer(accelerator="cpu", max_epochs=-1, enable_model_summary=False, **without)
        trainer.fit(Module(pause), tutorial_loader())

    return Contender(_stepwise(fit), model.encode, model.decode)


def _stepwise(fit: Callable[[Callable[[], None]], None]) -> Iterator[int]:
    """The steps of a loop that calls after each: it waits in a thread of its own until the next is asked for."""
    asked, taken = threading.Semaphore(0), threading.Semaphore(0)

    def pause() -> None:
        taken.release()
        asked.acquire()

    threading.Thread(target=fit, args=(pause,), daemon=True).start()
    for step in count():
        taken.acquire()
        yield step
        asked.release()


def explorer(n: int = 60_000, n_threads: int = 0, **changes: Any) -> Contender:
    """The explorer's own loop on n samples by repetition, a record at a time, counted in steps.

    n_threads: that its steps take; 0 lets it measure.
    """
    model = replace(EXAMPLES_VAE, **{key: changes.pop(key) for key in ("latent_dim", "hidden") if key in changes})
    state = start(replace(RUN, model=model, **changes), _repeated(load_dataset("mnist"), n))
    state.n_threads, state.has_fixed_threads = n_threads, bool(n_threads)
    vae = state.model
    assert isinstance(vae, VariationalModel)

    def encode(x: Tensor) -> tuple[Tensor, Tensor]:
        posterior = vae.posterior(x.numpy())
        return torch.from_numpy(posterior.mean), torch.from_numpy(posterior.log_var)

    return Contender(_counted(train(state)), encode, lambda z: torch.from_numpy(vae.decode(z.numpy())))


def _repeated(dataset: Dataset, n: int) -> Dataset:
    rows = np.arange(n) % len(dataset)
    return (
        dataset if n == len(dataset) else replace(dataset, samples=dataset.samples[rows], labels=dataset.labels[rows])
    )


def _counted(records: Iterator[Any]) -> Iterator[int]:
    done = 0
    for record in records:
        yield from range(record.step - done)
        done = record.step


def sweep_of_eight() -> Contender:
    """Eight members that take turns; a step is one of each."""
    betas: list[object] = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16]
    states = start_sweep(sweep_runs(RUN, {"beta": betas}), load_dataset("mnist"))
    last = (record for member, record in train_sweep(states) if member == len(states) - 1)
    return Contender(_counted(last))


def products(dtype: torch.dtype) -> Contender:
    """Nothing but the matrix products of a step, forward and backward."""
    generator = torch.Generator().manual_seed(0)
    widths = ((784, 400), (400, 40), (20, 400), (400, 784))
    triples = [
        [torch.randn(shape, generator=generator).to(dtype) for shape in ((BATCH, a), (b, a), (BATCH, b))]
        for a, b in widths
    ]

    def step() -> int:
        for place, (x, weight, gradient) in enumerate(triples):
            torch.mm(x, weight.T)
            torch.mm(gradient.T, x)
            if place:
                torch.mm(gradient, weight)
        return len(triples)

    return Contender(step() for _ in count())


CONTENDERS: dict[str, Callable[[], Contender]] = {
    "tutorial loop": tutorial,
    "resident tensor, naive": resident,
    "pythae's trainer": pythae,
    "Lightning's loop": lightning,
    "explorer, float32": explorer,
    "explorer, one thread": partial(explorer, n_threads=1),
    "explorer, bfloat16": partial(explorer, precision="bfloat16"),
    "products alone, float32": partial(products, torch.float32),
    "products alone, bfloat16": partial(products, torch.bfloat16),
    "a sweep of 8": sweep_of_eight,
    "N = 10,000": partial(explorer, n=10_000),
    "N = 600,000": partial(explorer, n=600_000),
    "K = 2": partial(explorer, latent_dim=2),
    "K = 128": partial(explorer, latent_dim=128),
    "width = 100": partial(explorer, hidden=(100,)),
    "width = 1,600": partial(explorer, hidden=(1600,)),
}


@torch.inference_mode()
def test_loss_nats(contender: Contender) -> float:
    """Negative ELBO in nats a test image, one draw of z each, the same for whoever is tested."""
    assert contender.encode is not None
    assert contender.decode is not None
    x = torch.from_numpy(load_dataset("mnist", "test").pixels())
    mean, log_var = contender.encode(x)
    noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(0))
    x_hat = contender.decode(mean + noise * torch.exp(0.5 * log_var))
    kl = -0.5 * torch.sum(1 + log_var - mean**2 - log_var.exp())
    return float((binary_cross_entropy(x_hat.float(), x, reduction="sum") + kl) / len(x))


def spent_s(contender: Contender, n_steps: int) -> float:
    """The wall time of some steps."""
    began_s = time.perf_counter()
    for _ in islice(contender.steps, n_steps):
        pass
    return time.perf_counter() - began_s


def answer(name: str) -> None:
    """Follow the orders on the standard input."""
    began_s = time.perf_counter()
    contender = CONTENDERS[name]()
    print(json.dumps(time.perf_counter() - began_s), flush=True)
    for order in sys.stdin:
        match order.split():
            case ["steps", n_steps]:
                number = spent_s(contender, int(n_steps))
            case ["test"]:
                number = test_loss_nats(contender)
            case _:
                number = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(number), flush=True)


if __name__ == "__main__":
    answer(sys.argv[1])
