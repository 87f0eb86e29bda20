"""A training run as one validated object."""

import json

import pytest

from explorer.errors import SpecError
from explorer.models import AESpec, PCASpec, VAESpec
from explorer.training import RunSpec, run_from_json, run_to_json
from explorer.training.run_spec import distinct_fields


@pytest.mark.parametrize("run", [RunSpec(PCASpec(3), "mnist"), RunSpec(VAESpec(hidden=(9,)), "digits", 2, seed=5)])
def test_runs_survive_json(run: RunSpec) -> None:
    assert run_from_json(json.loads(json.dumps(run_to_json(run)))) == run


def test_what_sets_a_run_apart_says_nothing_of_defaults() -> None:
    run = RunSpec(VAESpec(hidden=(9,), beta=4), "digits", 2, seed=5, weight_decay=0.1)
    assert distinct_fields(run) == {
        "family": "vae",
        "dataset": "digits",
        "model": {"hidden": (9,), "beta": 4.0},
        "run": {"n_epochs": 2, "seed": 5, "weight_decay": 0.1},
    }
    assert distinct_fields(RunSpec(PCASpec(), "mnist")) == {"family": "pca", "dataset": "mnist", "model": {}, "run": {}}


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("n_epochs", 0),
        ("seed", -1),
        ("batch_size", 0),
        ("learning_rate", 0),
        ("learning_rate", float("nan")),
        ("weight_decay", -0.1),
        ("schedule", "linear"),
        ("precision", "float16"),
        ("validation_fraction", 0.6),
    ],
)
def test_wrong_value_names_field_value_and_range(field: str, given: float | str) -> None:
    with pytest.raises(SpecError, match=rf"training: {field} is {given!r}, but must be "):
        RunSpec(AESpec(), "digits", **{field: given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"optimizer": "sgd"}, "training has no field 'optimizer'"),
        ({"model": {"family": "gan"}}, "no model family 'gan'"),
        ({"model": {"family": "vae", "depth": 3}}, "vae has no field 'depth'"),
        ({"model": None}, "needs a model"),
        ({"dataset": 3}, "needs a model"),
    ],
)
def test_foreign_json_is_refused(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(SpecError, match=sentence):
        run_from_json(run_to_json(RunSpec(VAESpec(), "digits")) | change)
