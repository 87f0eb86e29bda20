"""A training that stops, is saved, and goes on ends where it would have ended undisturbed."""

import errno
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from explorer.data import Dataset, load_dataset
from explorer.errors import CheckpointError, TrainingError
from explorer.models import AESpec, LinearAESpec, PCASpec, VAESpec
from explorer.store import load_state, save_state
from explorer.training import Record, RunSpec, TrainingState, start, train
from tests.store.test_checkpoints import refusing

RUN = RunSpec(VAESpec(2, (8,), likelihood="gaussian"), "digits", n_epochs=2, batch_size=300, schedule="cosine")
N_RECORDS = 10


def weights(state: TrainingState) -> dict[str, torch.Tensor]:
    assert state.fit is not None
    return state.fit.network.state_dict()


def told(records: list[Record]) -> list[tuple[object, ...]]:
    """What records say about the model, leaving out the clock."""
    return [(r.step, r.loss, r.kl, r.validation_loss, r.kl_per_dim, r.active_units) for r in records]


@pytest.fixture(scope="module")
def undisturbed(digits: Dataset) -> tuple[TrainingState, list[Record]]:
    state = start(RUN, digits, "cpu")
    return state, list(train(state))


def stopped(digits: Dataset, n_records: int = 3, run: RunSpec = RUN) -> tuple[TrainingState, list[Record]]:
    state = start(run, digits, "cpu")
    return state, list(islice(train(state), n_records))


@pytest.mark.parametrize("n_records", range(N_RECORDS + 1))
def test_stop_anywhere_and_go_on_to_the_same_weights(
    n_records: int, undisturbed: tuple[TrainingState, list[Record]], digits: Dataset, tmp_path: Path
) -> None:
    state, before = stopped(digits, n_records)
    assert save_state(state, tmp_path / "state") == tmp_path / "state"
    resumed = load_state(tmp_path / "state", digits, "cpu")
    assert (resumed.run, resumed.step) == (RUN, n_records)
    after = list(train(resumed))
    assert len(undisturbed[1]) == N_RECORDS
    assert told(before + after) == told(undisturbed[1])
    for name, expected in weights(undisturbed[0]).items():
        assert torch.equal(weights(resumed)[name], expected), name


def test_saving_disturbs_nothing(
    undisturbed: tuple[TrainingState, list[Record]], digits: Dataset, tmp_path: Path
) -> None:
    state = start(RUN, digits, "cpu")
    records = []
    for record in train(state):
        records.append(record)
        save_state(state, tmp_path / "state")
    assert told(records) == told(undisturbed[1])
    assert [path.name for path in tmp_path.iterdir()] == ["state"]
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["state.safetensors"]


def test_a_state_that_is_replaced_does_not_change_who_resumed_from_it(digits: Dataset, tmp_path: Path) -> None:
    save_state(stopped(digits, 3)[0], tmp_path / "state")
    resumed = load_state(tmp_path / "state", digits, "cpu")
    save_state(stopped(digits, 7)[0], tmp_path / "state")
    assert told(list(train(resumed)))[0] == told(stopped(digits, 4)[1])[-1]


def test_pca_is_finished_or_not_begun(digits: Dataset, tmp_path: Path) -> None:
    state = start(RunSpec(PCASpec(), "digits"), digits, "cpu")
    save_state(state, tmp_path / "new")
    list(train(state))
    save_state(state, tmp_path / "done")
    assert len(list(train(load_state(tmp_path / "new", digits)))) == 1
    assert list(train(load_state(tmp_path / "done", digits))) == []


@pytest.mark.filterwarnings("ignore:overflow")
def test_a_diverged_run_can_be_saved_and_restored(digits: Dataset, tmp_path: Path) -> None:
    state = start(replace(RUN, model=VAESpec(), learning_rate=1e6), digits, "cpu")
    with pytest.raises(TrainingError, match="diverged"):
        list(train(state))
    save_state(state, tmp_path / "state")
    restored = load_state(tmp_path / "state", digits, "cpu")
    assert restored.step == state.step
    assert all(torch.equal(value, weights(state)[name]) for name, value in weights(restored).items())


def test_another_data_set_is_refused(digits: Dataset, tmp_path: Path) -> None:
    save_state(stopped(digits)[0], tmp_path / "state")
    changed = replace(digits, samples=digits.samples[::-1].copy())
    with pytest.raises(TrainingError, match=f"began on digits with fingerprint {digits.fingerprint}.*restore that"):
        load_state(tmp_path / "state", changed, "cpu")
    with pytest.raises(TrainingError, match="began on digits"):
        load_state(tmp_path / "state", load_dataset("digits", "test"), "cpu")


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        (replace(RUN, seed=3, batch_size=100), r"(seed was 0, is 3; batch_size was 300, is 100)"),
        (replace(RUN, dataset="mnist"), "(dataset was digits, is mnist)"),
        (replace(RUN, model=VAESpec(2, (512, 9), likelihood="gaussian")), "(hidden was 8, is 512-9)"),
        (replace(RUN, model=AESpec(3, (8,))), "(family was vae, is ae; latent_dim was 2, is 3)"),
    ],
)
def test_a_changed_run_is_refused_field_by_field(wanted: RunSpec, named: str, digits: Dataset, tmp_path: Path) -> None:
    save_state(stopped(digits)[0], tmp_path / "state")
    with pytest.raises(TrainingError, match=re.escape(f"cannot go on with other fields than it began with {named}")):
        load_state(tmp_path / "state", digits, "cpu", wanted)
    assert load_state(tmp_path / "state", digits, "cpu", RUN).step == 3


