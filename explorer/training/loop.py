"""Training as a generator of records: whoever drains it decides what to do with them and when to stop."""

import math
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.data.dataset import Dataset
from explorer.errors import TrainingError
from explorer.models.autoencoder import Autoencoder, Batch, build_autoencoder, loss_terms
from explorer.models.closed_form import fit_closed_form
from explorer.models.latent_model import LatentModel
from explorer.models.networks import (
    AutoencoderNetwork,
    NetworkSpec,
    has_classifier,
    has_penalty,
    is_batch_normalised,
)
from explorer.models.objectives import LossTerms, total_loss
from explorer.models.spec import CLOSED_FORM, CVAESpec, GMVAESpec, ModelSpec, VAESpec
from explorer.training.codes import codes_of, decoded
from explorer.training.devices import pick_device
from explorer.training.mixture import fit_mixture
from explorer.training.objective import gathered, loss_weights, noisy_batch
from explorer.training.record import Record
from explorer.training.replay import grid_images, snapshot_rows, snapshot_steps
from explorer.training.run_spec import RunSpec
from explorer.training.validation import validate

RECORDS_PER_EPOCH = 32
# Loss, reconstruction, KL, classification, penalty.
N_TERMS = 5

# The moments of pixels that are nearly always black decay into denormal numbers, on which a CPU is many times slower.
# Threads take the setting from the one that starts them, so it comes before PyTorch's first parallel work.
torch.set_flush_denormal(True)


@dataclass(eq=False)
class GradientFit:
    """What gradient descent carries from step to step; data rest on the device as one tensor each.

    train, validation: clean samples as input and target, and labels where the model wants them.
    """

    spec: NetworkSpec
    network: AutoencoderNetwork
    optimizer: torch.optim.Adam
    generator: torch.Generator
    order: Tensor
    train: Batch
    validation: Batch


@dataclass(eq=False)
class TrainingState:
    """A run in progress; `train` goes on from `step`, and `model` can be used at any time.

    kept: the steps and parameters of the last two records, so that a divergence can be undone;
    fit_s: seconds of a fit in closed form.
    """

    run: RunSpec
    dataset: Dataset
    device: torch.device
    train_rows: NDArray[np.int64]
    validation_rows: NDArray[np.int64]
    model: LatentModel
    fit: GradientFit | None
    step: int = 0
    fit_s: float = 0.0
    kept: deque[tuple[int, dict[str, Tensor]]] = field(default_factory=lambda: deque(maxlen=2))

    @property
    def steps_per_epoch(self) -> int:
        """Batches in one pass; the last may be smaller."""
        return 1 if self.fit is None else math.ceil(len(self.train_rows) / self.run.batch_size)

    @property
    def n_steps(self) -> int:
        """Steps of the whole run."""
        return 1 if self.fit is None else self.steps_per_epoch * self.run.n_epochs

    @property
    def epoch(self) -> float:
        """Passes over the training part so far."""
        return self.step / self.steps_per_epoch


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
    if isinstance(run.model, CLOSED_FORM):
        samples, began = dataset.samples[train_rows].reshape(len(train_rows), -1), time.perf_counter()
        fitted = fit_closed_form(samples, dataset.sample_shape, run.model)
        fit_s = time.perf_counter() - began
        return TrainingState(run, dataset, torch.device("cpu"), train_rows, validation_rows, fitted, None, fit_s=fit_s)
    _check_labels(run.model, dataset)
    _check_components(run.model, len(train_rows))
    if beside is None or beside.fit is None:
        train_part = _resident(run.model, dataset, train_rows, picked)
        validation_part = _resident(run.model, dataset, validation_rows, picked)
    else:
        train_part, validation_part = beside.fit.train, beside.fit.validation
    data_mean, n_classes = train_part.x.mean(dim=0).cpu(), len(dataset.class_names)
    autoencoder = build_autoencoder(run.model, dataset.sample_shape, run.seed, data_mean, n_classes)
    fit = _gradient_fit(run, autoencoder, train_part, validation_part, picked)
    return TrainingState(run, dataset, picked, train_rows, validation_rows, autoencoder, fit)


def _check_output(model: ModelSpec, dataset: Dataset) -> None:
    if isinstance(model, CLOSED_FORM) or model.output != "sigmoid" or dataset.samples.dtype == np.uint8:
        return
    low, high = float(dataset.samples.min(initial=0)), float(dataset.samples.max(initial=1))
    if low < 0 or high > 1:
        cure = "output=identity and likelihood=gaussian" if isinstance(model, VAESpec) else "output=identity"
        raise TrainingError(
            f"{dataset.name} has values from {low:.3g} to {high:.3g}, but a sigmoid gives values from 0 to 1 only; "
            f"choose {cure}."
        )


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
    return isinstance(model, CVAESpec) or (not isinstance(model, CLOSED_FORM) and has_classifier(model))


