"""Training on a GPU, measured in a few minutes: `python -m benchmarks gpu [--out FOLDER] [--small]`.

It needs no more than PyTorch, NumPy, SciPy, scikit-learn and Pillow, and MNIST in the data folder, compressed or not.
Each part prints its figures as they are made and adds them to gpu.json and gpu.md; one that fails says why, and the
others go on. --small measures the same parts on digits in seconds, also on a CPU.
"""

import argparse
import json
import platform
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import count, islice, pairwise
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy

from benchmarks.contenders import TutorialVAE, tutorial_step
from explorer.analysis.density import fit_sampler
from explorer.analysis.holes import compare, measure_holes
from explorer.data import Dataset, load_dataset
from explorer.models import AESpec, ConvAESpec, ConvVAESpec, CVAESpec, GMVAESpec, LinearAESpec, ModelSpec, VAESpec
from explorer.models.autoencoder import Autoencoder
from explorer.models.latent_model import VariationalModel
from explorer.models.pca import fit_pca
from explorer.models.spec import PCASpec
from explorer.training import RunSpec, TrainingState, describe_device, pick_device, start, train
from explorer.training.descent import Descent
from explorer.training.objective import Objective, drawn
from explorer.training.parts import ResidentPart
from explorer.training.state import GradientFit
from explorer.training.sweep import start_sweep, sweep_runs, train_sweep

TARGET_NATS = 105.7
LIMIT_S = 450.0
BEGAN_S = time.monotonic()
Encode = Callable[[Tensor], tuple[Tensor, Tensor]]


class Row(NamedTuple):
    """One figure: what was measured, how much, and its unit."""

    what: str
    value: float | str
    unit: str = ""


@dataclass(frozen=True)
class Scale:
    """How large everything is."""

    dataset: str = "mnist"
    model: VAESpec = VAESpec(latent_dim=20, hidden=(400,))  # noqa: RUF009 - frozen
    conv: ConvVAESpec = ConvVAESpec(latent_dim=8, hidden=(128,))  # noqa: RUF009 - frozen
    turn_s: float = 1.5
    n_turns: int = 3
    n_members: int = 16
    n_family_epochs: int = 8
    most_epochs: int = 15
    target_nats: float = TARGET_NATS

    def run(self, **changes: Any) -> RunSpec:
        """The examples' training, endless unless it is told otherwise."""
        plain = RunSpec(self.model, self.dataset, n_epochs=10_000, validation_fraction=0)
        return replace(plain, **changes)


SMALL = Scale("digits", VAESpec(2, (16,)), ConvVAESpec(2, channels=(4,)), 0.02, 1, 3, 1, 2, 30.0)
Part = Callable[[Scale, str], Iterator[Row]]


def synchronised() -> float:
    """The time once everything that was launched is done."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter()


def machine(scale: Scale, device: str) -> Iterator[Row]:
    """What it all ran on, and how long the data take to load."""
    yield Row("device", describe_device(device))
    yield Row("PyTorch", torch.__version__)
    yield Row("Python", platform.python_version())
    yield Row("CUDA", str(torch.version.cuda))
    began_s = time.perf_counter()
    load_dataset(scale.dataset)
    yield Row("reading the data set", time.perf_counter() - began_s, "s")


class Drawings(torch.utils.data.Dataset[Tensor]):
    """Images as torchvision hands them out, each drawn as a picture and made a tensor by itself."""

    def __init__(self, dataset: Dataset) -> None:
        pixels = np.rint(dataset.pixels() * 255).astype(np.uint8)
        self.images: NDArray[np.uint8] = pixels.reshape(len(dataset), *dataset.sample_shape)

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, place: int) -> Tensor:
        picture = Image.fromarray(self.images[place])
        pixels = torch.from_numpy(np.array(picture, copy=True)).unsqueeze(-1)
        return pixels.permute(2, 0, 1).contiguous().float().div(255)


def tutorial_steps(scale: Scale, model: TutorialVAE, device: str, n_workers: int = 0) -> Iterator[object]:
    """The loop that tutorials write, on the device."""
    loader = torch.utils.data.DataLoader(
        Drawings(load_dataset(scale.dataset)),
        batch_size=128,
        shuffle=True,
        num_workers=n_workers,
        pin_memory=device == "cuda",
        persistent_workers=n_workers > 0,
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for _ in count():
        for x in loader:
            yield tutorial_step(model, optimizer, x.to(device).flatten(1))


def resident_steps(scale: Scale, model: TutorialVAE, device: str) -> Iterator[object]:
    """The same loop on one resident tensor, naively written."""
    x = torch.from_numpy(load_dataset(scale.dataset).pixels()).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for _ in count():
        for rows in torch.randperm(len(x), device=device).split(128):
            yield tutorial_step(model, optimizer, x[rows])


def explorer_steps(run: RunSpec, device: str, *, captured: bool = True) -> Iterator[object]:
    """The explorer's own loop, counted in steps."""
    state, done = start(run, load_dataset(run.dataset), device), 0
    for record in train(state, captured=captured):
        yield from range(record.step - done)
        done = record.step


