"""Trainings that the command line attends: rows and checkpoints, stopped and resumed, and what cannot be swept."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.__main__ import main
from explorer.jobs import foreground
from explorer.models import VAESpec
from explorer.store import list_checkpoints, load_checkpoint
from explorer.store.tensors import model_arrays
from explorer.training import Record, TrainingState
from explorer.training.sweep import Round, sweep_rounds

ROOT = Path(__file__).parents[2]
BETAS = ("--over", "beta=0,0.5,4")
# Dies in the middle of the nth file that it writes.
KILLED = """
import os, signal, sys
from pathlib import Path
from explorer.__main__ import main
from explorer.jobs import foreground
left, write_bytes = {nth}, Path.write_bytes
def write(path, content):
    global left
    left -= 1
    if left:
        return write_bytes(path, content)
    write_bytes(path, content[:len(content) // 2])
    os.kill(os.getpid(), signal.SIGKILL)
Path.write_bytes = write
foreground.SAVE_EVERY_S, foreground.SAVING_SHARE = 0.0, 1e6
main(sys.argv[1:])
"""
TINY = ("--set", "hidden=8", "--epochs", "1", "--batch-size", "200", "--name", "tiny")


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "library").mkdir()
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path / "library"))
    return tmp_path / "library"


def swept(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main(["sweep", "vae", *TINY, *arguments, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["sweep", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    return captured.err


def test_one_row_and_one_checkpoint_a_member(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    found = swept(capsys, "--over", "beta=0,0.5,4")
    assert [row["beta"] for row in found] == [0, 0.5, 4]
    assert [row["checkpoint"] for row in found] == [str(library / f"tiny-beta{beta}") for beta in ("0", "0.5", "4")]
    assert all({"distortion_nats", "rate_nats", "negative_elbo_nats", "active_units"} <= row.keys() for row in found)
    kept = [info.run.model for info in list_checkpoints()]
    assert [model.beta for model in kept if isinstance(model, VAESpec)] == [0, 0.5, 4]


def test_member_that_diverges_is_named_and_the_others_are_kept(
    capsys: pytest.CaptureFixture[str], library: Path
) -> None:
    enough = ("--set", "hidden=16", "--epochs", "2", "--name", "tiny")
    assert main(["sweep", "vae", *enough, "--over", "learning_rate=1e-3,1e8"]) == 2
    assert "learning_rate=1e+08: " in capsys.readouterr().err
    assert [path.name for path in library.iterdir()] == ["tiny-learning-rate0.001"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("vae", "--over", "beta=1"), "must have from 2 to 64 members, but this one has 1"),
        (("vae", "--over", "seed=" + ",".join(map(str, range(200)))), "but this one has 200"),
        (("vae", "--over", "beta=1,1"), "Two members of the sweep are the same"),
        (("vae", "--over", "beta=1,-1"), "beta is '-1', but must be"),
        (("vae", "--over", "beta=1,nan"), "beta is 'nan', but must be"),
        (("vae", "--over", "validation_fraction=0.1,0.2"), "its members learn the same samples"),
        (("ae", "--over", "beta=1,2"), "ae has no field 'beta'"),
        (("vae", "--over", "beta"), "is no field=value pair"),
        (("vae",), "over"),
    ],
)
def test_impossible_sweep_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refusal(capsys, *arguments)


def test_names_that_are_taken_are_said_before_the_training(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    (library / "tiny-beta4").mkdir()
    assert "tiny-beta4 exists already" in refusal(capsys, "vae", *TINY, "--over", "beta=1,4")
    assert [path.name for path in library.iterdir()] == ["tiny-beta4"]


@pytest.fixture
def interrupted() -> Iterator[pytest.MonkeyPatch]:
    """Ctrl-C reaches the sweep before its fifth record."""

    def turns(states: Sequence[TrainingState]) -> Iterator[Round]:
        for place, turn in enumerate(sweep_rounds(states)):
            if place == 4:
                signal.raise_signal(signal.SIGINT)
            yield turn

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(foreground, "sweep_rounds", turns)
        yield patch


def stop(capsys: pytest.CaptureFixture[str], interrupted: pytest.MonkeyPatch, *arguments: str) -> None:
    """Begin a sweep that Ctrl-C ends, and let the next one go on undisturbed."""
    assert main(["sweep", "vae", *TINY, *BETAS, *arguments]) == 130
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Stopped; " in captured.err.splitlines()[-1]
    assert "--resume goes on" in captured.err
    interrupted.undo()


def results(library: Path) -> list[tuple[str, Any, Any]]:
    """Weights and curves of every checkpoint, without the clock."""
    # What was torn by a kill stays beside them under a hidden name.
    names = sorted(path.name for path in library.iterdir() if not path.name.startswith("."))
    kept = [load_checkpoint(str(library / name)) for name in names]
    curves = [item.history.drop(columns=["elapsed_s", "samples_per_s"]) for item in kept]
    weights = [np.concatenate([value.ravel() for value in model_arrays(item.model).values()]) for item in kept]
    codes = [item.codes.snapshots for item in kept]
    return [(item.info.name, *numbers) for item, *numbers in zip(kept, weights, curves, codes, strict=True)]


@pytest.fixture
def undisturbed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> list[tuple[str, Any, Any]]:
    with monkeypatch.context() as patch:
        patch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path / "undisturbed"))
        swept(capsys, *BETAS)
    return results(tmp_path / "undisturbed")


def assert_same(found: list[tuple[str, Any, Any]], expected: list[tuple[str, Any, Any]]) -> None:
    for one, other in zip(found, expected, strict=True):
        assert one[0] == other[0]
        assert all(np.array_equal(a, b) for a, b in zip(one[1::2], other[1::2], strict=True))
        assert one[2].equals(other[2])


def test_a_stopped_sweep_goes_on_to_the_same_models(
    undisturbed: list[tuple[str, Any, Any]],
    interrupted: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    library: Path,
) -> None:
    stop(capsys, interrupted)
    assert list(library.iterdir()) == []
    assert [row["beta"] for row in swept(capsys, *BETAS, "--resume")] == [0, 0.5, 4]
    assert_same(results(library), undisturbed)
    assert not foreground.folder_of("tiny").exists()


@pytest.mark.parametrize("nth", [pytest.param(1, marks=pytest.mark.slow), 8, pytest.param(9, marks=pytest.mark.slow)])
def test_a_sweep_killed_in_the_middle_of_a_file_goes_on_from_the_last_whole_one(
    nth: int, undisturbed: list[tuple[str, Any, Any]], capsys: pytest.CaptureFixture[str], library: Path
) -> None:
    program = [sys.executable, "-c", KILLED.format(nth=nth), "sweep", "vae", *TINY, *BETAS]
    killed = subprocess.run(program, cwd=ROOT, env=dict(os.environ), capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    swept(capsys, *BETAS, "--resume")
    assert_same(results(library), undisturbed)


@pytest.mark.parametrize(
    ("family", "fields"),
    [
        ("vae", ()),
        ("gmvae", ("pretraining=1", "n_components=3")),
        pytest.param("linear_ae", (), marks=pytest.mark.slow),
        pytest.param("ae", ("corruption=gaussian", "corruption_level=0.3"), marks=pytest.mark.slow),
        pytest.param("ae", ("classifier_weight=0.1",), marks=pytest.mark.slow),
        pytest.param("ae", ("sparsity=kl", "code_activation=sigmoid", "latent_dim=9"), marks=pytest.mark.slow),
        pytest.param("cvae", (), marks=pytest.mark.slow),
        pytest.param("conv_ae", ("channels=2-4", "batch_norm=yes"), marks=pytest.mark.slow),
        pytest.param("conv_vae", ("channels=2-4",), marks=pytest.mark.slow),
    ],
)
def test_one_training_of_every_family_stops_and_goes_on_to_the_same_model(
    family: str,
    fields: Sequence[str],
    interrupted: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    library: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    options = ["--epochs", "2", "--batch-size", "300", "--name", "one", *(f"--set={field}" for field in fields)]
    assert main(["train", family, *options]) == 130
    assert "--resume goes on" in capsys.readouterr().err
    assert list(library.iterdir()) == []
    interrupted.undo()
    assert main(["train", family, *options]) == 2
    assert "one was stopped before its end; go on with --resume" in capsys.readouterr().err
    resumed: list[Record] = []

    def watched(states: Sequence[TrainingState]) -> Iterator[Round]:
        for turn in sweep_rounds(states):
            resumed.extend(record for _, record in turn)
            yield turn

    with monkeypatch.context() as patch:
        patch.setattr(foreground, "sweep_rounds", watched)
        assert main(["train", family, *options, "--resume", "--json"]) == 0
    assert len(resumed) == len(load_checkpoint("one").history) - 5 > 0
    *epochs, kept = map(json.loads, capsys.readouterr().out.splitlines())
    assert (epochs[-1]["epoch"], kept) == (2, {"checkpoint": str(library / "one")})
    with monkeypatch.context() as patch:
        patch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path / "undisturbed"))
        assert main(["train", family, *options]) == 0
    assert_same(results(library), results(tmp_path / "undisturbed"))


def test_one_training_that_is_done_stays_as_it_is(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    assert main(["train", "vae", *TINY]) == 0
    before = {path: path.stat().st_mtime_ns for path in library.rglob("*")}
    assert main(["train", "vae", *TINY, "--resume"]) == 0
    assert "1 of 1 models are done already" in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in library.rglob("*")} == before


def test_what_was_to_replace_a_checkpoint_goes_on(
    interrupted: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], library: Path
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(foreground, "sweep_rounds", sweep_rounds)
        swept(capsys, *BETAS)
    stop(capsys, interrupted, "--replace")
    assert [row["beta"] for row in swept(capsys, *BETAS, "--replace", "--resume")] == [0, 0.5, 4]
    assert [info.name for info in list_checkpoints()] == ["tiny-beta0", "tiny-beta0.5", "tiny-beta4"]
    assert swept(capsys, "--over", "beta=0.5,4", "--set", "activation=tanh", "--replace", "--resume")
    assert load_checkpoint("tiny-beta4").run.model == VAESpec(hidden=(8,), activation="tanh", beta=4)


def test_a_training_whose_disk_was_full_goes_on_when_there_is_room(
    capsys: pytest.CaptureFixture[str], library: Path, full_disk: pytest.MonkeyPatch
) -> None:
    assert main(["train", "vae", *TINY]) == 2
    full_disk.undo()
    capsys.readouterr()
    assert main(["train", "vae", *TINY, "--resume", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"checkpoint": str(library / "tiny")}


def test_members_that_are_done_stay_done(capsys: pytest.CaptureFixture[str], library: Path) -> None:
    swept(capsys, "--over", "beta=0.5,4")
    before = {path: path.stat().st_mtime_ns for path in library.rglob("*")}
    assert main(["sweep", "vae", *TINY, *BETAS, "--resume", "--json"]) == 0
    captured = capsys.readouterr()
    assert [json.loads(line)["beta"] for line in captured.out.splitlines()] == [0]
    assert "2 of 3 models are done already" in captured.err
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_what_was_stopped_goes_on_with_the_same_fields_only(
    interrupted: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stop(capsys, interrupted)
    changed = ("vae", *TINY, *BETAS, "--resume", "--set", "hidden=9-9", "--batch-size", "100")
    assert main(["sweep", *changed]) == 2
    assert "(hidden was 8, is 9-9; batch_size was 200, is 100)" in capsys.readouterr().err.splitlines()[-1]
    assert len(swept(capsys, *BETAS, "--resume")) == 3


def test_a_member_that_was_trained_otherwise_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    swept(capsys, "--over", "beta=0.5,4")
    sentence = refusal(capsys, "vae", *TINY, *BETAS[:1], "beta=0.5,4", "--resume", "--epochs", "2")
    assert "The checkpoint tiny-beta0.5 was trained with other fields (n_epochs was 1, is 2)" in sentence


def test_what_was_stopped_is_not_lost_by_mistake(
    interrupted: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stop(capsys, interrupted)
    assert "tiny-beta0 was stopped before its end; go on with --resume" in refusal(capsys, "vae", *TINY, *BETAS)
    assert len(swept(capsys, *BETAS, "--replace")) == 3


def test_of_two_processes_that_train_one_sweep_the_second_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with foreground.only_one("tiny"):
        assert "another process trains it" in refusal(capsys, "vae", *TINY, *BETAS)
    assert len(swept(capsys, *BETAS)) == 3


def test_a_folder_that_cannot_be_written_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("EXPLORER_RUNS", str(tmp_path / "file"))
    assert "set EXPLORER_RUNS to another folder" in refusal(capsys, "vae", *TINY, *BETAS)
    assert "cannot be a checkpoint's name" in refusal(capsys, "vae", *TINY, *BETAS, "--name", "../x")


def test_beta_zero_is_said_to_be_an_autoencoder_with_noise(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "vae", *TINY, *BETAS]) == 0
    assert "autoencoder with noise" in capsys.readouterr().err
    assert main(["sweep", "vae", *TINY, "--over", "beta=1,2"]) == 0
    assert "noise" not in capsys.readouterr().err
