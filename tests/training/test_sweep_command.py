"""The sweep on the command line: one row a member, and one sentence for what cannot be swept."""

import json
from pathlib import Path
from typing import Any

import pytest

from explorer.__main__ import main
from explorer.models import VAESpec
from explorer.store import list_checkpoints

TINY = ("--set", "hidden=8", "--epochs", "1", "--batch-size", "200", "--name", "tiny")


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(tmp_path))
    return tmp_path


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
    kept = [info.run.model for info in list_checkpoints() if info.run]
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
        (("vae", "--over", "hidden=8,16"), "share one architecture"),
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
