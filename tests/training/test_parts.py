"""Samples too many for the device are read from the disk batch by batch, and a run goes as it would on the device."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from explorer.data import Dataset, load_dataset
from explorer.models.spec import AESpec, ConvVAESpec, CVAESpec, GMVAESpec, ModelSpec, VAESpec
from explorer.training import Record, RunSpec, TrainingState, loop, start, train
from explorer.training.codes import codes_of, codes_of_rows
from explorer.training.parts import ResidentPart, StreamedPart
from explorer.training.sweep import start_sweep, sweep_rounds, sweep_runs

SPECS: dict[str, ModelSpec] = {
    "vae": VAESpec(2, (16,)),
    "denoising": AESpec(2, (16,), corruption="gaussian", corruption_level=0.3, classifier_weight=0.1),
    "conditional": CVAESpec(2, (16,)),
    "mixture": GMVAESpec(2, (16,), n_components=3, pretraining=1),
    "convolutional": ConvVAESpec(2, channels=(4, 8)),
}
RUN = RunSpec(SPECS["vae"], "digits", n_epochs=2, batch_size=100, validation_fraction=0.1)


@pytest.fixture
def mapped_digits(tmp_path: Path) -> Dataset:
    """The digits with their samples in a file that is mapped into memory."""
    digits = load_dataset("digits")
    np.save(tmp_path / "samples.npy", digits.samples)
    return replace(digits, samples=np.load(tmp_path / "samples.npy", mmap_mode="r"))


@contextmanager
def memory_of(monkeypatch: pytest.MonkeyPatch, n_bytes: int) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr(loop, "memory_bytes", lambda _: n_bytes)
        yield


def parts_of(state: TrainingState) -> tuple[object, object]:
    assert state.fit is not None
    return state.fit.train, state.fit.validation


def followed(state: TrainingState) -> list[Record]:
    state.has_fixed_threads, state.n_threads = True, 1
    return list(train(state))


@pytest.mark.parametrize("name", SPECS)
def test_a_streamed_run_goes_as_a_resident_one(
    name: str, mapped_digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = replace(RUN, model=SPECS[name])
    resident = start(run, load_dataset("digits"), "cpu")
    with memory_of(monkeypatch, 1000):
        streamed = start(run, mapped_digits, "cpu")
    assert all(isinstance(part, ResidentPart) for part in parts_of(resident))
    assert all(isinstance(part, StreamedPart) for part in parts_of(streamed))
    for alone, own in zip(followed(resident), followed(streamed), strict=True):
        assert own.loss == pytest.approx(alone.loss, rel=1e-4)
        assert (own.validation_loss or 0) == pytest.approx(alone.validation_loss or 0, rel=1e-4)
        assert (own.validation_loss is None) is not own.is_epoch_end
    assert "samples read from the disk" in streamed.execution
    assert "disk" not in resident.execution


def test_members_of_a_streamed_stack_have_their_own_order(
    mapped_digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = sweep_runs(RUN, {"beta": [0.5, 2.0], "seed": [0, 1]})
    with memory_of(monkeypatch, 1000):
        streamed = start_sweep(runs, mapped_digits, "cpu")
    resident = start_sweep(runs, load_dataset("digits"), "cpu")
    rounds = zip(sweep_rounds(streamed, stacks=True), sweep_rounds(resident, stacks=True), strict=True)
    losses = [([own.loss for _, own in one], [alone.loss for _, alone in other]) for one, other in rounds]
    assert losses
    for own, alone in losses:
        assert own == pytest.approx(alone, rel=1e-4)
        assert len(set(own)) == 4


def test_data_are_streamed_from_a_quarter_of_the_memory_on(monkeypatch: pytest.MonkeyPatch) -> None:
    digits = load_dataset("digits")
    n_bytes = 4 * digits.samples.size
    for present, kind in ((4 * n_bytes, ResidentPart), (4 * n_bytes - 1, StreamedPart)):
        with memory_of(monkeypatch, present):
            assert isinstance(parts_of(start(RUN, digits, "cpu"))[0], kind)


def test_parts_give_the_rows_that_are_asked_for(mapped_digits: Dataset) -> None:
    rows = np.array([5, 3, 900, 17])
    labels = torch.from_numpy(mapped_digits.labels[rows])
    streamed = StreamedPart(mapped_digits, rows, torch.device("cpu"), labels)
    resident = ResidentPart(torch.from_numpy(mapped_digits.pixels(rows)), labels)
    assert (len(streamed), streamed.n_pixels, streamed.device) == (len(resident), resident.n_pixels, resident.device)
    torch.testing.assert_close(streamed.mean(), resident.mean())
    wanted = torch.tensor([2, 0])
    for batch in (streamed.gathered(wanted), resident.gathered(wanted)):
        np.testing.assert_array_equal(batch.x.numpy(), mapped_digits.pixels(np.array([900, 5])))
        assert batch.target is batch.x
        assert batch.labels is not None
        assert batch.labels.tolist() == mapped_digits.labels[[900, 5]].tolist()


def test_codes_of_many_rows_are_made_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    digits = load_dataset("digits")
    model = start(replace(RUN, model=SPECS["conditional"]), digits, "cpu").model
    monkeypatch.setattr("explorer.training.codes.ROWS_AT_ONCE", 500)
    whole, asked, pixels = codes_of(model, digits.pixels(), digits.labels), list[int](), Dataset.pixels

    def counted(dataset: Dataset, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        asked.append(len(rows))
        return pixels(dataset, rows)

    monkeypatch.setattr(Dataset, "pixels", counted)
    np.testing.assert_allclose(codes_of_rows(model, digits, np.arange(1437)), whole, atol=1e-5)
    assert asked == [479, 479, 479]
    assert codes_of_rows(model, digits, np.arange(0)).shape == (0, 2)
