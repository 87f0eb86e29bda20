"""Data beyond what a decoder can give are refused before the first step, with the field that helps."""

import pytest

from explorer.data import load_dataset
from explorer.errors import TrainingError
from explorer.models import make_spec
from explorer.training import RunSpec, start


@pytest.mark.parametrize(
    ("family", "fields", "cure"),
    [
        ("ae", {}, "choose output=identity."),
        ("ae", {"output": "tanh"}, "choose output=identity."),
        ("vae", {}, "output=identity and likelihood=gaussian"),
    ],
)
def test_sigmoid_is_refused_for_values_beyond_one(family: str, fields: dict[str, object], cure: str) -> None:
    with pytest.raises(TrainingError, match=r"arc has values from -1\.") as caught:
        start(RunSpec(make_spec(family, fields), "arc"), load_dataset("arc"), "cpu")
    assert cure in str(caught.value)


@pytest.mark.parametrize(
    ("family", "fields"),
    [("ae", {"output": "identity"}), ("vae", {"output": "identity", "likelihood": "gaussian"}), ("pca", {})],
)
def test_what_the_sentence_advises_can_start(family: str, fields: dict[str, object]) -> None:
    assert start(RunSpec(make_spec(family, fields), "arc"), load_dataset("arc"), "cpu").step == 0


def test_pixels_may_have_a_sigmoid() -> None:
    assert start(RunSpec(make_spec("ae", {}), "digits"), load_dataset("digits"), "cpu").step == 0
