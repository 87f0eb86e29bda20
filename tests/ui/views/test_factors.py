"""What is said of known factors follows from the scores."""

from dataclasses import replace

from explorer.analysis.known_factors import FactorModel, Scores
from explorer.ui.views.tradeoff.factors import best_of, words
from tests.figures.cases import bar_models


def of_mig(model: FactorModel, *values: float) -> FactorModel:
    return replace(model, scores=tuple(Scores(value, value, value) for value in values))


def test_only_a_model_whose_interval_lies_above_its_rotated_codes_is_told_apart() -> None:
    pca, vae = bar_models()
    high = of_mig(vae, 0.8, 0.81, 0.82)
    assert best_of((pca, high)) is high
    said = words((pca, high))
    assert "Highest MIG: VAE 0.81 [0.79, 0.83]" in said
    assert "MIG tells from rotated codes: VAE, with 3 seeds" in said
    assert "MIG tells no model from rotated codes, with 3 seeds" in words((pca, of_mig(vae, 0.1, 0.5, 0.9)))