def rewrite(folder: Path, edit: Callable[[dict[str, Any], dict[str, torch.Tensor]], object]) -> None:
    with safe_open(folder / "state.safetensors", "pt") as file:
        document = json.loads(file.metadata()["state"])
        tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
    edit(document, tensors)
    save_file(tensors, folder / "state.safetensors", {"state": json.dumps(document)})


@pytest.fixture(scope="module")
def saved(digits: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_state(stopped(digits)[0], tmp_path_factory.mktemp("saved") / "state")


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved, tmp_path / "state"))


def refused(folder: Path, dataset: Dataset) -> str:
    with pytest.raises(CheckpointError) as failure:
        load_state(folder, dataset, "cpu")
    sentence = str(failure.value)
    assert str(folder) in sentence
    assert "start the run again" in sentence
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda document, _: document["run"].update(model={"family": "vae", "hidden": [9]}), "network.encoder.0.bias"),
        (lambda document, _: document["run"].update(model={"family": "ae"}), "network."),
        (lambda document, _: document["run"].update(validation_fraction=0), "see order"),
        (lambda document, _: document["run"]["model"].update(depth=3), "vae has no field 'depth'"),
        (lambda document, _: document["run"].update(model={"family": "pca", "latent_dim": 0}), "latent_dim is 0"),
        (lambda document, _: document.pop("run"), "run"),
        (lambda document, _: document.update(step=-1), "step -1 of 10"),
        (lambda document, _: document.update(step=11), "step 11 of 10"),
        (lambda document, _: document.update(step=None), "NoneType"),
        (lambda _, tensors: tensors.pop("generator"), "see generator"),
        (lambda _, tensors: tensors.update(generator=tensors["generator"][:7].clone()), "see generator"),
        (lambda _, tensors: tensors.pop("adam.1.exp_avg"), "see adam.1.exp_avg"),
        (lambda _, tensors: tensors.update({"adam.0.exp_avg": torch.zeros(3)}), "see adam.0.exp_avg"),
        (lambda _, tensors: tensors.update({"network.extra": torch.zeros(3)}), "see network.extra"),
        (lambda _, tensors: tensors.update(order=tensors["order"] + 1), "see order"),
        (lambda _, tensors: tensors.update(order=tensors["order"][:9].clone()), "see order"),
    ],
)
def test_a_state_of_another_run_is_refused(folder: Path, digits: Dataset, edit: Any, reason: str) -> None:
    rewrite(folder, edit)
    assert reason in refused(folder, digits)


@pytest.mark.parametrize("content", [None, b"", b"no tensors", b"\xff" * 64])
def test_a_torn_state_is_refused(folder: Path, digits: Dataset, content: bytes | None) -> None:
    file = folder / "state.safetensors"
    file.write_bytes(file.read_bytes()[:-100] if content is None else content)
    refused(folder, digits)


def test_a_state_that_is_not_there_is_refused(tmp_path: Path, digits: Dataset) -> None:
    refused(tmp_path / "absent", digits)
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", digits)


def test_another_kind_of_device_is_refused(folder: Path, digits: Dataset) -> None:
    rewrite(folder, lambda document, _: document.update(device="cuda"))
    with pytest.raises(TrainingError, match="began on cuda, whose random numbers cpu cannot go on with; resume it on"):
        load_state(folder, digits, "cpu")


@pytest.mark.parametrize("write", ["pathlib.Path.write_bytes", "pathlib.Path.replace"])
def test_a_full_disk_keeps_the_state_that_was_there(
    write: str, folder: Path, digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = stopped(digits, 7)[0]
    with monkeypatch.context() as patch:
        patch.setattr(write, refusing())
        with pytest.raises(CheckpointError, match=r"No space left on device.; nothing that was there is lost"):
            save_state(later, folder)
    assert [path.name for path in folder.iterdir()] == ["state.safetensors"]
    assert load_state(folder, digits, "cpu").step == 3


def test_a_first_state_is_there_whole_or_not_at_all(
    tmp_path: Path, digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", refusing("Disk quota exceeded", errno.EDQUOT))
        with pytest.raises(CheckpointError, match="Disk quota exceeded"):
            save_state(stopped(digits)[0], tmp_path / "runs" / "1")
    assert not (tmp_path / "runs" / "1").exists()


@pytest.mark.parametrize("spec", [AESpec(2, (8,)), LinearAESpec(2)], ids=str)
def test_other_families_go_on_as_well(spec: AESpec | LinearAESpec, digits: Dataset, tmp_path: Path) -> None:
    run = replace(RUN, model=spec, precision="bfloat16")
    state, before = stopped(digits, 4, run)
    save_state(state, tmp_path / "state")
    after = list(train(load_state(tmp_path / "state", digits, "cpu")))
    assert told(before + after) == told(stopped(digits, N_RECORDS, run)[1])
