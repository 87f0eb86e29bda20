"""Fields of specs: what they take, from text, JSON and Python, and the sentence for what they do not."""

import json
from dataclasses import dataclass, replace

import pytest

from explorer.errors import SpecError
from explorer.models import FAMILIES, AESpec, LinearAESpec, PCASpec, VAESpec, make_spec, spec_from_json, spec_to_json
from explorer.models.fields import (
    Choice,
    OnlyIf,
    Range,
    Unless,
    Widths,
    describe,
    has_effect,
    label_of,
    limited,
    limited_fields,
    option_of,
)


@pytest.mark.parametrize(
    ("allowed", "given", "parsed"),
    [
        (Range(int, 1, 9), "3", 3),
        (Range(int, 1, 9), 3.0, 3),
        (Range(float, 0, 9), 3, 3.0),
        (Range(float, 0, 9), "1e-3", 0.001),
        (Range(float, 0, 9, "learned"), "learned", "learned"),
        (Choice(("a", "b")), "b", "b"),
        (Widths(), "256-64", (256, 64)),
        (Widths(), [256, 64], (256, 64)),
        (Widths(), "none", ()),
        (Widths(), (), ()),
    ],
)
def test_values_are_parsed(allowed: Range | Choice | Widths, given: object, parsed: object) -> None:
    value: object = allowed.parse(given)
    assert value == parsed
    assert type(value) is type(parsed)


WRONG: dict[str, list[object]] = {
    "latent_dim": [0, -1, 1025, "0", "2.5", "x", "", 2.5, True, None, [2], "9" * 5000],
    "beta": [-1, "-1", float("nan"), "nan", "inf", 1001, 10**400, False, "1e999"],
    "hidden": ["0", "-1", "256-", "a", [0], [True], 256, "9000", "1-1-1-1-1-1-1-1-1", {}],
    "activation": ["gelu", 1, None, ["relu"]],
    "variance": [0, "free", float("inf")],
    "likelihood": ["poisson"],
    "output": ["softmax"],
}


@pytest.mark.parametrize(("field", "given"), [(field, given) for field, values in WRONG.items() for given in values])
def test_wrong_value_names_family_field_value_and_range(field: str, given: object) -> None:
    with pytest.raises(SpecError) as failure:
        make_spec("vae", {field: given})
    sentence = str(failure.value)
    assert sentence.startswith(f"vae: {field} is {given!r}, but must be ")
    assert sentence.endswith(f"{describe(VAESpec)[field]['allowed']}.")


def test_of_many_words_a_sentence_names_a_few() -> None:
    assert str(Choice(("a", "b"))) == "a or b"
    assert str(Choice(tuple("abcdefghijklm"))) == "one of 13, such as a, b, c"


def test_unknown_family_and_field_name_what_there_is() -> None:
    with pytest.raises(SpecError, match=r"no model family 'gan'; choose one of pca, ppca, linear_ae, ae"):
        make_spec("gan", {})
    with pytest.raises(
        SpecError, match=r"pca has no field 'beta', which only vae, .*gmvae can have; its .* latent_dim\."
    ):
        make_spec("pca", {"beta": 1})


def test_bernoulli_decoder_needs_a_sigmoid() -> None:
    with pytest.raises(SpecError, match="Bernoulli decoder needs output=sigmoid"):
        VAESpec(output="identity")


def test_kl_on_hidden_layers_needs_units_between_0_and_1() -> None:
    with pytest.raises(SpecError, match=r"hidden units between 0 and 1; add activation=sigmoid, or choose sparse_lay"):
        AESpec(sparsity="kl", code_activation="sigmoid", sparse_layers="all")


def test_cross_entropy_needs_a_sigmoid() -> None:
    with pytest.raises(
        SpecError, match=r"ae: a cross-entropy takes decoded pixels for probabilities; choose output=sig"
    ):
        AESpec(output="identity", reconstruction_loss="cross_entropy")


@pytest.mark.parametrize(
    "spec",
    [
        PCASpec(7),
        LinearAESpec(3, "sigmoid"),
        AESpec(hidden=(), activation="tanh"),
        VAESpec(likelihood="gaussian", variance=0.1, output="identity", beta=4),
    ],
)
def test_specs_survive_json(spec: PCASpec | LinearAESpec | AESpec | VAESpec) -> None:
    restored = spec_from_json(json.loads(json.dumps(spec_to_json(spec))))
    assert restored == spec
    assert hash(restored) == hash(spec)


def test_a_copy_is_validated_as_well() -> None:
    with pytest.raises(SpecError, match="latent_dim is 0"):
        replace(VAESpec(), latent_dim=0)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_described_defaults_make_the_default_spec(family: str) -> None:
    described = describe(FAMILIES[family])
    assert make_spec(family, {name: field["default"] for name, field in described.items()}) == FAMILIES[family]()
    assert json.loads(json.dumps(described)) == described


@dataclass(frozen=True)
class Example:
    """Fields that say all that a field can say of itself."""

    noise: str = limited("none", Choice(("none", "gaussian")), "noise on the input")
    noise_level: float = limited(
        0.5, Range(float, 0, 1), "how much of it", only_if=OnlyIf("noise", ("gaussian",)), option="level"
    )
    beta: float = limited(1.0, Range(float, 0, 9), "weight", label="β", only_if=Unless("family", ("ae", "pca")))


def test_a_declaration_says_how_people_the_command_line_and_the_reference_name_the_field() -> None:
    declared = limited_fields(Example)
    assert [label_of(field) for field in declared] == ["Noise", "Noise level", "β"]
    assert [option_of(field) for field in declared] == ["noise", "level", "beta"]
    effects = [described["effect"] for described in describe(Example).values()]
    assert effects == [None, "only with noise=gaussian", "not with family=ae or pca"]


@pytest.mark.parametrize(
    ("values", "effective"),
    [
        ({}, ["noise", "noise_level", "beta"]),
        ({"noise": "none", "family": "vae"}, ["noise", "beta"]),
        ({"noise": "gaussian", "family": "ae"}, ["noise", "noise_level"]),
    ],
)
def test_a_field_has_an_effect_under_its_condition(values: dict[str, object], effective: list[str]) -> None:
    assert [field.name for field in limited_fields(Example) if has_effect(field, values)] == effective


@pytest.mark.parametrize("family", FAMILIES)
def test_conditions_name_fields_and_values_that_there_are(family: str) -> None:
    allowed = {field.name: field.metadata["allowed"] for field in limited_fields(FAMILIES[family])}
    for field in limited_fields(FAMILIES[family]):
        only_if = field.metadata["only_if"]
        known = allowed.get(only_if.other, Choice(tuple(FAMILIES))) if only_if else None
        assert known is None or set(only_if.values) <= set(known.options)
