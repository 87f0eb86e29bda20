"""Every family goes on where it stopped and comes back as it was kept; checkpoints from before it still load."""

import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from explorer.data import Dataset
from explorer.errors import CheckpointError
from explorer.jobs.save_run import finish
from explorer.models import (
    AESpec,
    ConvAESpec,
    ConvVAESpec,
    CVAESpec,
    GMVAESpec,
    ModelSpec,
    PPCASpec,
    VAESpec,
    VariationalModel,
)
from explorer.models.autoencoder import Autoencoder
from explorer.store import load_checkpoint, load_state, save_state
from explorer.training import Record, RunSpec, TrainingState, start, train
from explorer.training.codes import codes_of, decoded
from tests.store.conftest import edit_spec, restamp

SPECS: list[ModelSpec] = [
    PPCASpec(3),
    AESpec(3, (8,), classifier_weight=0.2, corruption="masking", contraction=0.01),
    AESpec(4, (8,), code_activation="sigmoid", sparsity="kl"),
    AESpec(6, (8,), sparsity="k_sparse", sparse_units=2),
    ConvAESpec(3, channels=(3, 4), batch_norm="yes"),
    ConvVAESpec(3, (8,), channels=(3,), batch_norm="yes", upsampling="nearest", binarisation="dynamic"),
    VAESpec(3, (8,), classifier_weight=0.2, warm_up=2, free_bits=0.1, corruption="gaussian"),
    CVAESpec(3, (8,)),
    GMVAESpec(3, (8,), n_components=4, pretraining=1),
    VAESpec(3, (8,), prior="vamp", pseudo_inputs=3, tc_weight=0.5),
]
IDS = ["ppca", "ae", "kl", "k_sparse", "conv_ae", "conv_vae", "vae", "cvae", "gmvae", "vamp"]
DESCENDED = [(spec, name) for spec, name in zip(SPECS, IDS, strict=True) if name != "ppca"]


def run_of(spec: ModelSpec, precision: str = "float32") -> RunSpec:
    # Three epochs of three steps each, a record a step.
    return RunSpec(spec, "digits", 3, batch_size=500, learning_rate=3e-3, precision=precision)


def told(records: list[Record]) -> list[tuple[object, ...]]:
    """What records say about the model, leaving out the clock."""
    names = ("step", "loss", "kl", "classification", "penalty", "validation_loss", "kl_per_dim", "active_units")
    return [tuple(getattr(record, name) for name in names) for record in records]


def weights(state: TrainingState) -> dict[str, torch.Tensor]:
    assert state.fit is not None
    return state.fit.network.state_dict()


@pytest.mark.parametrize("spec", [spec for spec, _ in DESCENDED], ids=[name for _, name in DESCENDED])
def test_stop_anywhere_and_go_on_to_the_same_weights(spec: ModelSpec, digits: Dataset, tmp_path: Path) -> None:
    whole = start(run_of(spec), digits, "cpu")
    expected = list(train(whole))
    # One before, at and after the end of the first epoch, where a mixture is placed.
    for n_records in (1, 2, 3, 4, 6, 8):
        state = start(run_of(spec), digits, "cpu")
        before = list(islice(train(state), n_records))
        save_state(state, tmp_path / str(n_records))
        resumed = load_state(tmp_path / str(n_records), digits, "cpu")
        assert told(before + list(train(resumed))) == told(expected)
        for name, value in weights(whole).items():
            assert torch.equal(weights(resumed)[name], value), (n_records, name)


def test_half_precision_goes_on_as_well(digits: Dataset, tmp_path: Path) -> None:
    run = run_of(GMVAESpec(3, (8,), n_components=4, pretraining=1), "bfloat16")
    state = start(run, digits, "cpu")
    before = list(islice(train(state), 3))
    save_state(state, tmp_path / "state")
    after = list(train(load_state(tmp_path / "state", digits, "cpu")))
    assert told(before + after) == told(list(train(start(run, digits, "cpu"))))


