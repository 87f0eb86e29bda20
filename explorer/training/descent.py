"""Steps of gradient descent: of one run, or of the members of a sweep as one stack."""

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from torch import Tensor

from explorer.models.autoencoder import Batch
from explorer.models.networks import NetworkSpec
from explorer.models.priors import MixturePrior
from explorer.models.spec import VAESpec
from explorer.training.capture import Capture
from explorer.training.changes import Changes, before, in_force
from explorer.training.codes import codes_of_rows
from explorer.training.mixture import fit_mixture
from explorer.training.objective import Objective, drawn, loss_weights
from explorer.training.parts import Part, StreamedPart
from explorer.training.stack import named_tensors, stacked
from explorer.training.state import GradientFit, TrainingState

# Loss, reconstruction, KL, classification, penalty.
N_TERMS = 5


class Descent:
    """Runs of one architecture on the same samples that take their steps together, each as it would alone.

    A step works on tensors that stay where they are, so that a GPU can replay it. tensors: what the networks consist
    of, (M, ...) each, of which their own are views; sums: (M, 5), the terms of the steps since the last record.
    """

    def __init__(self, states: Sequence[TrainingState], fits: Sequence[GradientFit], *, captured: bool = True) -> None:
        first, run, device = fits[0], states[0].run, states[0].device
        self.states, self.fits = states, fits
        self.objective = Objective(first.spec, first.network, run.precision)
        self.stack = stacked(fits, [state.run.learning_rate for state in states]) if len(fits) > 1 else None
        self.tensors = self.stack.tensors if self.stack else _alone(first)
        self.capture = Capture(device, fits, None if captured else "not wanted")
        self._rated = self._rated_groups()
        self.sums = torch.zeros(len(fits), N_TERMS, device=device)
        self._order = torch.stack([fit.order for fit in fits])
        self._rows = torch.zeros(len(fits), run.batch_size + 1, dtype=torch.int64, device=device)
        self._streamed = _place_to_read_to(first.train, self._rows.numel())
        self._weights = torch.zeros(len(fits), 2, device=device)
        self._last_weights: list[tuple[Any, Any]] = []
        self._learning_rates = {id(state): state.run.learning_rate for state in states}
        self._made: Changes = ()

    @property
    def step(self) -> int:
        """Steps behind every member."""
        return self.states[0].step

    @property
    def execution(self) -> str:
        """How the steps are run, in words."""
        words = f"a stack of {len(self.states)}, {self.capture.words}" if self.stack else self.capture.words
        return words if self._streamed is None else f"{words}, samples read from the disk batch by batch"

    def advance(self) -> None:
        """One step of Adam for every member."""
        if self.states[0].run.changes:
            self._make_changes(self.states[0], self.fits[0])
        n_rows = self._take_rows()
        self._set_weights()
        for state, group in self._rated:
            set_learning_rate(state, self._learning_rates[id(state)], group)
        draws = self.step >= self.states[0].pretraining_steps
        self.capture(partial(self._work, n_rows, draws), (n_rows, draws, fixed_part(self.fits[0].spec)))
        for state, fit in zip(self.states, self.fits, strict=True):
            state.step += 1
            if state.step == state.pretraining_steps:
                place_prior(state, fit)

    def _make_changes(self, state: TrainingState, fit: GradientFit) -> None:
        """Let the fields of a run have the values that the next step is taken with; a stack has no changes."""
        made = before(state.run.changes, state.step + 1)
        if made == self._made:
            return
        self._made = made
        spec, self._learning_rates[id(state)] = in_force(state.run.model, state.run.learning_rate, made)
        if spec != fit.spec:
            fit.spec = spec  # type: ignore[assignment]
            self.objective = Objective(fit.spec, fit.network, state.run.precision)
            set_variance(fit)

    def close(self) -> None:
        """Leave every network in memory of its own."""
        if self.stack:
            self.stack.take_apart()

    def _rated_groups(self) -> list[tuple[TrainingState, dict[str, Any]]]:
        """Adam's groups of parameters, each with a run whose learning rate it has."""
        if self.stack is None:
            return [(self.states[0], self.fits[0].optimizer.param_groups[0])]
        leaders = [self.states[member] for member in self.stack.leaders]
        return list(zip(leaders, self.stack.optimizer.param_groups, strict=True))

    def _take_rows(self) -> int:
        """Put the rows of the next batch into their place and say how many they are."""
        first, state = self.fits[0], self.states[0]
        place, n = self.step % state.steps_per_epoch, len(first.train)
        if place == 0:
            for fit in self.fits:
                fit.order = torch.randperm(n, generator=fit.generator, device=state.device)
            self._order = torch.stack([fit.order for fit in self.fits])
        begin = place * state.run.batch_size
        end = n if place == state.steps_per_epoch - 1 else begin + state.run.batch_size
        rows = self._order[:, begin:end]
        self._rows[:, : rows.shape[1]].copy_(rows)
        if self._streamed is not None:
            self._read(rows.flatten())
        return rows.shape[1]

    def _read(self, rows: Tensor) -> None:
        """Put samples that do not lie on the device into the place where a step looks for them."""
        assert self._streamed is not None
        batch = self.fits[0].train.gathered(rows)
        self._streamed.x[: len(rows)].copy_(batch.x)
        if self._streamed.labels is not None and batch.labels is not None:
            self._streamed.labels[: len(rows)].copy_(batch.labels)

    def _clean(self, n_rows: int) -> Batch:
        """The members' next n rows each, one after the other."""
        if self._streamed is None:
            return self.fits[0].train.gathered(self._rows[:, :n_rows].flatten())
        n, labels = len(self.fits) * n_rows, self._streamed.labels
        x = self._streamed.x[:n]
        return Batch(x, x, None if labels is None else labels[:n])

    def _set_weights(self) -> None:
        n_pixels = self.fits[0].train.n_pixels
        weights = [loss_weights(fit.spec, n_pixels, self.states[0].epoch) for fit in self.fits]
        pairs = [(own.beta, own.classification) for own in weights]
        if pairs != self._last_weights:
            self._weights.copy_(torch.tensor(pairs))
            self._last_weights = pairs

    def _work(self, n_rows: int, draws: bool) -> None:
        """What a step does on the device."""
        clean = self._clean(n_rows)
        inputs = [
            drawn(fit.spec, part, fit.generator) for fit, part in zip(self.fits, _parts(clean, n_rows), strict=True)
        ]
        if not draws:
            inputs = [{name: value for name, value in own.items() if name != "epsilon"} for own in inputs]
        self.sums += self._descend(inputs)

    def _descend(self, inputs: list[dict[str, Tensor]]) -> Tensor:
        """Go down the gradient; returns the batches' means, (M, 5)."""
        means: Tensor
        if self.stack is None:
            loss, means = self.objective(**inputs[0], weights=self._weights[0])
            self.fits[0].optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self.fits[0].optimizer.step()
        else:
            joined = {name: torch.stack([own[name] for own in inputs]) for name in inputs[0]}
            losses, means = self.stack.evaluate(self.objective, {**joined, "weights": self._weights})
            self.stack.descend(losses)
        return means


