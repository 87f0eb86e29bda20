"""The command that a page shows trains the very run that the page would."""

import shlex

import pytest
from typer.testing import CliRunner

from explorer import jobs
from explorer.__main__ import app
from explorer.models import AESpec, LinearAESpec, PCASpec, VAESpec
from explorer.store import read_info
from explorer.training import RunSpec


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
