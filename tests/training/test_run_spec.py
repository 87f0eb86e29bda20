"""A training run as one validated object."""

import json

import pytest

from explorer.errors import SpecError
from explorer.models import AESpec, PCASpec, VAESpec
from explorer.training import RunSpec, run_from_json, run_to_json


@pytest.mark.parametrize("run", [RunSpec(PCASpec(3), "mnist"), RunSpec(VAESpec(hidden=(9,)), "digits", 2, seed=5)])
def test_runs_survive_json(run: RunSpec) -> None:
    assert run_from_json(json.loads(json.dumps(run_to_json(run)))) == run


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("n_epochs", 0),
        ("seed", -1),
        ("batch_size", 0),
        ("learning_rate", 0),
        ("learning_rate", float("nan")),
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