def _alone(fit: GradientFit) -> dict[str, Tensor]:
    return {name: tensor.detach().unsqueeze(0) for name, tensor in named_tensors(fit.network)}


def _place_to_read_to(part: Part, n: int) -> Batch | None:
    """Room for n samples of a part that is streamed; None for one that lies on the device."""
    if not isinstance(part, StreamedPart):
        return None
    x = torch.zeros(n, part.n_pixels, device=part.device)
    return Batch(x, x, None if part.labels is None else torch.zeros(n, dtype=torch.int64, device=part.device))


def _parts(clean: Batch, n_rows: int) -> list[Batch]:
    """The batches of all members, which were gathered as one."""
    xs = clean.x.split(n_rows)
    labels = [None] * len(xs) if clean.labels is None else clean.labels.split(n_rows)
    return [Batch(x, x, own) for x, own in zip(xs, labels, strict=True)]


def fixed_part(spec: NetworkSpec) -> NetworkSpec:
    """A specification but for the numbers that a step reads from tensors: those may change without another graph."""
    numbers = {name: getattr(spec, name, None) for name in ("beta", "classifier_weight", "variance")}
    same: dict[str, Any] = {name: 1.0 for name, value in numbers.items() if value and not isinstance(value, str)}
    return replace(spec, **same)


def set_variance(fit: GradientFit) -> None:
    """Put a fixed variance of the pixels where the loss reads it, in place."""
    if isinstance(fit.spec, VAESpec) and not isinstance(fit.spec.variance, str):
        fit.network.log_variance.fill_(math.log(fit.spec.variance))


def set_learning_rate(state: TrainingState, peak: float, group: dict[str, Any]) -> None:
    """Adam's step size for the next step, in place where a captured step reads it; peak: before the schedule."""
    if state.run.schedule != "cosine" and not state.run.changes:
        return
    # Loshchilov & Hutter 2017, eq. 5, one period and no restart.
    is_cosine = state.run.schedule == "cosine"
    rate = peak * 0.5 * (1 + math.cos(math.pi * state.step / state.n_steps)) if is_cosine else peak
    if isinstance(group["lr"], Tensor):
        group["lr"].fill_(rate)
    else:
        group["lr"] = rate


def place_prior(state: TrainingState, fit: GradientFit) -> None:
    """Fit the mixture prior to the codes of the training part, where pretraining has put them."""
    assert isinstance(fit.network.prior, MixturePrior)
    codes = codes_of_rows(state.model, state.dataset, state.train_rows)
    fit.network.prior.place(fit_mixture(codes, len(fit.network.prior.logits), state.run.seed))
