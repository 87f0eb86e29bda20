"""The training loop against a hand-written one, closed forms, and whatever can go wrong along the way."""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.linalg import subspace_angles
from torch import Tensor

from explorer.data import Dataset, load_dataset
from explorer.errors import TrainingError
from explorer.models import AESpec, LinearAESpec, PCASpec, VAESpec, objectives
from explorer.models.autoencoder import Autoencoder, VariationalAutoencoder, build_autoencoder
from explorer.models.pca import PCA
from explorer.training import Record, RunSpec, TrainingState, loop, objective, replay, start, train

SMALL = RunSpec(VAESpec(2, (16,)), "digits", n_epochs=2, batch_size=100, learning_rate=5e-3)


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load_dataset("digits")


def trained(run: RunSpec, dataset: Dataset) -> tuple[TrainingState, list[Record]]:
    state = start(run, dataset, "cpu")
    return state, list(train(state))


def network(state: TrainingState) -> dict[str, Tensor]:
    assert isinstance(state.model, Autoencoder)
    return state.model.network.state_dict()


def errors(state: TrainingState) -> NDArray[np.float32]:
    x = state.dataset.pixels(state.train_rows)
    return x - state.model.decode(state.model.encode(x))


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_training_is_the_loop_that_one_writes_by_hand(digits: Dataset, weight_decay: float) -> None:
    run = replace(SMALL, model=AESpec(2, (16,)), seed=3, weight_decay=weight_decay)
    state, records = trained(run, digits)
    x = torch.from_numpy(digits.pixels(state.train_rows))
    plain = build_autoencoder(AESpec(2, (16,)), (8, 8), seed=3).network
    optimizer = torch.optim.Adam(plain.parameters(), lr=run.learning_rate, fused=False, foreach=False)
    generator = torch.Generator().manual_seed(3)
    losses = []
    for _ in range(run.n_epochs):
        for rows in torch.randperm(len(x), generator=generator).split(run.batch_size):
            loss = (x[rows] - plain.decoder(plain.encoder(x[rows])).sigmoid()).square().sum(dim=1).mean()
            weights = sum(parameter.square().sum() for parameter in plain.parameters())
            optimizer.zero_grad()
            (loss + weight_decay / 2 * weights).backward()
            optimizer.step()
            losses.append(loss.item())
    np.testing.assert_allclose([record.loss for record in records], losses, rtol=1e-5)
    assert all(record.kl is None and record.kl_per_dim is None for record in records)
    for name, value in network(state).items():
        torch.testing.assert_close(value, plain.state_dict()[name], atol=1e-5, rtol=1e-4)


def test_records_say_what_the_terms_were_and_when(digits: Dataset) -> None:
    run = replace(SMALL, model=VAESpec(2, (16,), beta=3.0))
    state, records = trained(run, digits)
    n_train, n_validation = 1437 - 120, 120
    assert (len(state.train_rows), len(state.validation_rows)) == (n_train, n_validation)
    assert state.n_steps == 2 * math.ceil(n_train / 100) == records[-1].step == records[-1].n_steps
    assert [record.epoch for record in records if record.is_epoch_end] == [1.0, 2.0]
    for record in records:
        assert record.kl is not None
        assert record.loss == pytest.approx(record.reconstruction + 3 * record.kl, rel=1e-5)
        assert (record.validation_loss is None) == (not record.is_epoch_end)
    last = records[-1]
    assert last.kl_per_dim is not None
    assert last.validation_kl == pytest.approx(sum(last.kl_per_dim))
    assert last.validation_reconstruction is not None
    assert last.validation_kl is not None
    assert last.validation_loss == pytest.approx(last.validation_reconstruction + 3 * last.validation_kl)
    assert isinstance(state.model, VariationalAutoencoder)
    means = state.model.encode(digits.pixels(state.validation_rows))
    assert last.active_units == int((means.var(axis=0, ddof=1) > 0.01).sum())


