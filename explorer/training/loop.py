"""Training as a generator of records: whoever drains it decides what to do with them and when to stop."""

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.data.dataset import Dataset
from explorer.errors import TrainingError
from explorer.models.autoencoder import Autoencoder, build_autoencoder
from explorer.models.closed_form import fit_closed_form
from explorer.models.foreign_spec import ForeignSpec
from explorer.models.latent_model import Array
from explorer.models.networks import NetworkSpec, has_classifier, has_penalty, is_batch_normalised
from explorer.models.pca import PCA
from explorer.models.ppca import PPCA
from explorer.models.spec import CLOSED_FORM, CVAESpec, GMVAESpec, ModelSpec, PCASpec, PPCASpec, VAESpec
from explorer.training.codes import codes_of, decoded
from explorer.training.descent import Descent
from explorer.training.devices import memory_bytes, pick_device
from explorer.training.memory import fits_into
from explorer.training.objective import loss_weights
from explorer.training.parts import Part, ResidentPart, StreamedPart
from explorer.training.record import Record
from explorer.training.replay import grid_images, snapshot_rows, snapshot_steps
from explorer.training.run_spec import RunSpec
from explorer.training.state import GradientFit, TrainingState, adam
from explorer.training.threads import Take, chosen_threads
from explorer.training.validation import validate

RECORDS_PER_EPOCH = 32
Samples = tuple[Array, NDArray[np.int64]]

# The moments of pixels that are nearly always black decay into denormal numbers, on which a CPU is many times slower.
# Threads take the setting from the one that starts them, so it comes before PyTorch's first parallel work.
torch.set_flush_denormal(True)


def start(run: RunSpec, dataset: Dataset, device: str = "auto", beside: TrainingState | None = None) -> TrainingState:
    """A run at step 0 on the train split of its data set; raises TrainingError, SpecError.

    beside: a run on the same part of the same data set, whose resident data this one shares.
    """
    if dataset.name != run.dataset or dataset.split != "train":
        raise TrainingError(
            f"The run wants the train split of {run.dataset}, but was given {dataset.split} of {dataset.name}."
        )
    _check_output(run.model, dataset)
    train_rows, validation_rows = split_rows(len(dataset), run.validation_fraction)
    picked = pick_device(device)
    if isinstance(run.model, ForeignSpec):
        raise TrainingError("A model that was made elsewhere cannot be trained here; choose a family of the explorer.")
    if isinstance(run.model, CLOSED_FORM):
        fitted, fit_s = _fitted(run.model, dataset, train_rows)
        return TrainingState(run, dataset, torch.device("cpu"), train_rows, validation_rows, fitted, None, fit_s=fit_s)
    _check_labels(run.model, dataset)
    _check_components(run.model, len(train_rows))
    _check_batches(run.model, run.batch_size, len(train_rows))
    shared = (beside.fit.train, beside.fit.validation) if beside and beside.fit else (None, None)
    with _memory_refused(run, picked):
        train_part = _part(run.model, dataset, train_rows, picked, shared[0])
        validation_part = _part(run.model, dataset, validation_rows, picked, shared[1])
        data_mean, n_classes = train_part.mean(), len(dataset.class_names)
        autoencoder = build_autoencoder(run.model, dataset.sample_shape, run.seed, data_mean, n_classes)
        fit = _gradient_fit(run, autoencoder, train_part, validation_part, picked)
    return TrainingState(run, dataset, picked, train_rows, validation_rows, autoencoder, fit)


def _check_output(model: ModelSpec, dataset: Dataset) -> None:
    if isinstance(model, (*CLOSED_FORM, ForeignSpec)) or dataset.samples.dtype == np.uint8:
        return
    low, high = float(dataset.samples.min(initial=0)), float(dataset.samples.max(initial=1))
    if model.output != "identity" and (low < 0 or high > 1):
        cure = "output=identity and likelihood=gaussian" if isinstance(model, VAESpec) else "output=identity"
        raise TrainingError(
            f"{dataset.name} has values from {low:.3g} to {high:.3g}, but output={model.output} gives values from 0 to "
            f"1 only; choose {cure}."
        )


def _fitted(spec: PCASpec | PPCASpec, dataset: Dataset, rows: NDArray[np.int64]) -> tuple[PCA | PPCA, float]:
    """A model in closed form, fitted at once, and the seconds that it took."""
    samples, began = dataset.samples[rows].reshape(len(rows), -1), time.perf_counter()
    return fit_closed_form(samples, dataset.sample_shape, spec), time.perf_counter() - began


def _check_labels(model: ModelSpec, dataset: Dataset) -> None:
    if not wants_labels(model) or len(dataset.class_names) < 2:
        return
    low, high = int(dataset.labels.min(initial=0)), int(dataset.labels.max(initial=0))
    if low < 0 or high >= len(dataset.class_names):
        raise TrainingError(
            f"{dataset.name} has labels from {low} to {high}, but {len(dataset.class_names)} classes, counted from 0; "
            "mend the labels or choose a family that needs none."
        )


