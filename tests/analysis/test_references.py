"""Which models may stand in one chart, on planted libraries: what is unlike is never a reference."""

from dataclasses import Field, replace
from typing import Any, cast

import pytest

from explorer.analysis.references import (
    differences,
    differences_in_words,
    find_reference,
    is_comparable,
    loss,
)
from explorer.models.fields import Choice, Range, has_effect, limited_fields
from explorer.models.spec import (
    AESpec,
    ConvAESpec,
    CVAESpec,
    GMVAESpec,
    LinearAESpec,
    ModelSpec,
    PCASpec,
    PPCASpec,
    VAESpec,
    make_spec,
)
from explorer.training import RunSpec

VAE = RunSpec(VAESpec(2, (64, 32)), "mnist", 20, schedule="cosine")
AE = replace(VAE, model=AESpec(2, (64, 32)))


def test_an_ae_of_the_same_network_and_training_is_fair_beside_a_vae() -> None:
    assert is_comparable(VAE, AE)
    found = find_reference([("twin", AE)], VAE)
    assert found is not None
    assert (found.name, found.run) == ("twin", AE)
    assert found.differences == ("AE", "trained on squared error instead of Bernoulli nats")


@pytest.mark.parametrize(
    ("unlike", "words"),
    [
        (replace(AE, model=AESpec(2, (256, 64))), "hidden layers 256-64 instead of 64-32"),
        (replace(AE, n_epochs=50), "50 epochs instead of 20"),
        (replace(AE, seed=1), "seed 1 instead of 0"),
        (replace(AE, dataset="digits"), "data set digits instead of mnist"),
        (replace(AE, validation_fraction=0.25), "0.25 of train held out for validation instead of 0.0833333"),
        (replace(AE, model=AESpec(3, (64, 32))), "K = 3 instead of 2"),
        (replace(AE, schedule="constant"), "a constant learning rate instead of cosine"),
        (replace(AE, batch_size=64), "batches of 64 instead of 128"),
        (replace(AE, learning_rate=0.01), "learning rate 0.01 instead of 0.001"),
        (replace(AE, precision="bfloat16"), "matrix products in bfloat16 instead of float32"),
        (replace(AE, model=AESpec(2, (64, 32), activation="tanh")), "activation tanh instead of relu"),
    ],
)
def test_whatever_else_differs_is_no_reference_and_is_named(unlike: RunSpec, words: str) -> None:
    assert not is_comparable(VAE, unlike)
    assert find_reference([("unlike", unlike)], VAE) is None
    assert words in differences_in_words(VAE, unlike)


@pytest.mark.parametrize(
    "model",
    [
        ConvAESpec(2, (64, 32)),
        CVAESpec(2, (64, 32)),
        GMVAESpec(2, (64, 32)),
        LinearAESpec(2),
        AESpec(2, (64, 32), code_activation="sigmoid"),
        AESpec(2, (64, 32), output="identity"),
    ],
)
def test_another_network_is_no_reference(model: ModelSpec) -> None:
    assert not is_comparable(VAE, replace(VAE, model=model))


def test_a_closed_form_needs_the_same_data_and_k_alone() -> None:
    pca = RunSpec(PCASpec(2), "mnist", validation_fraction=0.0, seed=7)
    assert is_comparable(VAE, pca)
    assert differences_in_words(VAE, pca) == ("PCA", "trained on squared error instead of Bernoulli nats")
    assert not is_comparable(VAE, replace(pca, model=PCASpec(3)))
    assert not is_comparable(VAE, replace(pca, dataset="digits"))


def test_shipped_models_stand_before_a_users_own() -> None:
    models = [("a-users-own", AE), ("ae-twin", AE)]
    assert find_reference(models, VAE, shipped={"ae-twin"}).name == "ae-twin"  # type: ignore[union-attr]
    assert find_reference(models, VAE).name == "a-users-own"  # type: ignore[union-attr]


def test_of_several_the_one_that_differs_in_fewest_fields() -> None:
    denoising = replace(AE, model=AESpec(2, (64, 32), corruption="gaussian"))
    found = find_reference([("a-denoising", denoising), ("b-plain", AE)], replace(AE, model=VAE.model))
    assert found is not None
    assert found.name == "b-plain"


def test_beside_a_model_that_was_trained_elsewhere_nothing_is_a_reference() -> None:
    foreign = replace(AE, trained_here=False)
    assert is_comparable(VAE, AE)
    assert not is_comparable(VAE, foreign)
    assert not is_comparable(foreign, VAE)
    assert find_reference([("foreign", foreign)], VAE) is None


def test_a_model_is_no_reference_for_itself() -> None:
    assert find_reference([("itself", VAE)], VAE) is None


def test_fields_without_effect_do_not_count() -> None:
    louder = replace(AE, model=AESpec(2, (64, 32), corruption_level=0.7, sparse_units=2, sparsity_weight=3.0))
    assert differences(AE, louder) == ()
    corrupted = replace(AE, model=AESpec(2, (64, 32), corruption="gaussian", corruption_level=0.7))
    assert differences(AE, corrupted) == ("corruption", "corruption_level")


def test_compared_fields_are_the_only_ones_that_may_differ() -> None:
    other = replace(VAE, model=VAESpec(2, (64, 32), beta=4))
    assert is_comparable(VAE, other, {"beta"})
    assert not is_comparable(VAE, other, {"seed"})
    assert differences_in_words(VAE, other) == ("β = 4 instead of 1",)


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (VAESpec(), "Bernoulli nats"),
        (VAESpec(likelihood="gaussian"), "Gaussian nats"),
        (PPCASpec(), "Gaussian nats"),
        (PCASpec(), "squared error"),
        (AESpec(), "squared error"),
        (AESpec(reconstruction_loss="cross_entropy"), "cross-entropy"),
    ],
)
def test_what_a_reconstruction_is_trained_on(model: ModelSpec, name: str) -> None:
    assert loss(RunSpec(model, "mnist")) == name


def of_one_family(cls: type[AESpec | VAESpec], other: type[AESpec | VAESpec]) -> list[tuple[str, str, object]]:
    """Family, name and another value of each field that the other family lacks and that counts by itself."""
    lacking = {field.name for field in limited_fields(cls)} - {field.name for field in limited_fields(other)}
    values = {"family": cls.family, **vars(cls())}
    counting = [field for field in limited_fields(cls) if field.name in lacking and has_effect(field, values)]
    return [(cls.family, field.name, another_value(field)) for field in counting]


def another_value(field: Field[Any]) -> object:
    """One that is allowed and is not the default."""
    allowed, default = field.metadata["allowed"], cast("Any", field.default)
    if isinstance(allowed, Choice):
        return next(option for option in reversed(allowed.options) if option != default)
    assert isinstance(allowed, Range)
    return allowed.kind(default + 2)


@pytest.mark.parametrize(
    ("family", "name", "value"), [*of_one_family(AESpec, VAESpec), *of_one_family(VAESpec, AESpec)], ids=str
)
def test_the_default_of_a_field_that_the_other_family_lacks_is_neutral_and_no_other_value_is(
    family: str, name: str, value: object
) -> None:
    plain, of_other = (VAE, AE) if family == "vae" else (AE, VAE)
    assert name not in differences(of_other, plain)
    changed = replace(plain, model=make_spec(family, vars(plain.model) | {name: value}))
    assert name in differences(of_other, changed)
    assert name in differences(changed, of_other)
    assert differences(plain, changed)[0] == name