def _check_components(model: ModelSpec, n_samples: int) -> None:
    if isinstance(model, GMVAESpec) and model.n_components > n_samples:
        raise TrainingError(
            f"A mixture of {model.n_components} components cannot be fitted to {n_samples} samples; choose fewer "
            "components or more samples."
        )


def _resident(model: ModelSpec, dataset: Dataset, rows: NDArray[np.int64], device: torch.device) -> Batch:
    """A part of a data set as tensors on the device."""
    x = torch.from_numpy(dataset.pixels(rows)).to(device)
    return Batch(x, x, torch.from_numpy(dataset.labels[rows]).to(device) if wants_labels(model) else None)


def split_rows(n_samples: int, validation_fraction: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows for training and for validation; the same for every run, so that runs can be compared."""
    shuffled = np.random.default_rng(0).permutation(n_samples)
    n_validation = round(n_samples * validation_fraction)
    return np.sort(shuffled[n_validation:]), np.sort(shuffled[:n_validation])


def train(state: TrainingState) -> Iterator[Record]:
    """Go on from `state.step` to the end, a record now and then; to stop is not to ask for the next.

    Raises TrainingError when the loss is no longer finite or the device's memory is too small; the state then holds
    the last good parameters, and after a divergence Adam's moments begin anew.
    """
    if state.fit is None:
        yield from _closed_form(state)
        return
    try:
        yield from _descend(state, state.fit)
    except torch.OutOfMemoryError as error:
        raise TrainingError(
            f"The memory of {state.device} is too small for this model in batches of {state.run.batch_size}; "
            "choose a smaller batch, narrower layers, or the CPU."
        ) from error


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
        **_snapshot(state),
    )


def _mean_sse(state: TrainingState, rows: NDArray[np.int64]) -> float:
    x = state.dataset.pixels(rows)
    x_hat = decoded(state.model, codes_of(state.model, x, state.dataset.labels[rows]), state.dataset.labels[rows])
    return float(np.square(x - x_hat).sum(axis=1).mean())


def _snapshot(state: TrainingState) -> dict[str, Any]:
    rows = snapshot_rows(len(state.dataset))
    codes = codes_of(state.model, state.dataset.pixels(rows), state.dataset.labels[rows])
    return {"snapshot": codes, "snapshot_images": grid_images(state.model, codes)}


def _gradient_fit(
    run: RunSpec, autoencoder: Autoencoder, train: Batch, validation: Batch, device: torch.device
) -> GradientFit:
    network = autoencoder.network.to(device)
    optimizer = torch.optim.Adam(network.parameters(), lr=run.learning_rate, fused=True)
    generator = torch.Generator(device).manual_seed(run.seed)
    order = torch.empty(0, dtype=torch.int64, device=device)
    return GradientFit(autoencoder.spec, network, optimizer, generator, order, train, validation)


def _descend(state: TrainingState, fit: GradientFit) -> Iterator[Record]:
    sums = torch.zeros(N_TERMS, device=state.device)
    began, first_step, last_step = time.perf_counter(), state.step, state.step
    due = snapshot_steps(state.n_steps)
    _keep_parameters(state, fit)
    while state.step < state.n_steps:
        sums += _step(state, fit)
        if not (_is_record_step(state) or state.step in due):
            continue
        means = (sums / (state.step - last_step)).tolist()
        _check_finite(state, fit, means[0])
        _keep_parameters(state, fit)
        sums.zero_()
        last_step = state.step
        elapsed_s = time.perf_counter() - began
        n_samples = _samples_seen(state, last_step) - _samples_seen(state, first_step)
        yield _record(state, fit, means, elapsed_s, n_samples / elapsed_s, last_step in due)


def _samples_seen(state: TrainingState, step: int) -> int:
    n_epochs, position = divmod(step, state.steps_per_epoch)
    return n_epochs * len(state.train_rows) + position * state.run.batch_size


def _is_record_step(state: TrainingState) -> bool:
    every = max(1, state.steps_per_epoch // RECORDS_PER_EPOCH)
    return state.step % every == 0 or state.step % state.steps_per_epoch == 0


def _step(state: TrainingState, fit: GradientFit) -> Tensor:
    """One step of Adam; returns the batch's mean loss and terms, still on the device."""
    position = state.step % state.steps_per_epoch
    if position == 0:
        fit.order = torch.randperm(len(fit.train.x), generator=fit.generator, device=state.device)
    rows = fit.order[position * state.run.batch_size : (position + 1) * state.run.batch_size]
    _set_learning_rate(state, fit)
    terms, loss = _loss(state, fit, noisy_batch(fit.spec, gathered(fit.train, rows), fit.generator))
    fit.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    fit.optimizer.step()
    state.step += 1
    if state.step == _pretraining_steps(state, fit.spec):
        place_prior(state, fit)
    return _means(loss, terms)


def _loss(state: TrainingState, fit: GradientFit, batch: Batch) -> tuple[LossTerms, Tensor]:
    """What a batch costs, term by term and as one number to descend."""
    draws = state.step >= _pretraining_steps(state, fit.spec)
    if is_batch_normalised(fit.spec):
        fit.network.train()
    with torch.autocast(state.device.type, torch.bfloat16, enabled=state.run.precision == "bfloat16"):
        terms = loss_terms(fit.spec, fit.network, batch, fit.generator, draws=draws)
    if is_batch_normalised(fit.spec):
        fit.network.eval()
    return terms, total_loss(terms, loss_weights(fit.spec, batch.x.shape[1], state.epoch))


def _pretraining_steps(state: TrainingState, spec: NetworkSpec) -> int:
    return spec.pretraining * state.steps_per_epoch if isinstance(spec, GMVAESpec) else 0


def place_prior(state: TrainingState, fit: GradientFit) -> None:
    """Fit the mixture prior to the codes of the training part, where pretraining has put them."""
    assert fit.network.prior is not None
    codes = codes_of(state.model, state.dataset.pixels(state.train_rows))
    fit.network.prior.place(fit_mixture(codes, len(fit.network.prior.logits), state.run.seed))


def _means(loss: Tensor, terms: LossTerms) -> Tensor:
    kl_nats = None if terms.kl_nats is None else terms.kl_nats.sum(dim=-1)
    others = (kl_nats, terms.classification_nats, terms.penalty)
    means = (loss.new_zeros(()) if term is None else term.mean() for term in others)
    return torch.stack((loss, terms.reconstruction.mean(), *means)).detach()


def _set_learning_rate(state: TrainingState, fit: GradientFit) -> None:
    if state.run.schedule == "cosine":
        # Loshchilov & Hutter 2017, eq. 5, one period and no restart.
        decay = 0.5 * (1 + math.cos(math.pi * state.step / state.n_steps))
        fit.optimizer.param_groups[0]["lr"] = state.run.learning_rate * decay


def _check_finite(state: TrainingState, fit: GradientFit, loss: float) -> None:
    # Both, since a finite loss may have had a gradient that was not; a sum is finite where all its terms are.
    are_finite = torch.stack([parameter.detach().sum() for parameter in fit.network.parameters()]).isfinite().all()
    if math.isfinite(loss) and are_finite:
        return
    # Not the newest: nobody knows a loss of those parameters that was finite.
    failed_at, (state.step, parameters) = state.step, state.kept[0]
    fit.network.load_state_dict(parameters)
    # What is not finite would stay so in Adam's moments, and spoil the parameters again at the next step.
    for moments in fit.optimizer.state.values():
        for moment in moments.values():
            moment.zero_()
    raise TrainingError(
        f"The loss or a weight is no finite number at step {failed_at}: the training diverged at learning rate "
        f"{state.run.learning_rate:g}; try a tenth of it."
    )


def _keep_parameters(state: TrainingState, fit: GradientFit) -> None:
    parameters = {name: value.detach().clone() for name, value in fit.network.state_dict().items()}
    state.kept.append((state.step, parameters))


def _record(
    state: TrainingState, fit: GradientFit, means: list[float], elapsed_s: float, samples_per_s: float, due: bool
) -> Record:
    is_epoch_end = state.step % state.steps_per_epoch == 0
    validation = _validation(state, fit) if is_epoch_end and len(fit.validation.x) else {}
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
        samples_per_s=samples_per_s,
        **validation,
        **(_snapshot(state) if due else {}),
    )


def _validation(state: TrainingState, fit: GradientFit) -> dict[str, Any]:
    weights = loss_weights(fit.spec, fit.validation.x.shape[1], state.epoch)
    draws = state.step >= _pretraining_steps(state, fit.spec)
    return validate(fit.spec, fit.network, fit.validation, weights, draws=draws)
