"""The command that a page shows trains the very run that the page would."""

import shlex
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from explorer import jobs
from explorer.__main__ import app
from explorer.errors import SpecError
from explorer.jobs.command import change_from_text
from explorer.models import AESpec, LinearAESpec, PCASpec, VAESpec
from explorer.store import read_info
from explorer.training import RunSpec
from explorer.training.changes import Change


def test_usual_options_are_always_written_and_the_others_where_they_differ() -> None:
    run = RunSpec(VAESpec(latent_dim=20, hidden=(400,)), "mnist", n_epochs=10, schedule="cosine")
    assert jobs.command_line(run, "vae-20d") == (
        "python -m explorer train vae --dataset mnist --epochs 10 --seed 0 --batch-size 128 --learning-rate 0.001 "
        "--schedule cosine --set latent_dim=20 --set hidden=400 --name vae-20d"
    )


@pytest.mark.parametrize(
    "run",
    [
        RunSpec(PCASpec(7), "digits"),
        RunSpec(LinearAESpec(3, output="sigmoid"), "digits", n_epochs=1, validation_fraction=0.25),
        RunSpec(AESpec(2, (), "tanh"), "digits", n_epochs=2, seed=5, batch_size=64, learning_rate=1e-05),
        RunSpec(VAESpec(2, (16, 8), likelihood="gaussian", variance=0.5, beta=0.1), "digits", n_epochs=1),
    ],
    ids=lambda run: run.model.family,
)
def test_the_command_trains_the_same_run(run: RunSpec) -> None:
    words = shlex.split(jobs.command_line(run, "same"))
    assert words[:3] == ["python", "-m", "explorer"]
    answer = CliRunner().invoke(app, words[3:])
    assert answer.exit_code == 0, answer.output
    assert read_info("same").run == run


def test_changes_along_the_way_are_options_and_come_back() -> None:
    run = replace(RunSpec(VAESpec(2), "digits"), changes=(Change(0, "beta", 0.1), Change(300, "learning_rate", 1e-4)))
    words = shlex.split(jobs.command_line(run, "turned"))
    texts = [words[place + 1] for place, word in enumerate(words) if word == "--change"]
    assert texts == ["0:beta=0.1", "300:learning_rate=0.0001"]
    assert tuple(map(change_from_text, texts)) == run.changes


@pytest.mark.parametrize("text", ["beta=4", "x:beta=4", "3:beta", "3:beta=much"])
def test_a_change_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(SpecError, match=r"must be step:field=value, such as 300:beta=4"):
        change_from_text(text)
