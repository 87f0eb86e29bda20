"""Fields that change while a model trains: against a hand-written loop, and bit for bit trained again and resumed."""

from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import torch
from torch import Tensor

from explorer.data import Dataset, load_dataset
from explorer.errors import SpecError, TrainingError
from explorer.models import AESpec, PCASpec, VAESpec, objectives
from explorer.models.autoencoder import Autoencoder, build_autoencoder
from explorer.models.networks import NetworkSpec
from explorer.models.spec import ModelSpec
from explorer.store import load_state, save_state
from explorer.training import RunSpec, TrainingState, start, train
from explorer.training.changes import Change, annealed, cyclical, freed, turnable_fields
from explorer.training.descent import fixed_part
from explorer.training.run_spec import (
    after_step,
    every_field,
    has_same_past,
    run_from_json,
    run_to_json,
    value_at,
)

SMALL = RunSpec(VAESpec(2, (16,)), "digits", n_epochs=1, batch_size=100, learning_rate=5e-3)
GAUSSIAN = VAESpec(2, (16,), likelihood="gaussian", variance=0.5)


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load_dataset("digits")


def weights(state: TrainingState) -> dict[str, Tensor]:
    assert isinstance(state.model, Autoencoder)
    return state.model.network.state_dict()


def trained(run: RunSpec, digits: Dataset) -> TrainingState:
    state = start(run, digits, "cpu")
    list(train(state))
    return state


def same_bits(one: TrainingState, other: TrainingState) -> bool:
    return all(torch.equal(value, weights(other)[name]) for name, value in weights(one).items())


def test_beta_and_learning_rate_change_as_in_a_loop_that_one_writes_by_hand(digits: Dataset) -> None:
    run = after_step(after_step(SMALL, 4, "beta", 6.0), 7, "learning_rate", 1e-2)
    state = trained(run, digits)
    x = torch.from_numpy(digits.pixels(state.train_rows))
    network = build_autoencoder(SMALL.model, (8, 8), 0, x.mean(dim=0)).network  # type: ignore[arg-type]
    optimizer = torch.optim.Adam(network.parameters(), lr=SMALL.learning_rate, fused=False, foreach=False)
    generator = torch.Generator().manual_seed(0)
    for step, rows in enumerate(torch.randperm(len(x), generator=generator).split(SMALL.batch_size)):
        optimizer.param_groups[0]["lr"] = SMALL.learning_rate if step < 7 else 1e-2
        mean, log_var = network.posterior(x[rows])
        z = objectives.reparameterise(mean, log_var, torch.randn(mean.shape, generator=generator))
        rate = objectives.gaussian_kl_nats(mean, log_var).sum(dim=1).mean()
        loss = objectives.bernoulli_nll_nats(x[rows], network.decode(z)).mean() + (1 if step < 4 else 6) * rate
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    for name, value in network.state_dict().items():
        torch.testing.assert_close(weights(state)[name], value, rtol=1e-4, atol=1e-5)
    assert not same_bits(state, trained(SMALL, digits))


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        (VAESpec(2, (16,)), "beta", 8.0),
        (VAESpec(2, (16,)), "free_bits", 0.5),
        (GAUSSIAN, "variance", 0.05),
        (AESpec(2, (16,), classifier_weight=0.01), "classifier_weight", 1.0),
        (AESpec(2, (16,), corruption="gaussian", corruption_level=0.1), "corruption_level", 0.6),
        (AESpec(2, (16,)), "learning_rate", 0.02),
    ],
)
def test_what_is_turned_on_the_way_is_trained_again_and_resumed_bit_for_bit(
    model: ModelSpec, field: str, value: float, digits: Dataset, tmp_path: Path
) -> None:
    state = start(replace(SMALL, model=model), digits, "cpu")
    state.records_every_step = True
    records = train(state)
    list(islice(records, 5))
    save_state(state, tmp_path / "state")
    state.run = after_step(state.run, state.step, field, value)
    list(records)
    assert state.run.changes == (Change(5, field, value),)
    assert same_bits(state, trained(state.run, digits))
    resumed = load_state(tmp_path / "state", digits, "cpu", wanted=state.run)
    list(train(resumed))
    assert same_bits(state, resumed)
    assert not same_bits(state, trained(replace(SMALL, model=model), digits))


def test_a_fixed_variance_is_kept_as_it_was_last(digits: Dataset) -> None:
    state = trained(after_step(replace(SMALL, model=GAUSSIAN), 3, "variance", 0.05), digits)
    assert weights(state)["log_variance"].exp().item() == pytest.approx(0.05)


def test_the_cosine_goes_on_from_the_changed_rate(digits: Dataset) -> None:
    run = replace(SMALL, schedule="cosine")
    state = start(after_step(run, 0, "learning_rate", 1e-2), digits, "cpu")
    other = start(replace(run, learning_rate=1e-2), digits, "cpu")
    list(train(state))
    list(train(other))
    assert same_bits(state, other)


