"""Sweeps are models that differ in one weight alone; planted libraries have one, several, and near misses."""

from dataclasses import replace

import pytest

from explorer.analysis.sweeps import BETA, LAMBDA, find_sweeps
from explorer.models.spec import AESpec, VAESpec
from explorer.training import RunSpec


def vae(beta: float, hidden: tuple[int, ...] = (64, 32), n_epochs: int = 20) -> RunSpec:
    return RunSpec(VAESpec(2, hidden, beta=beta), "mnist", n_epochs)


def ae(weight: float) -> RunSpec:
    return RunSpec(AESpec(2, (64, 32), classifier_weight=weight), "mnist")


def test_members_stand_by_rising_weight() -> None:
    (sweep,) = find_sweeps([("c", vae(8)), ("a", vae(0.5)), ("b", vae(0))], BETA)
    assert sweep.names == ("b", "a", "c")
    assert sweep.weights == (0.0, 0.5, 8.0)
    assert (sweep.title, sweep.run) == ("mnist, 64-32-2, bernoulli", vae(0))


def test_lambda_is_swept_by_the_same_function() -> None:
    (sweep,) = find_sweeps([("one", ae(1)), ("none", ae(0)), ("vae", vae(1))], LAMBDA, fewest=2)
    assert (sweep.names, sweep.weights, sweep.title) == (("none", "one"), (0.0, 1.0), "mnist, 64-32-2, AE")


def test_a_model_that_differs_in_anything_else_is_no_member() -> None:
    models = [("a", vae(0.5)), ("b", vae(1)), ("c", vae(4, n_epochs=50)), ("d", vae(8, (256, 64)))]
    assert find_sweeps(models, BETA) == ()
    (sweep,) = find_sweeps(models, BETA, fewest=2)
    assert sweep.names == ("a", "b")


@pytest.mark.parametrize(("shipped", "kept"), [({"z-shipped"}, "z-shipped"), ((), "a-users-own")])
def test_a_users_own_model_does_not_replace_a_shipped_one(shipped: set[str], kept: str) -> None:
    models = [("a-users-own", vae(1)), ("z-shipped", vae(1)), ("low", vae(0.1)), ("high", vae(4))]
    (sweep,) = find_sweeps(models, BETA, shipped=shipped)
    assert sweep.names == ("low", kept, "high")


def test_the_largest_sweep_stands_first_and_titles_are_unique() -> None:
    small = [(f"small{beta}", vae(beta)) for beta in (0.5, 1, 4)]
    large = [(f"large{beta}", vae(beta, n_epochs=50)) for beta in (0.5, 1, 4, 8)]
    first, second = find_sweeps([*small, *large], BETA)
    assert (len(first.names), len(second.names)) == (4, 3)
    assert (first.title, second.title) == ("mnist, 64-32-2, bernoulli", "mnist, 64-32-2, bernoulli, from small0.5")


def test_two_seeds_are_two_sweeps() -> None:
    models = [(f"{seed}-{beta}", replace(vae(beta), seed=seed)) for seed in (0, 1) for beta in (0.5, 1, 4)]
    assert sorted(sweep.run.seed for sweep in find_sweeps(models, BETA)) == [0, 1]
