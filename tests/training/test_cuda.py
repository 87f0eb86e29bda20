"""What only a GPU can show: steps that are replayed as a graph give the very weights of steps that are not."""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch

from benchmarks.gpu import apart, fit_of
from explorer.data import Dataset, load_dataset
from explorer.models import AESpec, ConvAESpec, ConvVAESpec, CVAESpec, GMVAESpec, LinearAESpec, VAESpec, objectives
from explorer.models.networks import NetworkSpec
from explorer.store import load_state, save_state
from explorer.training import RunSpec, TrainingState, loop, objective, start, train
from explorer.training.changes import Change
from explorer.training.descent import Descent
from explorer.training.sweep import start_sweep, sweep_runs, train_sweep

pytestmark = pytest.mark.cuda
RUN = RunSpec(VAESpec(2, (16,)), "digits", n_epochs=8, batch_size=200, schedule="cosine")
SPECS: dict[str, NetworkSpec] = {
    "linear": LinearAESpec(3),
    "denoising, classifier": AESpec(3, (16,), corruption="gaussian", classifier_weight=0.3),
    "k-sparse, masking": AESpec(6, (8,), sparsity="k_sparse", sparse_units=2, corruption="masking"),
    "KL-sparse": AESpec(4, (), code_activation="sigmoid", sparsity="kl"),
    "contractive": AESpec(3, (16,), contraction=0.1),
    "conv_ae, batch norm": ConvAESpec(3, channels=(4,), batch_norm="yes"),
    "conv_vae, nearest": ConvVAESpec(3, channels=(4,), upsampling="nearest"),
    "vae, warm-up, dynamic": VAESpec(3, (16,), warm_up=2, binarisation="dynamic"),
    "vae, VampPrior": VAESpec(3, (16,), prior="vamp", pseudo_inputs=5),
    "vae, total correlation": VAESpec(3, (16,), tc_weight=4.0),
    "sparse hidden layers": AESpec(4, (12,), sparsity="l1", sparse_layers="all"),
    "tanh output": AESpec(3, (16,), output="tanh"),
    "codebook": AESpec(4, (16,), quantisation="codebook", codebook_size=8, code_parts=2),
    "cross-entropy": AESpec(3, (16,), reconstruction_loss="cross_entropy"),
    "vae, learned variance": VAESpec(3, (16,), likelihood="gaussian", free_bits=0.1),
    "cvae": CVAESpec(3, (16,)),
    "gmvae, pretraining": GMVAESpec(2, (16,), pretraining=2, n_components=3),
}


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load_dataset("digits")


def weights(state: TrainingState) -> torch.Tensor:
    assert state.fit is not None
    return torch.cat([value.detach().flatten() for value in state.fit.network.parameters()])


def trained(run: RunSpec, digits: Dataset, *, captured: bool = True) -> TrainingState:
    state = start(run, digits, "cuda")
    list(train(state, captured=captured))
    return state


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_replayed_steps_are_the_steps_themselves(name: str, precision: str, digits: Dataset) -> None:
    run = replace(RUN, model=SPECS[name], precision=precision)
    replayed, stepped = trained(run, digits), trained(run, digits, captured=False)
    assert replayed.execution == "one CUDA graph per step"
    assert stepped.execution == "no CUDA graph (not wanted)"
    assert apart(replayed, stepped) < 1e-4


def test_equal_seeds_have_equal_weights(digits: Dataset) -> None:
    assert torch.equal(weights(trained(RUN, digits)), weights(trained(RUN, digits)))
    assert not torch.equal(weights(trained(RUN, digits)), weights(trained(replace(RUN, seed=1), digits)))


@pytest.mark.parametrize("n_records", [2, 17, 30])
def test_stopped_run_goes_on_to_the_same_weights(n_records: int, digits: Dataset, tmp_path: Path) -> None:
    state = start(RUN, digits, "cuda")
    list(islice(train(state), n_records))
    save_state(state, tmp_path / "state")
    resumed = load_state(tmp_path / "state", digits, "cuda")
    list(train(resumed))
    assert torch.equal(weights(resumed), weights(trained(RUN, digits)))


TURNED = (Change(3, "beta", 4.0), Change(7, "learning_rate", 1e-4), Change(11, "beta", 0.5))


def test_fields_turned_while_it_trains_are_turned_in_the_graph_too(digits: Dataset, tmp_path: Path) -> None:
    run = replace(RUN, changes=TURNED)
    replayed, stepped = trained(run, digits), trained(run, digits, captured=False)
    assert replayed.execution == "one CUDA graph per step"
    assert apart(replayed, stepped) < 1e-4
    assert not torch.equal(weights(replayed), weights(trained(RUN, digits)))
    descent = Descent((state := start(run, digits, "cuda"),), (fit_of(state),))
    for _ in range(state.n_steps):
        descent.advance()
    assert len(descent.capture.graphs) == 2  # whole batches and the last one of an epoch
    state = start(run, digits, "cuda")
    list(islice(train(state), 9))
    save_state(state, tmp_path / "state")
    resumed = load_state(tmp_path / "state", digits, "cuda")
    list(train(resumed))
    assert torch.equal(weights(resumed), weights(replayed))


@pytest.mark.parametrize("name", ["denoising, classifier", "conv_vae, nearest", "cvae", "gmvae, pretraining"])
def test_samples_read_batch_by_batch_train_as_those_on_the_gpu(
    name: str, digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = replace(RUN, model=SPECS[name], n_epochs=3)
    resident = trained(run, digits)
    monkeypatch.setattr(loop, "fits_into", lambda *_: False)
    streamed = trained(run, digits)
    assert streamed.fit is not None
    assert apart(resident, streamed) < 1e-4


def test_what_cannot_be_captured_is_trained_without(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    right: Callable[..., Any] = objectives.total_loss

    def reading(terms: Any, weights: Any) -> Any:
        loss = right(terms, weights)
        assert loss.item() > 0
        return loss

    expected = weights(trained(RUN, digits, captured=False))
    monkeypatch.setattr(objective, "total_loss", reading)
    state = trained(RUN, digits)
    assert state.execution.startswith("no CUDA graph (")
    assert "not wanted" not in state.execution
    assert torch.equal(weights(state), expected)


@pytest.mark.parametrize("name", [name for name in SPECS if name != "contractive"])
def test_replayed_stack_is_its_members(name: str, digits: Dataset) -> None:
    runs = sweep_runs(replace(RUN, model=SPECS[name], n_epochs=3), {"seed": [0, 1], "learning_rate": [1e-3, 3e-3]})
    states = start_sweep(runs, digits, "cuda")
    last = dict(train_sweep(states))
    assert states[0].execution == "a stack of 4, one CUDA graph per step"
    for member, run in enumerate(runs):
        alone = list(train(start(run, digits, "cuda")))[-1]
        assert last[member].loss == pytest.approx(alone.loss, rel=1e-3)
