"""Members of a sweep that descend as one stack are what they would be alone, stop, resume, and fail one by one."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch

from explorer.data import Dataset, load_dataset
from explorer.errors import TrainingError
from explorer.models import AESpec, ConvAESpec, ConvVAESpec, CVAESpec, GMVAESpec, LinearAESpec, VAESpec
from explorer.models.networks import NetworkSpec
from explorer.store import load_state, save_state
from explorer.training import RunSpec, TrainingState, start, train
from explorer.training.descent import Descent
from explorer.training.parts import ResidentPart
from explorer.training.state import GradientFit
from explorer.training.sweep import start_sweep, sweep_rounds, sweep_runs, train_sweep

RUN = RunSpec(VAESpec(2, (16,)), "digits", n_epochs=2, batch_size=200)
SPECS: dict[str, NetworkSpec] = {
    "linear": LinearAESpec(3),
    "linear, sigmoid": LinearAESpec(3, output="sigmoid"),
    "denoising, classifier": AESpec(3, (16,), corruption="gaussian", classifier_weight=0.3),
    "k-sparse, masking": AESpec(6, (8,), sparsity="k_sparse", sparse_units=2, corruption="masking"),
    "KL-sparse": AESpec(4, (), code_activation="sigmoid", sparsity="kl"),
    "tanh, L1 on all layers": AESpec(4, (8,), output="tanh", sparsity="l1", sparse_layers="all"),
    "conv_ae, batch norm": ConvAESpec(3, channels=(4,), batch_norm="yes"),
    "conv_vae, nearest": ConvVAESpec(3, channels=(4,), upsampling="nearest"),
    "vae, warm-up, dynamic": VAESpec(3, (16,), warm_up=2, binarisation="dynamic"),
    "vae, learned variance": VAESpec(3, (16,), likelihood="gaussian", free_bits=0.1),
    "vae, log σ": VAESpec(3, (16,), spread="log_std"),
    "conv_ae, pooling": ConvAESpec(3, channels=(4,), stride=3, pooling="max"),
    "cross-entropy": AESpec(3, (16,), reconstruction_loss="cross_entropy"),
    "cvae": CVAESpec(3, (16,)),
    "vae, VampPrior": VAESpec(3, (16,), prior="vamp", pseudo_inputs=4),
    "vae, total correlation": VAESpec(3, (16,), tc_weight=2.0),
    "gmvae, pretraining": GMVAESpec(2, (16,), pretraining=5, n_components=3),
    "gmvae": GMVAESpec(2, (16,), pretraining=0, n_components=3),
}
SWEPT: dict[str, list[Any]] = {"seed": [0, 1], "learning_rate": [1e-3, 4e-3]}


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load_dataset("digits")


def fits_of(states: Sequence[TrainingState]) -> list[GradientFit]:
    return [state.fit for state in states if state.fit is not None]


def advanced(states: Sequence[TrainingState], n_steps: int) -> None:
    """The next steps in double precision, without records."""
    fits = fits_of(states)
    for fit in fits:
        fit.network.double()
        assert isinstance(fit.train, ResidentPart)
        fit.train = ResidentPart(fit.train.x.double(), fit.train.labels)
    descent = Descent(states, fits)
    for _ in range(n_steps):
        descent.advance()
    descent.close()


@pytest.mark.parametrize("name", SPECS)
def test_stacked_member_takes_the_steps_it_would_take_alone(name: str, digits: Dataset) -> None:
    spec = SPECS[name]
    over = {**SWEPT, "beta": [0.5, 2.0]} if isinstance(spec, VAESpec) else SWEPT
    runs = sweep_runs(replace(RUN, model=spec, n_epochs=4, schedule="cosine", weight_decay=0.05), over)
    stacked, alone = start_sweep(runs, digits, "cpu"), start_sweep(runs, digits, "cpu")
    advanced(stacked, 20)
    for state in alone:
        advanced([state], 20)
    for one, other in zip(fits_of(stacked), fits_of(alone), strict=True):
        assert torch.equal(one.generator.get_state(), other.generator.get_state())
        for key, value in other.network.state_dict().items():
            torch.testing.assert_close(one.network.state_dict()[key], value, atol=1e-6, rtol=1e-6)


def test_stacked_members_differ_in_what_is_swept(digits: Dataset) -> None:
    spec = VAESpec(2, (16,), likelihood="gaussian", variance=0.1, classifier_weight=0.1)
    over: dict[str, list[Any]] = {"variance": [0.1, 1.0], "classifier_weight": [0.1, 1.0]}
    runs = sweep_runs(replace(RUN, model=spec), over)
    states = start_sweep(runs, digits, "cpu")
    last = {member: record for found in sweep_rounds(states, stacks=True) for member, record in found}
    for member, run in enumerate(runs):
        record = list(train(start(run, digits, "cpu")))[-1]
        assert last[member].loss == pytest.approx(record.loss, rel=1e-4)
        assert last[member].classification == pytest.approx(record.classification, rel=1e-4)
        assert last[member].validation_loss == pytest.approx(record.validation_loss, rel=1e-4)
    assert len({round(record.loss, 2) for record in last.values()}) == 4


def test_after_ten_epochs_stacked_and_alone_differ_less_than_seeds(digits: Dataset) -> None:
    runs = sweep_runs(replace(RUN, n_epochs=10, learning_rate=1e-2), {"seed": [0, 1, 2]})
    last = dict(train_sweep(start_sweep(runs, digits, "cpu"), stacks=True))
    alone = [list(train(start(run, digits, "cpu")))[-1].validation_loss for run in runs]
    losses = [last[member].validation_loss for member in range(3)]
    known = [(a, b) for a, b in zip(losses, alone, strict=True) if a is not None and b is not None]
    assert len(known) == 3
    spread = max(b for _, b in known) - min(b for _, b in known)
    assert max(abs(a - b) for a, b in known) < spread / 10


def test_records_of_a_stack_come_in_rounds(digits: Dataset) -> None:
    states = start_sweep(sweep_runs(RUN, {"beta": [0.5, 1.0, 4.0]}), digits, "cpu")
    for found in sweep_rounds(states, stacks=True):
        assert [member for member, _ in found] == [0, 1, 2]
        assert {record.step for _, record in found} == {state.step for state in states}
    assert states[0].execution.startswith("a stack of 3, CPU")


def test_members_without_a_classifier_stack_apart_from_those_with_one(digits: Dataset) -> None:
    runs = sweep_runs(replace(RUN, model=AESpec(2, (16,))), {"classifier_weight": [0.0, 0.1, 1.0], "seed": [0, 1]})
    states = start_sweep(runs, digits, "cpu")
    rounds = {tuple(member for member, _ in found) for found in sweep_rounds(states, stacks=True)}
    assert rounds == {(0, 1), (2, 3, 4, 5)}
    assert len({fit.train.x.data_ptr() for fit in fits_of(states) if isinstance(fit.train, ResidentPart)}) == 1


def test_contractive_members_take_turns(digits: Dataset) -> None:
    states = start_sweep(sweep_runs(replace(RUN, model=AESpec(2, (16,), contraction=0.1)), SWEPT), digits, "cpu")
    assert [len(found) for found in islice(sweep_rounds(states, stacks=True), 6)] == [1] * 6


def test_stopped_stack_resumes_to_the_same_weights(digits: Dataset, tmp_path: Path) -> None:
    states = start_sweep(sweep_runs(RUN, SWEPT), digits, "cpu")
    list(islice(sweep_rounds(states, stacks=True), 5))
    for member, state in enumerate(states):
        save_state(state, tmp_path / str(member))
    resumed = [load_state(tmp_path / str(member), digits, "cpu") for member in range(len(states))]
    assert {state.step for state in resumed} == {5}
    for some in (states, resumed):
        list(train_sweep(some, stacks=True))
    for one, other in zip(fits_of(states), fits_of(resumed), strict=True):
        for key, value in one.network.state_dict().items():
            assert torch.equal(value, other.network.state_dict()[key])


def test_member_that_diverges_leaves_the_stack(digits: Dataset) -> None:
    runs = sweep_runs(RUN, {"learning_rate": [1e-3, 1e8, 2e-3]})
    states = start_sweep(runs, digits, "cpu")
    with pytest.raises(TrainingError, match=r"^learning_rate=1e\+08: The loss or a weight is no finite number"):
        list(train_sweep(states, stacks=True))
    assert [state.step for state in states] == [14, 0, 14]
    alone = start(runs[2], digits, "cpu")
    list(train(alone))
    for one, other in zip(fits_of([states[2]]), fits_of([alone]), strict=True):
        for key, value in other.network.state_dict().items():
            torch.testing.assert_close(one.network.state_dict()[key], value, atol=1e-5, rtol=1e-4)
    assert all(value.isfinite().all() for value in fits_of([states[1]])[0].network.state_dict().values())


def test_member_that_diverges_leaves_the_moments_of_those_that_share_its_learning_rate(digits: Dataset) -> None:
    states = start_sweep(sweep_runs(RUN, {"seed": [0, 1]}), digits, "cpu")
    rounds = sweep_rounds(states, stacks=True)
    list(islice(rounds, 3))
    with torch.no_grad():
        next(fits_of(states)[0].network.parameters()).fill_(float("nan"))
    with pytest.raises(TrainingError, match=r"^seed=0: "):
        list(rounds)
    assert adam_steps(states) == [{0.0}, {14.0}]
    assert states[1].step == 14


def test_members_stack_apart_after_different_counts_of_steps(digits: Dataset) -> None:
    states = start_sweep(sweep_runs(RUN, {"seed": [0, 1, 2]}), digits, "cpu")
    for state in states:
        list(islice(train(state), 2))
    for moments in fits_of(states)[1].optimizer.state.values():
        moments["step"].zero_()
    assert [[member for member, _ in found] for found in islice(sweep_rounds(states, stacks=True), 2)] == [[0, 2], [1]]


def test_one_call_of_adam_serves_all_members_of_a_learning_rate(digits: Dataset) -> None:
    runs = sweep_runs(RUN, {"seed": [0, 1, 2], "learning_rate": [3e-3, 1e-3]})
    states = start_sweep(runs, digits, "cpu")
    found = next(sweep_rounds(states, stacks=True))
    assert [member for member, _ in found] == [1, 3, 5, 0, 2, 4]
    descent = Descent([states[member] for member, _ in found], [fits_of(states)[member] for member, _ in found])
    assert descent.stack is not None
    groups = descent.stack.optimizer.param_groups
    assert [(group["lr"], len(group["params"][0])) for group in groups] == [(1e-3, 3), (3e-3, 3)]


def test_gradients_of_a_stack_are_not_copied(digits: Dataset) -> None:
    states = start_sweep(sweep_runs(RUN, {"seed": [0, 1]}), digits, "cpu")
    descent = Descent(states, fits_of(states))
    with torch.profiler.profile(record_shapes=True) as profile:
        descent.advance()
    copied = {tuple(event.input_shapes[0]) for event in profile.events() if event.name == "aten::copy_"}
    assert (2, 200) in copied
    assert not copied & {(2, 16, 64), (2, 64, 16), (2, 16, 4), (2, 4, 16)}
    descent.close()
    assert all(tensor.is_contiguous() for fit in fits_of(states) for tensor in fit.network.parameters())


def adam_steps(states: Sequence[TrainingState]) -> list[set[float]]:
    """The counts of steps that each member's moments have."""
    return [{float(own["step"]) for own in fit.optimizer.state.values()} for fit in fits_of(states)]