def test_another_past_is_no_resumption(digits: Dataset, tmp_path: Path) -> None:
    state = start(after_step(SMALL, 2, "beta", 4.0), digits, "cpu")
    state.records_every_step = True
    list(islice(train(state), 5))
    save_state(state, tmp_path / "state")
    with pytest.raises(TrainingError, match=r"changes was beta=4 after step 2, is beta=5 after step 2"):
        load_state(tmp_path / "state", digits, "cpu", wanted=after_step(SMALL, 2, "beta", 5.0))
    assert load_state(tmp_path / "state", digits, "cpu", wanted=after_step(state.run, 5, "beta", 5.0)).step == 5


def test_a_run_keeps_its_changes_in_json_and_one_without_has_none() -> None:
    run = after_step(after_step(SMALL, 300, "beta", 4.0), 20, "learning_rate", 1e-4)
    assert [change.step for change in run.changes] == [20, 300]
    assert run_from_json(run_to_json(run)) == run
    assert "changes" not in run_to_json(SMALL)
    assert every_field(run)["changes"] == "learning_rate=0.0001 after step 20, beta=4 after step 300"


def test_the_last_of_two_values_at_one_step_counts() -> None:
    assert after_step(after_step(SMALL, 3, "beta", 4.0), 3, "beta", 2.0).changes == (Change(3, "beta", 2.0),)


def test_what_a_field_has_at_a_step() -> None:
    run = after_step(after_step(SMALL, 3, "beta", 4.0), 5, "learning_rate", 0.1)
    assert [value_at(run, step, "beta") for step in (0, 2, 3, 9)] == [1, 1, 4, 4]
    assert [value_at(run, step, "learning_rate") for step in (4, 5)] == [5e-3, 0.1]
    assert has_same_past(SMALL, run, 3)
    assert not has_same_past(SMALL, run, 4)


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (PCASpec(2), ()),
        (AESpec(2), ("learning_rate",)),
        (VAESpec(2), ("beta", "free_bits", "learning_rate")),
        (VAESpec(2, likelihood="gaussian"), ("beta", "free_bits", "learning_rate")),
        (GAUSSIAN, ("beta", "free_bits", "variance", "learning_rate")),
        (
            AESpec(2, corruption="masking", classifier_weight=1.0),
            ("classifier_weight", "corruption_level", "learning_rate"),
        ),
    ],
)
def test_only_what_has_an_effect_can_be_turned(model: ModelSpec, fields: tuple[str, ...]) -> None:
    assert turnable_fields(model) == fields


@pytest.mark.parametrize(
    ("model", "change", "said"),
    [
        (AESpec(2), Change(3, "beta", 2.0), "beta cannot be changed while ae trains; learning_rate can"),
        (PCASpec(2), Change(3, "learning_rate", 2.0), "learning_rate cannot be changed while pca trains; nothing"),
        (VAESpec(2), Change(3, "beta", -1.0), "beta"),
        (AESpec(2, classifier_weight=1.0), Change(3, "classifier_weight", 0.0), "its classifier stays"),
        (VAESpec(2), Change(-1, "beta", 1.0), "in the order of their steps, which are counted from 0"),
    ],
)
def test_a_change_that_cannot_be_is_refused(model: ModelSpec, change: Change, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        RunSpec(model, "digits", changes=(change,))


def test_changes_stand_in_order() -> None:
    with pytest.raises(SpecError, match="order of their steps"):
        replace(SMALL, changes=(Change(5, "beta", 2.0), Change(3, "beta", 1.0)))
    with pytest.raises(SpecError, match="list of objects with step, field and value"):
        run_from_json({**run_to_json(SMALL), "changes": [{"step": 3}]})


def test_schedules_are_stairs() -> None:
    rising = annealed(2.0, 100)
    assert rising[0] == Change(0, "beta", 0.0)
    assert rising[-1] == Change(50, "beta", 2.0)
    assert [change.value for change in rising] == pytest.approx([0.1 * stair for stair in range(21)])
    cycles = cyclical(1.0, 400)
    assert [change.step for change in cycles if change.value == 0] == [0, 100, 200, 300]
    assert [change.step for change in cycles if change.value == 1] == [50, 150, 250, 350]
    assert freed(0.5, 100) == (Change(0, "free_bits", 0.5), Change(50, "free_bits", 0.0))
    short = cyclical(1.0, 8)
    assert RunSpec(VAESpec(2), "digits", changes=short).changes == short


@pytest.mark.parametrize(
    ("spec", "changed", "is_one_graph"),
    [
        (VAESpec(2), replace(VAESpec(2), beta=4.0), True),
        (VAESpec(2, classifier_weight=0.1), VAESpec(2, classifier_weight=0.2), True),
        (VAESpec(2, likelihood="gaussian", variance=0.1), VAESpec(2, likelihood="gaussian", variance=0.2), True),
        (VAESpec(2, classifier_weight=0.1), VAESpec(2), False),
        (VAESpec(2, free_bits=0.1), VAESpec(2, free_bits=0.2), False),
        (VAESpec(2, likelihood="gaussian", variance=0.1), VAESpec(2, likelihood="gaussian", variance="learned"), False),
        (AESpec(2, corruption="gaussian"), AESpec(2, corruption="gaussian", corruption_level=0.1), False),
    ],
)
def test_a_captured_step_serves_all_values_that_it_reads_from_tensors(
    spec: NetworkSpec, changed: NetworkSpec, is_one_graph: bool
) -> None:
    assert (fixed_part(spec) == fixed_part(changed)) is is_one_graph