def wants_labels(model: ModelSpec) -> bool:
    """Whether training a model takes the labels of its samples."""
    return isinstance(model, CVAESpec) or (not isinstance(model, (*CLOSED_FORM, ForeignSpec)) and has_classifier(model))


def _check_components(model: ModelSpec, n_samples: int) -> None:
    if isinstance(model, GMVAESpec) and model.n_components > n_samples:
        raise TrainingError(
            f"A mixture of {model.n_components} components cannot be fitted to {n_samples} samples; choose fewer "
            "components or more samples."
        )


def _check_batches(model: NetworkSpec, batch_size: int, n_samples: int) -> None:
    if is_batch_normalised(model) and min(batch_size, n_samples) < 2:
        raise TrainingError(
            f"Batch normalisation needs two samples in a batch, but the batches are of {batch_size} from "
            f"{n_samples} samples; choose larger batches or batch_norm=no."
        )


@contextmanager
def _memory_refused(run: RunSpec, device: torch.device) -> Iterator[None]:
    """Put a device's memory that is too small into one sentence, a TrainingError."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise TrainingError(
            f"The memory of {device} is too small for this model in batches of {run.batch_size}; "
            "choose a smaller batch, narrower layers, or the CPU."
        ) from error


def _part(
    model: ModelSpec, dataset: Dataset, rows: NDArray[np.int64], device: torch.device, shared: Part | None
) -> Part:
    """A part of a data set, on the device where it has room, and where those samples of another run may lie already."""
    labels = torch.from_numpy(dataset.labels[rows]).to(device) if wants_labels(model) else None
    if not fits_into(len(dataset), dataset.n_pixels, memory_bytes(device)):
        return StreamedPart(dataset, rows, device, labels)
    if isinstance(shared, ResidentPart):
        return ResidentPart(shared.x, labels)
    return ResidentPart(torch.from_numpy(dataset.pixels(rows)).to(device), labels)


def split_rows(n_samples: int, validation_fraction: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows for training and for validation; the same for every run, so that runs can be compared."""
    shuffled = np.random.default_rng(0).permutation(n_samples)
    n_validation = round(n_samples * validation_fraction)
    return np.sort(shuffled[n_validation:]), np.sort(shuffled[:n_validation])


def train(state: TrainingState, *, captured: bool = True) -> Iterator[Record]:
    """Go on from `state.step` to the end, a record now and then; to stop is not to ask for the next.

    captured: whether a GPU replays its steps as CUDA graphs, where it can.
    Raises TrainingError when the loss is no longer finite or the device's memory is too small; the state then holds
    the last good parameters, and after a divergence Adam's moments begin anew.
    """
    if state.fit is None:
        yield from _closed_form(state)
        return
    for (outcome,) in descend((state,), (state.fit,), captured=captured):
        if isinstance(outcome, TrainingError):
            raise outcome
        yield outcome


def _closed_form(state: TrainingState) -> Iterator[Record]:
    if state.step:
        return
    state.step = 1
    error = _mean_sse(state, state.train_rows)
    validation_error = _mean_sse(state, state.validation_rows) if len(state.validation_rows) else None
    yield Record(
        step=1,
        n_steps=1,
        epoch=1.0,
        is_epoch_end=True,
        loss=error,
        reconstruction=error,
        kl=None,
        elapsed_s=state.fit_s,
        samples_per_s=len(state.train_rows) / state.fit_s,
        validation_loss=validation_error,
        validation_reconstruction=validation_error,
        **_snapshot(state, _snapshot_samples(state)),
    )


def _mean_sse(state: TrainingState, rows: NDArray[np.int64]) -> float:
    x = state.dataset.pixels(rows)
    x_hat = decoded(state.model, codes_of(state.model, x, state.dataset.labels[rows]), state.dataset.labels[rows])
    return float(np.square(x - x_hat).sum(axis=1).mean())


def _snapshot_samples(state: TrainingState) -> Samples:
    rows = snapshot_rows(len(state.dataset))
    return state.dataset.pixels(rows), state.dataset.labels[rows]


def _snapshot(state: TrainingState, samples: Samples) -> dict[str, Any]:
    codes = codes_of(state.model, *samples)
    return {"snapshot": codes, "snapshot_images": grid_images(state.model, codes)}


def _gradient_fit(
    run: RunSpec, autoencoder: Autoencoder, train: Part, validation: Part, device: torch.device
) -> GradientFit:
    network = autoencoder.network.to(device)
    rate = torch.tensor(run.learning_rate, device=device) if device.type == "cuda" else run.learning_rate
    optimizer = adam([(list(network.parameters()), rate)], run.weight_decay)
    generator = torch.Generator(device).manual_seed(run.seed)
    order = torch.empty(0, dtype=torch.int64, device=device)
    return GradientFit(autoencoder.spec, network, optimizer, generator, order, train, validation)


@dataclass(frozen=True)
class Clock:
    """When and at which step the records' times begin."""

    began_s: float
    first_step: int


