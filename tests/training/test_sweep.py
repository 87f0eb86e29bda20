"""Members of a sweep are what they would be alone, stop, resume, and fail one by one."""

from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import torch

from explorer.data import load_dataset
from explorer.errors import SpecError, TrainingError
from explorer.models import AESpec, PCASpec, VAESpec
from explorer.models.autoencoder import Autoencoder
from explorer.store import load_state, save_state
from explorer.training import RunSpec, TrainingState, start, train
from explorer.training.parts import ResidentPart
from explorer.training.sweep import member_names, member_titles, start_sweep, sweep_runs, train_sweep

RUN = RunSpec(VAESpec(latent_dim=2, hidden=(16,)), "digits", n_epochs=2)
BETAS = [0.0, 1.0, 4.0]


def parameters(state: TrainingState) -> torch.Tensor:
    assert isinstance(state.model, Autoencoder)
    return torch.cat([value.flatten() for value in state.model.network.state_dict().values()])


def trained_alone(run: RunSpec) -> torch.Tensor:
    state = start(run, load_dataset("digits"), "cpu")
    list(train(state))
    return parameters(state)


def test_member_is_what_it_would_be_alone() -> None:
    runs = sweep_runs(RUN, {"beta": BETAS})
    states = start_sweep(runs, load_dataset("digits"), "cpu")
    rows = list(train_sweep(states))
    for member, run in enumerate(runs):
        assert torch.equal(parameters(states[member]), trained_alone(run))
        own = [record.step for number, record in rows if number == member]
        assert own == [record.step for record in train(start(run, load_dataset("digits"), "cpu"))]


def test_members_take_turns_and_share_the_data() -> None:
    states = start_sweep(sweep_runs(RUN, {"beta": BETAS}), load_dataset("digits"), "cpu")
    assert [member for member, _ in islice(train_sweep(states), 6)] == [0, 1, 2, 0, 1, 2]
    fits = [state.fit for state in states]
    assert len({fit.train.x.data_ptr() for fit in fits if fit and isinstance(fit.train, ResidentPart)}) == 1


def test_stopped_sweep_resumes_to_the_same_weights(tmp_path: Path) -> None:
    dataset = load_dataset("digits")
    runs = sweep_runs(RUN, {"beta": BETAS, "seed": [0, 1]})
    states = start_sweep(runs, dataset, "cpu")
    list(islice(train_sweep(states), 8))
    for member, state in enumerate(states):
        save_state(state, tmp_path / str(member))
    resumed = [load_state(tmp_path / str(member), dataset, "cpu") for member in range(len(states))]
    list(train_sweep(states))
    list(train_sweep(resumed))
    assert all(torch.equal(parameters(a), parameters(b)) for a, b in zip(states, resumed, strict=True))


def test_diverging_member_leaves_the_others_their_ends() -> None:
    runs = sweep_runs(RUN, {"learning_rate": [1e-3, 1e8]})
    states = start_sweep(runs, load_dataset("digits"), "cpu")
    with pytest.raises(TrainingError, match=r"learning_rate=1e\+08: The loss"):
        list(train_sweep(states))
    assert torch.equal(parameters(states[0]), trained_alone(runs[0]))


def test_members_are_every_combination() -> None:
    runs = sweep_runs(RUN, {"beta": ["0.5", "2"], "seed": ["3", "4"]})
    assert [(run.model.beta, run.seed) for run in runs if isinstance(run.model, VAESpec)] == [
        (0.5, 3),
        (0.5, 4),
        (2.0, 3),
        (2.0, 4),
    ]
    assert member_titles(runs)[1] == "beta=0.5, seed=4"
    assert member_names("vae", runs)[1] == "vae-beta0.5-seed4"


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"beta": [1.0]}, "must have from 2 to 64 members, but this one has 1"),
        ({"beta": [float(i) for i in range(200)]}, "this one has 200"),
        ({"beta": [1.0, "1"]}, "Two members of the sweep are the same"),
        ({"validation_fraction": ["0.1", "0.2"]}, "A sweep over validation_fraction is not possible"),
        ({"depth": ["1", "2"]}, "vae has no field 'depth'"),
        ({"beta": [1.0, -1.0]}, "beta is -1.0, but must be"),
        ({"beta": ["1", "nan"]}, "beta is 'nan', but must be"),
    ],
)
def test_impossible_sweep_is_named(over: dict[str, list[object]], sentence: str) -> None:
    with pytest.raises(SpecError, match=sentence):
        sweep_runs(RUN, over)


@pytest.mark.parametrize(
    "other",
    [replace(RUN, validation_fraction=0.2), replace(RUN, model=AESpec()), replace(RUN, dataset="mnist")],
    ids=str,
)
def test_members_that_learn_other_samples_are_refused(other: RunSpec) -> None:
    with pytest.raises(SpecError, match=r"A sweep over \w+ is not possible"):
        start_sweep([RUN, other], load_dataset("digits"), "cpu")


@pytest.mark.parametrize(
    "over",
    [
        {"hidden": ["16", "8-4", "none"]},
        {"latent_dim": ["2", "3"], "batch_size": ["64", "100"]},
        {"classifier_weight": ["0", "0.5", "1"]},
        {"likelihood": ["bernoulli", "gaussian"]},
        {"corruption": ["none", "masking"], "n_epochs": ["1", "2"]},
    ],
    ids=str,
)
def test_members_may_differ_in_any_field_and_are_what_they_would_be_alone(over: dict[str, list[object]]) -> None:
    runs = sweep_runs(RUN, over)
    states = start_sweep(runs, load_dataset("digits"), "cpu")
    list(train_sweep(states))
    assert all(torch.equal(parameters(state), trained_alone(run)) for state, run in zip(states, runs, strict=True))
    assert len(set(member_names("vae", runs))) == len(runs)


def test_a_sweep_over_closed_forms_needs_no_descent() -> None:
    runs = sweep_runs(RunSpec(PCASpec(), "digits"), {"latent_dim": ["2", "5"]})
    assert [state.model.latent_dim for state in start_sweep(runs, load_dataset("digits"), "cpu")] == [2, 5]