@pytest.mark.parametrize("spec", SPECS, ids=IDS)
def test_a_checkpoint_is_the_model_that_was_kept(spec: ModelSpec, library: Path, digits: Dataset) -> None:
    state = start(run_of(spec), digits, "cpu")
    records = list(train(state))
    finish(state, records, "kept")
    checkpoint = load_checkpoint("kept")
    x, labels = digits.pixels()[:50], digits.labels[:50]
    codes = codes_of(state.model, x, labels)
    assert checkpoint.run.model == spec
    np.testing.assert_allclose(codes_of(checkpoint.model, x, labels), codes, atol=1e-5)
    np.testing.assert_allclose(decoded(checkpoint.model, codes, labels), decoded(state.model, codes, labels), atol=1e-5)
    if isinstance(state.model, VariationalModel):
        assert isinstance(checkpoint.model, VariationalModel)
        for name in ("weights", "means", "log_vars"):
            kept = getattr(checkpoint.model.prior(), name)
            np.testing.assert_allclose(kept, getattr(state.model.prior(), name), atol=1e-5)
    if isinstance(state.model, Autoencoder) and state.model.network.classifier is not None:
        assert isinstance(checkpoint.model, Autoencoder)
        probabilities = checkpoint.model.class_probabilities(codes)
        np.testing.assert_allclose(probabilities, state.model.class_probabilities(codes), atol=1e-5)
    terms = ("classification", "penalty")
    for name in terms:
        kept_values = checkpoint.history[name].to_numpy()
        told_values = [getattr(record, name) for record in records]
        np.testing.assert_allclose(kept_values, np.array(told_values, float))


OLD_FIELDS = ("family", "latent_dim", "hidden", "activation", "output", "likelihood", "variance", "beta")


@pytest.fixture
def old(vae: Path) -> Path:
    """A VAE as the explorer kept it when there were four families."""

    def shorten(document: dict[str, Any]) -> None:
        model = document["run"]["model"]
        document["run"]["model"] = {name: model[name] for name in OLD_FIELDS}

    history = pd.read_parquet(vae / "history.parquet").drop(columns=["classification", "penalty"])
    history.to_parquet(vae / "history.parquet")
    edit_spec(vae, shorten)
    restamp(vae)
    return vae


def test_a_checkpoint_from_before_the_other_families_still_loads(old: Path, digits: Dataset) -> None:
    checkpoint = load_checkpoint("vae")
    assert checkpoint.run.model == VAESpec(2, (8,))
    assert checkpoint.history["penalty"].isna().all()
    assert checkpoint.model.encode(digits.pixels()[:3]).shape == (3, 2)


def test_but_a_history_without_its_loss_does_not(old: Path) -> None:
    pd.read_parquet(old / "history.parquet").drop(columns=["loss"]).to_parquet(old / "history.parquet")
    restamp(old)
    with pytest.raises(CheckpointError, match="missing or unknown columns: loss"):
        load_checkpoint("vae")


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("spec", "change", "reason"),
    [
        (GMVAESpec(2, (8,), n_components=4, pretraining=0), {"n_components": 5}, "prior"),
        (CVAESpec(2, (8,)), {"family": "vae"}, "encoder"),
        (ConvAESpec(2, channels=(3,), batch_norm="yes"), {"batch_norm": "no"}, "encoder"),
        (AESpec(2, (8,), classifier_weight=0.2), {"classifier_weight": 0.0}, "classifier"),
    ],
    ids=["gmvae", "cvae", "conv_ae", "ae"],
)
def test_weights_of_another_architecture_are_refused(
    spec: ModelSpec, change: dict[str, object], reason: str, library: Path, digits: Dataset
) -> None:
    state = start(run_of(spec), digits, "cpu")
    folder = finish(state, list(train(state)), "kept")
    edit_spec(folder, lambda document: document["run"]["model"].update(change))
    with pytest.raises(CheckpointError, match=reason):
        load_checkpoint("kept")


def test_the_spec_says_every_field(library: Path, digits: Dataset) -> None:
    state = start(run_of(GMVAESpec(2, (8,), n_components=4, pretraining=0)), digits, "cpu")
    folder = finish(state, list(train(state)), "kept")
    document = json.loads((folder / "spec.json").read_text("utf-8"))
    assert document["run"]["model"]["n_components"] == 4
    assert document["run"]["model"]["pretraining"] == 0