def test_few_records_of_long_epochs_are_means_over_their_steps(
    digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, every_step = trained(SMALL, digits)
    monkeypatch.setattr(loop, "RECORDS_PER_EPOCH", 3)
    monkeypatch.setattr(replay, "N_SNAPSHOTS", 2)
    _, some = trained(SMALL, digits)
    assert [record.step for record in some] == [1, 4, 8, 12, 14, 16, 20, 24, 28]
    losses = np.array([record.loss for record in every_step])
    for before, record in zip([0, *(record.step for record in some)], some, strict=False):
        assert record.loss == pytest.approx(losses[before : record.step].mean(), rel=1e-5)


def test_equal_seeds_have_equal_histories(digits: Dataset) -> None:
    runs = (SMALL, SMALL, replace(SMALL, seed=1))
    first, again, other = ([record.loss for record in trained(run, digits)[1]] for run in runs)
    assert first == again
    assert first != other


def test_snapshots_are_codes_of_the_same_samples_at_growing_distances(digits: Dataset) -> None:
    state, records = trained(SMALL, digits)
    kept = [record for record in records if record.snapshot is not None]
    assert [kept[0].step, kept[-1].step] == [1, state.n_steps]
    assert kept[-1].snapshot is not None
    expected = state.model.encode(digits.pixels(replay.snapshot_rows(len(digits))))
    np.testing.assert_array_equal(kept[-1].snapshot, expected)
    assert all(record.snapshot is not None and record.snapshot.shape == expected.shape for record in kept)


@pytest.mark.parametrize("n_steps", [1, 2, 1000, 25_800])
def test_snapshot_steps_span_the_run(n_steps: int) -> None:
    steps = sorted(replay.snapshot_steps(n_steps))
    assert (steps[0], steps[-1]) == (1, n_steps)
    assert len(steps) <= replay.N_SNAPSHOTS
    ratios = np.array(steps[1:]) / steps[:-1]
    assert n_steps < 1000 or ratios[-5:] == pytest.approx(n_steps ** (1 / (replay.N_SNAPSHOTS - 1)), rel=0.02)


@pytest.mark.parametrize("n_samples", [1, 999, 1000, 1437, 60_000])
def test_snapshot_rows_are_distinct_and_at_most_a_thousand(n_samples: int) -> None:
    rows = replay.snapshot_rows(n_samples)
    assert len(np.unique(rows)) == len(rows) == min(n_samples, 1000)
    assert (rows[0], rows[-1]) == (0, n_samples - 1)


def test_validation_is_apart_from_training_and_the_same_for_every_run() -> None:
    train_rows, validation_rows = loop.split_rows(1000, 0.25)
    assert len(validation_rows) == 250
    np.testing.assert_array_equal(np.sort([*train_rows, *validation_rows]), np.arange(1000))
    np.testing.assert_array_equal(loop.split_rows(1000, 0.25)[1], validation_rows)
    # Spread over the data set rather than cut off its end.
    assert 400 < validation_rows.mean() < 600


def test_validation_has_the_same_noise_every_time(digits: Dataset) -> None:
    state = start(SMALL, digits, "cpu")
    assert state.fit is not None
    before = state.fit.generator.get_state()
    assert loop._validation(state, state.fit) == loop._validation(state, state.fit)
    torch.testing.assert_close(state.fit.generator.get_state(), before)


def test_no_validation_part(digits: Dataset) -> None:
    state, records = trained(replace(SMALL, validation_fraction=0), digits)
    assert len(state.train_rows) == len(digits)
    assert all(record.validation_loss is None for record in records)
    _, (record,) = trained(RunSpec(PCASpec(), "digits", validation_fraction=0), digits)
    assert record.validation_loss is None


def test_a_batch_larger_than_the_data_set_is_the_data_set(digits: Dataset) -> None:
    state, records = trained(replace(SMALL, batch_size=60_000, validation_fraction=0), digits)
    assert state.n_steps == len(records) == 2
    assert all(record.is_epoch_end for record in records)
    assert records[-1].samples_per_s * records[-1].elapsed_s == pytest.approx(2 * len(digits))


def test_throughput_counts_the_smaller_last_batch(digits: Dataset) -> None:
    state, records = trained(SMALL, digits)
    assert records[-1].samples_per_s * records[-1].elapsed_s == pytest.approx(2 * len(state.train_rows))
    assert records[0].samples_per_s * records[0].elapsed_s == pytest.approx(SMALL.batch_size)


def test_cosine_schedule_falls_to_zero(digits: Dataset) -> None:
    state = start(replace(SMALL, schedule="cosine"), digits, "cpu")
    assert state.fit is not None
    rates = [state.fit.optimizer.param_groups[0]["lr"] for _ in train(state)]
    n = state.n_steps
    expected = [SMALL.learning_rate * (1 + math.cos(math.pi * step / n)) / 2 for step in range(n)]
    np.testing.assert_allclose(rates, expected)


def test_half_precision_trains_nearly_alike(digits: Dataset) -> None:
    _, full = trained(SMALL, digits)
    _, half = trained(replace(SMALL, precision="bfloat16"), digits)
    assert full[-1].loss != half[-1].loss
    assert half[-1].loss == pytest.approx(full[-1].loss, rel=0.02)


@pytest.fixture(scope="module")
def linear_and_pca(digits: Dataset) -> tuple[TrainingState, PCA]:
    run = RunSpec(
        LinearAESpec(5), "digits", 150, learning_rate=1e-2, schedule="cosine", batch_size=256, validation_fraction=0
    )
    pca = start(replace(run, model=PCASpec(5)), digits, "cpu").model
    assert isinstance(pca, PCA)
    return trained(run, digits)[0], pca


def test_a_linear_autoencoder_loses_what_pca_loses(linear_and_pca: tuple[TrainingState, PCA], digits: Dataset) -> None:
    state, pca = linear_and_pca
    x = digits.pixels()
    best = float(np.square(x - pca.decode(pca.encode(x))).mean())
    reached = float(np.square(errors(state)).mean())
    assert best - 1e-7 <= reached <= best + 1e-4


def test_a_linear_autoencoder_spans_pcas_subspace(linear_and_pca: tuple[TrainingState, PCA]) -> None:
    state, pca = linear_and_pca
    learned = network(state)["decoder.0.weight"].numpy()
    angles = np.rad2deg(subspace_angles(learned, pca.components[:5].T))
    assert angles.max() < 2


def test_a_learned_variance_ends_at_the_error_of_the_draws(digits: Dataset) -> None:
    """The variance of highest likelihood is the mean squared error of what is decoded from draws of q(z|x)."""
    spec = VAESpec(4, (32,), likelihood="gaussian")
    state, _ = trained(
        RunSpec(spec, "digits", 40, learning_rate=1e-2, schedule="cosine", validation_fraction=0), digits
    )
    assert isinstance(state.model, VariationalAutoencoder)
    x = digits.pixels()
    drawn = state.model.decode(state.model.posterior(x).sample(np.random.default_rng(0)))
    variance = float(network(state)["log_variance"].exp())
    assert variance < 0.5
    assert variance == pytest.approx(float(np.square(x - drawn).mean()), rel=0.1)


def test_pca_is_one_record_and_ends(digits: Dataset) -> None:
    state, records = trained(RunSpec(PCASpec(4), "digits"), digits)
    (record,) = records
    assert (record.step, record.n_steps, record.is_epoch_end, record.kl) == (1, 1, True, None)
    assert record.loss == record.reconstruction == pytest.approx(np.square(errors(state)).sum(axis=1).mean(), rel=1e-5)
    assert record.elapsed_s > 0
    assert record.samples_per_s == pytest.approx(len(state.train_rows) / record.elapsed_s)
    assert list(train(state)) == []


def test_to_stop_is_not_to_ask_for_the_next(digits: Dataset) -> None:
    _, whole = trained(SMALL, digits)
    state = start(SMALL, digits, "cpu")
    first = list(islice(train(state), 5))
    assert state.step == 5
    rest = list(train(state))
    assert [record.loss for record in first + rest] == [record.loss for record in whole]


def test_the_wrong_data_set_is_refused(digits: Dataset) -> None:
    with pytest.raises(TrainingError, match="wants the train split of mnist, but was given train of digits"):
        start(replace(SMALL, dataset="mnist"), digits)
    with pytest.raises(TrainingError, match="was given test of digits"):
        start(SMALL, load_dataset("digits", "test"))


def test_a_wild_learning_rate_is_named_with_the_step_and_undone(digits: Dataset) -> None:
    state = start(replace(SMALL, model=VAESpec(), learning_rate=1e6), digits, "cpu")
    records: list[Record] = []
    with pytest.raises(TrainingError, match=r"at step \d+: .* learning rate 1e\+06; try a tenth of it") as failure:
        records.extend(train(state))
    assert state.step < int(str(failure.value).split("step ")[1].split(":")[0])
    assert all(math.isfinite(record.loss) for record in records)
    assert all(value.isfinite().all() for value in network(state).values())
    assert np.isfinite(errors(state)).all()


def failing_from(step: int, wrong: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    """`total_loss` that goes wrong after some calls."""
    calls = iter(range(1, 1000))
    right = objectives.total_loss

    def total_loss(terms: Any, weights: Any) -> Any:
        return wrong(right(terms, weights)) if next(calls) >= step else right(terms, weights)

    return total_loss


@pytest.mark.parametrize(
    "wrong",
    [
        lambda loss: loss * float("nan"),
        # One whose gradient is finite, and one that is finite with a gradient that is not.
        lambda loss: loss + float("inf"),
        lambda loss: loss + (loss * 0).sqrt(),
    ],
    ids=["both", "loss", "gradient"],
)
def test_a_divergence_goes_back_to_parameters_with_a_known_loss(
    digits: Dataset, monkeypatch: pytest.MonkeyPatch, wrong: Callable[[Any], Any]
) -> None:
    state = start(SMALL, digits, "cpu")
    before = list(islice(train(state), 6))
    expected = {name: value.clone() for name, value in network(state).items()}
    monkeypatch.setattr(objective, "total_loss", failing_from(2, wrong))
    with pytest.raises(TrainingError, match="at step 8:"):
        list(train(state))
    assert state.step == before[-1].step == 6
    for name, value in network(state).items():
        torch.testing.assert_close(value, expected[name], atol=0, rtol=0)


def test_after_a_divergence_that_does_not_come_again_the_training_goes_on(
    digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = start(SMALL, digits, "cpu")
    with monkeypatch.context() as patch:
        patch.setattr(objective, "total_loss", failing_from(5, lambda loss: loss * float("nan")))
        with pytest.raises(TrainingError, match="diverged"):
            list(train(state))
    assert state.fit is not None
    moments = [value for moments in state.fit.optimizer.state.values() for value in moments.values()]
    assert moments
    assert all(torch.equal(value, torch.zeros_like(value)) for value in moments)
    rest = list(train(state))
    assert rest[-1].step == state.n_steps
    assert rest[-1].loss < rest[0].loss


def test_too_little_memory_is_a_sentence(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_memory(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(objective, "loss_terms", out_of_memory)
    with pytest.raises(TrainingError, match=r"memory of cpu is too small .* batches of 100; choose a smaller batch"):
        trained(SMALL, digits)


def test_data_that_the_memory_does_not_hold_are_a_sentence(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    def out_of_memory(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError

    monkeypatch.setattr(loop, "_part", out_of_memory)
    with pytest.raises(TrainingError, match="memory of cpu is too small"):
        start(SMALL, digits, "cpu")


def test_nothing_is_read_back_between_records(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "RECORDS_PER_EPOCH", 1)
    monkeypatch.setattr(replay, "N_SNAPSHOTS", 2)
    reads = 0

    def counted(read: Callable[..., Any]) -> Callable[..., Any]:
        def count(*arguments: Any) -> Any:
            nonlocal reads
            reads += 1
            return read(*arguments)

        return count

    state = start(replace(SMALL, validation_fraction=0), digits, "cpu")
    for name in ("item", "tolist", "__bool__", "__float__", "numpy", "cpu"):
        monkeypatch.setattr(Tensor, name, counted(getattr(Tensor, name)))
    reads_at_records = [reads for _ in train(state)]
    # Step 1, the ends of both epochs, and nothing more for the many steps between.
    assert len(reads_at_records) == 3
    assert np.diff(reads_at_records).max() <= reads_at_records[0]