def descend(
    states: Sequence[TrainingState],
    fits: Sequence[GradientFit],
    clock: Clock | None = None,
    *,
    captured: bool = True,
) -> Iterator[tuple[Record | TrainingError, ...]]:
    """Go on with runs that stand at the same step: now and then a record of each, or why it cannot go on.

    More than one are a stack. It ends with the first that cannot go on. Raises TrainingError when the device's memory
    is too small.
    """
    clock = clock or Clock(time.perf_counter(), states[0].step)
    refused = _memory_refused(states[0].run, states[0].device)
    with refused, closing(Descent(states, fits, captured=captured)) as descent, chosen_threads(states[0]) as take:
        yield from _records(descent, clock, take)


def _records(descent: Descent, clock: Clock, take: Take) -> Iterator[tuple[Record | TrainingError, ...]]:
    state, last_step = descent.states[0], descent.step
    due = snapshot_steps(state.n_steps)
    _keep_parameters(descent)
    while state.step < state.n_steps:
        take(descent.advance)
        if not (state.records_every_step or _is_record_step(state) or state.step in due):
            continue
        means = (descent.sums / (state.step - last_step)).tolist()
        failures = _failures(descent, means)
        if not any(failures):
            _keep_parameters(descent)
        descent.sums.zero_()
        last_step = max(own.step for own in descent.states)
        for own in descent.states:
            own.execution = descent.execution
        samples = _snapshot_samples(state) if last_step in due else None
        yield tuple(
            failure or _record(own, fit, mean, clock, samples)
            for own, fit, mean, failure in zip(descent.states, descent.fits, means, failures, strict=True)
        )
        if any(failures):
            return


def _samples_seen(state: TrainingState, step: int) -> int:
    n_epochs, position = divmod(step, state.steps_per_epoch)
    return n_epochs * len(state.train_rows) + position * state.run.batch_size


def _is_record_step(state: TrainingState) -> bool:
    every = max(1, state.steps_per_epoch // RECORDS_PER_EPOCH)
    return state.step % every == 0 or state.step % state.steps_per_epoch == 0


def _failures(descent: Descent, means: list[list[float]]) -> list[TrainingError | None]:
    """For each run why it cannot go on, else None; what failed goes back to parameters with a known loss."""
    # Both, since a finite loss may have had a gradient that was not; a sum is finite where all its terms are.
    sums = [
        tensor.detach().reshape(len(means), -1).sum(dim=1, dtype=torch.float32) for tensor in descent.tensors.values()
    ]
    are_finite = torch.stack(sums).isfinite().all(dim=0).tolist()
    return [
        None if is_finite and math.isfinite(mean[0]) else _undone(state, fit)
        for state, fit, is_finite, mean in zip(descent.states, descent.fits, are_finite, means, strict=True)
    ]


def _undone(state: TrainingState, fit: GradientFit) -> TrainingError:
    # Not the newest: nobody knows a loss of those parameters that was finite.
    failed_at, (state.step, parameters) = state.step, state.kept[0]
    fit.network.load_state_dict(parameters)
    # What is not finite would stay so in Adam's moments, and spoil the parameters again at the next step.
    for moments in fit.optimizer.state.values():
        moments.update({name: torch.zeros_like(moment) for name, moment in moments.items()})
    return TrainingError(
        f"The loss or a weight is no finite number at step {failed_at}: the training diverged at learning rate "
        f"{state.run.learning_rate:g}; try a tenth of it."
    )


def _keep_parameters(descent: Descent) -> None:
    kept = (tensor.detach().clone().unbind() for tensor in descent.tensors.values())
    for state, own in zip(descent.states, zip(*kept, strict=True), strict=True):
        state.kept.append((state.step, dict(zip(descent.tensors, own, strict=True))))


def _record(
    state: TrainingState, fit: GradientFit, means: list[float], clock: Clock, samples: Samples | None
) -> Record:
    elapsed_s = time.perf_counter() - clock.began_s
    n_samples = _samples_seen(state, state.step) - _samples_seen(state, clock.first_step)
    is_epoch_end = state.step % state.steps_per_epoch == 0
    validation = _validation(state, fit) if is_epoch_end and len(fit.validation) else {}
    return Record(
        step=state.step,
        n_steps=state.n_steps,
        epoch=state.epoch,
        is_epoch_end=is_epoch_end,
        loss=means[0],
        reconstruction=means[1],
        kl=means[2] if isinstance(fit.spec, VAESpec) else None,
        classification=means[3] if has_classifier(fit.spec) else None,
        penalty=means[4] if has_penalty(fit.spec) else None,
        elapsed_s=elapsed_s,
        samples_per_s=n_samples / elapsed_s,
        **validation,
        **(_snapshot(state, samples) if samples else {}),
    )


def _validation(state: TrainingState, fit: GradientFit) -> dict[str, Any]:
    weights = loss_weights(fit.spec, fit.validation.n_pixels, state.epoch)
    draws = state.step >= state.pretraining_steps
    return validate(fit.spec, fit.network, fit.validation, weights, draws=draws)