def n_pixels(scale: Scale) -> int:
    """Pixels of one sample."""
    return int(load_dataset(scale.dataset).samples[0].size)


def steps_a_second(steps: Iterator[object], turn_s: float) -> float:
    """The pace over one turn."""
    began_s, n = synchronised(), 0
    while time.perf_counter() - began_s < turn_s:
        n += len(list(islice(steps, 8)))
    return n / (synchronised() - began_s)


def speed(scale: Scale, device: str) -> Iterator[Row]:
    """Epochs a minute of every loop, taking turns on the same device."""
    run = scale.run()
    loops = {
        "tutorial loop": tutorial_steps(scale, TutorialVAE(n_pixels(scale)).to(device), device),
        "tutorial loop, one worker": tutorial_steps(scale, TutorialVAE(n_pixels(scale)).to(device), device, 1),
        "resident tensor, naive": resident_steps(scale, TutorialVAE(n_pixels(scale)).to(device), device),
        "explorer, uncaptured": explorer_steps(run, device, captured=False),
        "explorer, captured": explorer_steps(run, device),
        "explorer, bfloat16, captured": explorer_steps(replace(run, precision="bfloat16"), device),
    }
    steps_an_epoch = -(-len(load_dataset(scale.dataset)) // 128)
    for steps in loops.values():
        steps_a_second(steps, scale.turn_s)
    turns = [{name: steps_a_second(steps, scale.turn_s) for name, steps in loops.items()} for _ in range(scale.n_turns)]
    paces = {name: median(turn[name] for turn in turns) for name in loops}
    for name, pace in paces.items():
        yield Row(name, 60 * pace / steps_an_epoch, "epochs per minute")
        yield Row(f"{name}, beside the tutorial loop", pace / paces["tutorial loop"], "times")
    with tf32():
        steps = explorer_steps(run, device)
        steps_a_second(steps, scale.turn_s)
        pace = median(steps_a_second(steps, scale.turn_s) for _ in range(scale.n_turns))
    yield Row("explorer, captured, TF32 products", 60 * pace / steps_an_epoch, "epochs per minute")


class tf32:  # noqa: N801 - a context, used as one
    """Products with mantissas of 10 bits while it lasts."""

    def __enter__(self) -> None:
        torch.set_float32_matmul_precision("high")

    def __exit__(self, *_: object) -> None:
        torch.set_float32_matmul_precision("highest")


def capture(scale: Scale, device: str) -> Iterator[Row]:
    """Whether steps are captured, and whether captured steps give the very weights of steps that are not."""
    run = scale.run(n_epochs=1)
    states = [start(run, load_dataset(scale.dataset), device) for _ in range(3)]
    for state, captured in zip(states, (True, True, False), strict=True):
        began_s = synchronised()
        list(train(state, captured=captured))
        yield Row(f"one epoch from the start, {state.execution}", synchronised() - began_s, "s")
    yield Row("the same seed twice: largest difference of a weight", apart(states[0], states[1]))
    yield Row("captured and not: largest difference of a weight", apart(states[0], states[2]))


def apart(one: TrainingState, other: TrainingState) -> float:
    """The largest difference between two states' weights."""
    pairs = zip(learned(fit_of(one).network), learned(fit_of(other).network), strict=True)
    return max(float((a - b).detach().abs().max()) for a, b in pairs)


def learned(network: nn.Module) -> Iterator[Tensor]:
    """All parameters but biases that batch normalisation takes away again.

    Their gradient is 0 but for rounding, which Adam divides by its own size: they wander by whole steps, without any
    effect, and differently at every order of summation.
    """
    layers = pairwise(network.modules())
    idle = {id(layer.bias) for layer, after in layers if isinstance(after, nn.BatchNorm2d)}
    yield from (parameter for parameter in network.parameters() if id(parameter) not in idle)


def fit_of(state: TrainingState) -> GradientFit:
    """What gradient descent carries; there is one for every family but those in closed form."""
    assert state.fit is not None
    return state.fit


FAMILIES: dict[str, ModelSpec] = {
    "linear_ae": LinearAESpec(3),
    "ae, classifier, noise": AESpec(3, (16,), corruption="gaussian", classifier_weight=0.3),
    "ae, k-sparse": AESpec(6, (16,), sparsity="k_sparse", sparse_units=2),
    "ae, KL-sparse": AESpec(6, (), code_activation="sigmoid", sparsity="kl"),
    "ae, contractive": AESpec(3, (16,), contraction=0.1),
    "conv_ae, batch norm": ConvAESpec(3, channels=(4,), batch_norm="yes"),
    "vae, warm-up, dynamic binarisation": VAESpec(3, (16,), warm_up=2, binarisation="dynamic"),
    "vae, gaussian, free bits": VAESpec(3, (16,), likelihood="gaussian", free_bits=0.1),
    "conv_vae, nearest": ConvVAESpec(3, channels=(4,), upsampling="nearest"),
    "cvae": CVAESpec(3, (16,)),
    "gmvae, pretraining": GMVAESpec(2, (16,), pretraining=2, n_components=3),
}


def families(scale: Scale, device: str) -> Iterator[Row]:
    """Each family on digits: whether it is captured, and how far captured weights are from those that are not."""
    dataset = load_dataset("digits")
    for name, spec in FAMILIES.items():
        run = RunSpec(spec, "digits", scale.n_family_epochs, batch_size=200, schedule="cosine")
        states = [start(run, dataset, device) for _ in range(2)]
        for state, captured in zip(states, (True, False), strict=True):
            list(train(state, captured=captured))
        yield Row(f"{name}: {states[0].execution}; from uncaptured weights", apart(*states), "at most")


def race(scale: Scale, device: str) -> Iterator[Row]:
    """Seconds of training until the test loss is low enough, looked at after each epoch."""
    for precision in ("float32", "bfloat16"):
        state = start(scale.run(precision=precision), load_dataset(scale.dataset), device)
        assert isinstance(state.model, VariationalModel)
        epochs = (record.step for record in train(state) if record.is_epoch_end)
        yield from raced(scale, f"explorer, {precision}", epochs, partial(loss_of, state.model))


def loss_of(vae: VariationalModel, x: Tensor) -> float:
    """Negative ELBO in nats an image."""
    posterior = vae.posterior(x.numpy())
    mean, log_var = torch.from_numpy(posterior.mean), torch.from_numpy(posterior.log_var)
    return elbo_nats(x, lambda _: (mean, log_var), lambda z: torch.from_numpy(vae.decode(z.numpy())))


def tutorial_race(scale: Scale, device: str) -> Iterator[Row]:
    """The same for the tutorial loop, which takes longest and therefore comes last."""
    model = TutorialVAE(n_pixels(scale)).to(device)
    steps, steps_an_epoch = tutorial_steps(scale, model, device), -(-len(load_dataset(scale.dataset)) // 128)
    epochs = (1 for _ in count() if list(islice(steps, steps_an_epoch)))

    def loss(x: Tensor) -> float:
        return elbo_nats(x.to(device), model.encode, model.decode)

    yield from raced(scale, "tutorial loop", epochs, loss)


def raced(scale: Scale, name: str, epochs: Iterator[int], loss: Callable[[Tensor], float]) -> Iterator[Row]:
    """The time to the loss that is wanted, and the loss at the end."""
    x, spent_s, losses = torch.from_numpy(load_dataset(scale.dataset, "test").pixels()), 0.0, [float("inf")]
    while losses[-1] > scale.target_nats and len(losses) <= scale.most_epochs and time.monotonic() < BEGAN_S + LIMIT_S:
        began_s = synchronised()
        next(epochs)
        spent_s += synchronised() - began_s
        with torch.inference_mode():
            losses.append(loss(x))
    told = spent_s if losses[-1] <= scale.target_nats else f"not in {spent_s:.1f}"
    yield Row(f"{name}: training until the test loss is {scale.target_nats} nats", told, "s")
    yield Row(f"{name}: test loss after {len(losses) - 1} epochs", losses[-1], "nats")


def elbo_nats(x: Tensor, encode: Encode, decode: Callable[[Tensor], Tensor]) -> float:
    """Negative ELBO in nats an image with one draw of z each, always the same."""
    mean, log_var = encode(x)
    noise = torch.randn(mean.shape, generator=torch.Generator().manual_seed(0)).to(mean.device)
    x_hat = decode(mean + noise * torch.exp(0.5 * log_var)).float().clamp(0, 1)
    kl = -0.5 * torch.sum(1 + log_var - mean**2 - log_var.exp())
    return float((binary_cross_entropy(x_hat, x, reduction="sum") + kl) / len(x))


def sweep(scale: Scale, device: str) -> Iterator[Row]:
    """All members of a sweep over beta against one run, wall time and memory; the first epoch does not count."""
    for precision in ("float32", "bfloat16"):
        yield from swept(scale, device, precision)
    with tf32():
        yield from swept(scale, device, "float32", ", TF32 products")


def swept(scale: Scale, device: str, precision: str, note: str = "") -> Iterator[Row]:
    """Seconds of an epoch of one run and of a stack, and their ratio."""
    dataset, run = load_dataset(scale.dataset), scale.run(n_epochs=4, precision=precision)
    runs = sweep_runs(run, {"beta": list(np.geomspace(0.1, 10, scale.n_members))})
    states = start_sweep(runs, dataset, device)
    stack_s, peak = epoch_s(states, stacks=True)
    alone = (start(run, dataset, device),)
    alone_s, peak_alone = epoch_s(alone)
    name = f"{precision}{note}"
    yield Row(f"one run, {name}", alone_s, "s per epoch")
    yield Row(f"{scale.n_members} members, {name}, {states[0].execution}", stack_s, "s per epoch")
    yield Row(f"{scale.n_members} members beside one run, {name}", stack_s / alone_s, "times")
    yield Row(f"most GPU memory, one run, {name}", peak_alone, "MiB")
    yield Row(f"most GPU memory, {scale.n_members} members, {name}", peak, "MiB")


def epoch_s(states: tuple[TrainingState, ...], *, stacks: bool = False) -> tuple[float, float]:
    """Seconds of an epoch after the first one, and the most memory that was allocated, in MiB."""
    is_cuda = states[0].device.type == "cuda"
    if is_cuda:
        torch.cuda.reset_peak_memory_stats()
    marks = [synchronised()]
    for member, record in train_sweep(states, stacks):
        if member == len(states) - 1 and record.is_epoch_end:
            marks.append(synchronised())
    return (marks[-1] - marks[1]) / (len(marks) - 2), torch.cuda.max_memory_allocated() / 2**20 if is_cuda else 0.0


def sweep_agreement(scale: Scale, device: str) -> Iterator[Row]:
    """How far the losses of stacked members are from those of the same runs alone, after two epochs."""
    dataset = load_dataset(scale.dataset)
    runs = sweep_runs(scale.run(n_epochs=2), {"beta": [0.5, 4.0], "seed": [0, 1]})
    last: dict[int, float] = {}
    for member, record in train_sweep(start_sweep(runs, dataset, device), stacks=True):
        last[member] = record.loss
    alone = [list(train(start(run, dataset, device)))[-1].loss for run in runs]
    worst = max(abs(last[member] - loss) / loss for member, loss in enumerate(alone))
    yield Row("largest relative difference of the last loss, stacked and alone", worst)
    yield Row("the same between two seeds alone", abs(alone[0] - alone[1]) / alone[0])


def convolutions(scale: Scale, device: str) -> Iterator[Row]:
    """Epochs a minute of a convolutional VAE."""
    steps_an_epoch = -(-len(load_dataset(scale.dataset)) // 128)
    for precision, captured in (("float32", False), ("float32", True), ("bfloat16", True)):
        steps = explorer_steps(scale.run(model=scale.conv, precision=precision), device, captured=captured)
        steps_a_second(steps, scale.turn_s)
        pace = median(steps_a_second(steps, scale.turn_s) for _ in range(scale.n_turns))
        name = f"conv VAE, {precision}, {'captured' if captured else 'uncaptured'}"
        yield Row(name, 60 * pace / steps_an_epoch, "epochs per minute")


def closed_forms(scale: Scale, _: str) -> Iterator[Row]:
    """PCA, which the CPU fits."""
    dataset = load_dataset(scale.dataset)
    samples, times_s = dataset.samples.reshape(len(dataset), -1), []
    for _turn in range(scale.n_turns):
        began_s = time.perf_counter()
        fit_pca(samples, dataset.sample_shape, PCASpec(2))
        times_s.append(time.perf_counter() - began_s)
    yield Row("PCA fit, on the CPU", median(times_s), "s")


def holes(scale: Scale, device: str) -> Iterator[Row]:
    """Coding all samples, decoding them, and all hole numbers of a plane, which the CPU counts."""
    dataset, test = load_dataset(scale.dataset), load_dataset(scale.dataset, "test")
    state = start(scale.run(model=replace(scale.model, latent_dim=2), n_epochs=3), dataset, device)
    list(train(state))
    assert isinstance(state.model, Autoencoder)
    for _turn in range(2):
        began_s = time.perf_counter()
        codes = state.model.encode(dataset.pixels())
        encoded_s = time.perf_counter()
        state.model.decode(codes)
        decoded_s = time.perf_counter()
    yield Row(f"encoding {len(dataset):,} samples, from and to NumPy", encoded_s - began_s, "s")
    yield Row(f"decoding {len(dataset):,} codes, from and to NumPy", decoded_s - encoded_s, "s")
    began_s = time.perf_counter()
    held_out = state.model.encode(test.pixels())
    list(measure_holes(compare(codes, held_out, fit_sampler("gaussian", codes, 0), 0)))
    yield Row("all hole numbers of a plane, on the CPU", time.perf_counter() - began_s, "s")


def equality(scale: Scale, device: str) -> Iterator[Row]:
    """50 steps of Adam on the device and on the CPU, given the same batches and the same noise, drawn on the CPU.

    Two devices draw other numbers from one seed, so the draws are made once and copied; what is compared is all the
    rest of a step: network, loss, gradient and Adam.
    """
    for double in (False, True):
        losses = {name: followed(scale, name, double) for name in dict.fromkeys(("cpu", device))}
        (cpu, own) = losses["cpu"], losses[device]
        worst = max(abs(a - b) / abs(a) for a, b in zip(cpu[0], own[0], strict=True))
        kind = "float64" if double else "float32"
        yield Row(f"{kind}: largest relative difference of 50 losses", worst)
        yield Row(f"{kind}: largest difference of a weight", float((cpu[1] - own[1]).abs().max()))


def followed(scale: Scale, device: str, double: bool) -> tuple[list[float], Tensor]:
    """The losses of 50 steps on given batches, and the weights after them."""
    dataset, generator = load_dataset(scale.dataset), torch.Generator().manual_seed(0)
    dtype = torch.float64 if double else torch.float32
    fit = fit_of(start(scale.run(), dataset, device))
    fit.network.to(dtype)
    x = torch.from_numpy(dataset.pixels()).to(dtype)
    objective, losses = Objective(fit.spec, fit.network, "float32"), []
    weights = torch.tensor([1.0, 0.0], device=device)
    for rows in torch.randperm(len(x), generator=generator).repeat(50)[: 50 * 128].split(128):
        inputs = drawn(fit.spec, ResidentPart(x).gathered(rows), generator)
        loss, _ = objective(**{name: value.to(device) for name, value in inputs.items()}, weights=weights)
        fit.optimizer.zero_grad()
        loss.backward()
        fit.optimizer.step()
        losses.append(loss.item())
    return losses, torch.cat([value.detach().double().cpu().flatten() for value in fit.network.parameters()])


def kernels(scale: Scale, device: str) -> Iterator[Row]:
    """What the device does in a step that is not captured: launches, time, and what takes most of it."""
    dataset, runs = load_dataset(scale.dataset), sweep_runs(scale.run(), {"seed": list(range(scale.n_members))})
    for states in ((start(runs[0], dataset, device),), start_sweep(runs, dataset, device)):
        descent = Descent(states, [fit_of(state) for state in states], captured=False)
        for _turn in range(8):
            descent.advance()
        with torch.profiler.profile() as profile:
            for _turn in range(8):
                descent.advance()
            synchronised()
        yield from profiled(profile, f"{len(states)} members" if descent.stack else "one run")


def profiled(profile: torch.profiler.profile, name: str) -> Iterator[Row]:
    """The averages of 8 steps."""
    events = [
        event
        for event in profile.key_averages()
        # The optimiser notes its own span beside its kernels.
        if str(event.device_type).endswith("CUDA") and not event.key.startswith("Optimizer.")
    ]
    yield Row(f"{name}: kernels in a step", sum(event.count for event in events) / 8)
    yield Row(f"{name}: time of all kernels", sum(event.self_device_time_total for event in events) / 8, "µs per step")
    for event in sorted(events, key=lambda event: -event.self_device_time_total)[:14]:
        yield Row(f"{name}: {event.count / 8:g} × {event.key[:100]}", event.self_device_time_total / 8, "µs per step")


PARTS: dict[str, Part] = {
    "machine": machine,
    "capture": capture,
    "speed": speed,
    "sweep": sweep,
    "race": race,
    "equality with the CPU": equality,
    "families": families,
    "stack": sweep_agreement,
    "convolutions": convolutions,
    "kernels": kernels,
    "holes": holes,
    "closed forms": closed_forms,
    "race of the tutorial loop": tutorial_race,
}


def measured(part: Part, scale: Scale, device: str) -> Iterator[Row]:
    """The rows of one part, and why it stopped where it did."""
    began_s = time.perf_counter()
    try:
        yield from part(scale, device)
    except Exception as error:  # noqa: BLE001 - whatever breaks one part, the others are measured
        traceback.print_exc()
        yield Row("stopped", f"{type(error).__name__}: {error}".splitlines()[0])
    yield Row("all of this part", time.perf_counter() - began_s, "s")


def text(row: Row) -> str:
    """A figure with three or four digits and its unit."""
    value = row.value if isinstance(row.value, str) else f"{row.value:.4g}"
    return f"{value} {row.unit}".strip()


def section(results: dict[str, list[Row]]) -> str:
    """All results as Markdown."""
    lines = ["## gpu", ""]
    for name, rows in results.items():
        lines += [f"| {name} | measured |", "|---|---|", *(f"| {row.what} | {text(row)} |" for row in rows), ""]
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Measure every part, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks gpu", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], default=[], help="all unless some are named")
    parser.add_argument("--out", type=Path, default=Path("gpu-results"), help="folder of gpu.json and gpu.md")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, ...")
    parser.add_argument("--small", action="store_true", help="in seconds, on digits")
    given = parser.parse_args(arguments)
    device, scale = str(pick_device(given.device)), SMALL if given.small else Scale()
    given.out.mkdir(parents=True, exist_ok=True)
    results: dict[str, list[Row]] = {}
    for name in given.parts or PARTS:
        print(f"\n{name}", flush=True)
        for row in measured(PARTS[name], scale, device):
            print(f"  {row.what}: {text(row)}", flush=True)
            results.setdefault(name, []).append(row)
            (given.out / "gpu.json").write_text(json.dumps(results), encoding="utf-8")
        (given.out / "gpu.md").write_text(section(results), encoding="utf-8")
