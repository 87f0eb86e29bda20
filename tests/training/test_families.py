"""Every family trains, on data it fits; what it cannot train on is one sentence."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.data import Dataset, load_dataset
from explorer.errors import SpecError, TrainingError
from explorer.models import (
    FAMILIES,
    AESpec,
    ConvAESpec,
    ConvVAESpec,
    CVAESpec,
    GMVAESpec,
    ModelSpec,
    VAESpec,
    VariationalModel,
    make_spec,
)
from explorer.models.autoencoder import Autoencoder
from explorer.training import Record, RunSpec, TrainingState, start, train
from explorer.training.codes import codes_of, decoded
from explorer.training.state import GradientFit
from explorer.training.sweep import start_sweep, sweep_runs, train_sweep

SMALL: dict[str, dict[str, object]] = {
    "ae": {"hidden": (16,)},
    "conv_ae": {"channels": (4,)},
    "vae": {"hidden": (16,)},
    "conv_vae": {"channels": (4,), "batch_norm": "yes"},
    "cvae": {"hidden": (16,)},
    "gmvae": {"hidden": (16,), "pretraining": 1, "n_components": 4},
}
ALL = [make_spec(family, {"latent_dim": 3, **SMALL.get(family, {})}) for family in FAMILIES]
GRADIENT = [spec for spec in ALL if spec.family not in ("pca", "ppca")]
VARIATIONAL = [spec for spec in ALL if isinstance(spec, VAESpec)]


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load_dataset("digits")


def run_of(spec: ModelSpec, n_epochs: int = 3) -> RunSpec:
    return RunSpec(spec, "digits", n_epochs, learning_rate=3e-3, batch_size=200)


def trained(run: RunSpec, dataset: Dataset) -> tuple[TrainingState, list[Record]]:
    state = start(run, dataset, "cpu")
    return state, list(train(state))


def part_of(dataset: Dataset, n: int) -> Dataset:
    return replace(dataset, samples=dataset.samples[:n], labels=dataset.labels[:n])


# Three halvings leave one pixel, so that one sample is one value for each channel.
NORMALISED = ConvAESpec(3, channels=(4, 4, 4), batch_norm="yes")


@pytest.mark.parametrize("stacks", [False, True])
def test_a_last_batch_of_one_sample_joins_the_one_before_in_batch_normalisation(digits: Dataset, stacks: bool) -> None:
    run = replace(run_of(NORMALISED, 2), batch_size=20, validation_fraction=0)
    states = start_sweep(sweep_runs(run, {"seed": [0, 1]}), part_of(digits, 41), "cpu")
    seen: list[int] = []
    for fit in map(fit_of, states):
        fit.network.encoder.register_forward_pre_hook(lambda _, given: seen.append(len(given[0])))
    ends = [record for _, record in train_sweep(states, stacks) if record.is_epoch_end]
    assert all(math.isfinite(record.loss) for record in ends)
    assert [record.step for record in ends] == [2, 2, 4, 4]
    assert {20, 21} <= set(seen)
    assert 1 not in seen


def test_other_models_take_a_last_batch_of_one_sample(digits: Dataset) -> None:
    run = replace(run_of(AESpec(3)), batch_size=20, validation_fraction=0)
    state, records = trained(run, part_of(digits, 41))
    assert state.steps_per_epoch == 3
    assert records[-1].step == 9


@pytest.mark.parametrize(("batch_size", "n"), [(1, 41), (20, 1)])
def test_batch_normalisation_of_one_sample_is_refused(digits: Dataset, batch_size: int, n: int) -> None:
    run = replace(run_of(NORMALISED), batch_size=batch_size, validation_fraction=0)
    with pytest.raises(TrainingError, match=f"batches are of {batch_size} from {n} samples; choose larger batches"):
        start(run, part_of(digits, n), "cpu")


def fit_of(state: TrainingState) -> GradientFit:
    assert state.fit is not None
    return state.fit


@pytest.mark.parametrize("spec", ALL, ids=lambda spec: spec.family)
def test_every_family_trains_and_keeps_all_it_needs(spec: ModelSpec, digits: Dataset) -> None:
    state, records = trained(run_of(spec), digits)
    last = records[-1]
    assert last.is_epoch_end
    assert math.isfinite(last.loss)
    assert last.reconstruction <= records[0].reconstruction
    assert last.snapshot is not None
    assert last.snapshot_images is not None
    assert last.snapshot.shape[1] == 3
    x, labels = digits.pixels()[:9], digits.labels[:9]
    assert decoded(state.model, codes_of(state.model, x, labels), labels).shape == (9, 64)


@pytest.mark.parametrize("spec", GRADIENT, ids=lambda spec: spec.family)
def test_the_loss_of_a_record_is_the_sum_of_its_terms(spec: ModelSpec, digits: Dataset) -> None:
    if isinstance(spec, AESpec):
        spec = replace(spec, classifier_weight=0.2, sparsity="l1", sparsity_weight=0.1)
    _, records = trained(run_of(spec), digits)
    last = records[-1]
    parts = [last.reconstruction, last.kl, last.penalty]
    weighed = 0.2 * 64 * last.classification if last.classification is not None else 0
    assert last.loss == pytest.approx(sum(part for part in parts if part is not None) + weighed, rel=1e-5)
    assert (last.classification is not None, last.penalty is not None) == (isinstance(spec, AESpec),) * 2


@pytest.mark.parametrize("spec", GRADIENT, ids=lambda spec: spec.family)
def test_every_family_trains_in_half_precision(spec: ModelSpec, digits: Dataset) -> None:
    if isinstance(spec, AESpec) and not (isinstance(spec, ConvAESpec) and spec.batch_norm == "yes"):
        spec = replace(spec, contraction=0.01)
    full, half = (trained(replace(run_of(spec), precision=name), digits)[1] for name in ("float32", "bfloat16"))
    assert full[-1].loss != half[-1].loss
    assert half[-1].loss == pytest.approx(full[-1].loss, rel=0.05)


@pytest.mark.parametrize("spec", GRADIENT, ids=lambda spec: spec.family)
def test_equal_seeds_have_equal_histories(spec: ModelSpec, digits: Dataset) -> None:
    first, again = (trained(run_of(spec), digits)[1] for _ in range(2))
    assert [record.loss for record in first] == [record.loss for record in again]


@pytest.mark.parametrize("spec", VARIATIONAL, ids=lambda spec: spec.family)
def test_members_of_a_sweep_over_beta_are_what_they_would_be_alone(spec: VAESpec, digits: Dataset) -> None:
    runs = sweep_runs(run_of(spec, 2), {"beta": ("0.5", "4")})
    assert [run.model for run in runs] == [replace(spec, beta=beta) for beta in (0.5, 4.0)]
    states = start_sweep(runs, digits, "cpu")
    for _ in train_sweep(states):
        pass
    alone, _ = trained(runs[1], digits)
    for name, value in fit_of(alone).network.state_dict().items():
        torch.testing.assert_close(fit_of(states[1]).network.state_dict()[name], value, atol=0, rtol=0)


def test_a_conditional_model_is_told_the_labels_it_trains_on(digits: Dataset) -> None:
    told, _ = trained(run_of(CVAESpec(3, (16,))), digits)
    mislabelled = replace(digits, labels=(digits.labels + 1) % 10)
    other, _ = trained(run_of(CVAESpec(3, (16,))), mislabelled)
    # The same data under other names: only the columns of the labels are permuted along the way.
    x, labels = digits.pixels()[:20], digits.labels[:20]
    assert not np.allclose(told.model.encode(x, labels), other.model.encode(x, labels))  # type: ignore[call-arg]


def test_a_classifier_learns_the_labels_from_the_code(digits: Dataset) -> None:
    state, records = trained(replace(run_of(AESpec(4, (64,), classifier_weight=1.0), 25), learning_rate=1e-2), digits)
    assert isinstance(state.model, Autoencoder)
    rows = state.validation_rows
    probabilities = state.model.class_probabilities(state.model.encode(digits.pixels(rows)))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    accuracy = (probabilities.argmax(axis=1) == digits.labels[rows]).mean()
    assert accuracy > 0.8
    assert (records[-1].classification or 9) < math.log(10) / 2


def test_a_model_without_a_classifier_has_no_probabilities(digits: Dataset) -> None:
    state, _ = trained(run_of(AESpec(4, (16,)), 1), digits)
    assert isinstance(state.model, Autoencoder)
    with pytest.raises(ValueError, match="without a classifier"):
        state.model.class_probabilities(np.zeros((1, 4), np.float32))


def test_the_mixture_is_fitted_to_the_codes_when_pretraining_ends(digits: Dataset) -> None:
    run = run_of(GMVAESpec(2, (32,), pretraining=2, n_components=5), 4)
    state, first = start(run, digits, "cpu"), None
    for record in train(state):
        if record.step == 2 * state.steps_per_epoch:
            assert isinstance(state.model, VariationalModel)
            first = state.model.prior()
            codes = state.model.encode(digits.pixels(state.train_rows))
        if record.step < 2 * state.steps_per_epoch:
            assert record.loss == pytest.approx(record.reconstruction)
    assert first is not None
    assert first.means.shape == (5, 2)
    np.testing.assert_allclose(first.weights @ first.means, codes.mean(axis=0), rtol=1e-4)
    total_variance = first.weights @ (np.exp(first.log_vars) + first.means**2) - (first.weights @ first.means) ** 2
    np.testing.assert_allclose(total_variance, codes.var(axis=0), rtol=1e-3)
    assert isinstance(state.model, VariationalModel)
    assert (state.model.prior().means != first.means).any()


def test_the_rate_of_a_mixture_names_the_component_last(digits: Dataset) -> None:
    _, records = trained(run_of(GMVAESpec(3, (16,), pretraining=1, n_components=4)), digits)
    per_dim = records[-1].kl_per_dim
    assert per_dim is not None
    assert len(per_dim) == 4
    assert records[-1].validation_kl == pytest.approx(sum(per_dim))
    assert 0 <= per_dim[-1] <= math.log(4) + 5
    assert (records[-1].active_units or 0) <= 3


def unlabelled(dataset: Dataset, **changed: object) -> Dataset:
    return replace(dataset, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize("spec", [CVAESpec(), AESpec(classifier_weight=1.0), VAESpec(classifier_weight=1.0)])
def test_labels_that_are_missing_or_out_of_range_are_one_sentence(spec: ModelSpec, digits: Dataset) -> None:
    for names in ((), ("all",)):
        nameless = unlabelled(digits, class_names=names, labels=np.zeros_like(digits.labels))
        with pytest.raises(
            SpecError, match=rf"needs labels of at least 2 classes, but the data has {len(names)}; choose"
        ):
            start(run_of(spec), nameless, "cpu")
    for labels in (digits.labels + 1, digits.labels - 1):
        with pytest.raises(
            TrainingError, match=r"digits has labels from -?\d+ to \d+, but 10 classes, .* needs none\."
        ):
            start(run_of(spec), unlabelled(digits, labels=labels), "cpu")


@pytest.mark.parametrize("spec", [AESpec(), VAESpec(), GMVAESpec(2, (8,))], ids=lambda spec: spec.family)
def test_who_needs_no_labels_does_not_mind(spec: ModelSpec, digits: Dataset) -> None:
    start(run_of(spec), unlabelled(digits, labels=digits.labels + 1), "cpu")


def test_more_components_than_samples_are_one_sentence(digits: Dataset) -> None:
    few = replace(digits, samples=digits.samples[:12], labels=digits.labels[:12])
    with pytest.raises(TrainingError, match="mixture of 20 components cannot be fitted to 11 samples; choose fewer"):
        start(run_of(GMVAESpec(2, (8,), n_components=20)), few, "cpu")


@pytest.mark.parametrize("name", ["swiss_roll", pytest.param("fremont", marks=pytest.mark.fremont)])
@pytest.mark.parametrize("spec", [ConvAESpec(output="identity"), ConvVAESpec(likelihood="gaussian", output="identity")])
def test_convolutions_on_what_is_no_image_are_one_sentence(spec: ModelSpec, name: str) -> None:
    dataset = load_dataset(name)
    with pytest.raises(SpecError, match=f"{spec.family}: convolutions need images, .* choose .*ae instead"):
        start(RunSpec(spec, name), dataset, "cpu")
