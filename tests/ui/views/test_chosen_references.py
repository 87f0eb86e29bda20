"""The charts of two pages take their references from the shipped models before a user's own."""

from dataclasses import replace
from types import ModuleType

import pytest

from explorer.analysis.sweeps import Sweep
from explorer.analysis.tradeoff import SQUARED_ERROR_OF_THE_MEAN
from explorer.models.spec import AESpec, VAESpec
from explorer.training import RunSpec
from explorer.ui.views.objectives import classifier
from explorer.ui.views.tradeoff import animations

VAE = RunSpec(VAESpec(2, (64, 32)), "mnist", 20)
AE = replace(VAE, model=AESpec(2, (64, 32)))
WITH_CLASSIFIER = replace(VAE, model=AESpec(2, (64, 32), classifier_weight=0.1))


def plant(module: ModuleType, run: RunSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's model and a shipped one of the same run, the user's first by name."""
    monkeypatch.setattr(module, "library_runs", lambda: [("a-users", run), ("b-shipped", run)])
    monkeypatch.setattr(module, "shipped_names", lambda: frozenset({"b-shipped"}))


def test_the_trade_off_draws_the_shipped_autoencoder(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(animations, AE, monkeypatch)
    found = animations.sweep_references(Sweep("β", "beta", ("v",), (1.0,), VAE), SQUARED_ERROR_OF_THE_MEAN)
    assert [reference.name for reference in found] == ["b-shipped"]


def test_the_classifier_is_shown_beside_the_shipped_vae(monkeypatch: pytest.MonkeyPatch) -> None:
    plant(classifier, VAE, monkeypatch)
    found = classifier.vae_beside(Sweep("λ", "classifier_weight", ("c",), (0.1,), WITH_CLASSIFIER))
    assert found is not None
    assert found.name == "b-shipped"
