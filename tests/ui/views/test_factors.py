"""What is said of known factors follows from the scores."""

from dataclasses import replace

from explorer.analysis.known_factors import FactorModel, Scores
from explorer.ui.views.tradeoff.factors import best_of, words
from explorer.ui.views.tradeoff.kl_parts import nearest, paths
from explorer.ui.views.tradeoff.kl_parts import words as kl_words
from tests.figures.cases import bar_models, bars_by_beta, bars_by_weight


def of_mig(model: FactorModel, *values: float) -> FactorModel:
    return replace(model, scores=tuple(Scores(value, value, value) for value in values))


def test_only_a_model_whose_interval_lies_above_its_rotated_codes_is_told_apart() -> None:
    pca, vae = bar_models()
    high = of_mig(vae, 0.8, 0.81, 0.82)
    assert best_of((pca, high)) is high
    said = words((pca, high))
    assert "Highest MIG: VAE 0.81 [0.79, 0.83]" in said
    assert "The MIG of VAE lies above that of its own rotated codes, with 3 seeds" in said
    none = words((pca, of_mig(vae, 0.1, 0.5, 0.9)))
    assert "No model's MIG lies above that of its own rotated codes, with 3 seeds" in none


def test_correlation_is_compared_where_distortions_are_most_alike() -> None:
    one, other = nearest(bars_by_beta(), bars_by_weight())
    assert (one.title, other.title) == ("VAE, β = 2", "VAE, TC + 3")
    said = kl_words(bars_by_beta(), bars_by_weight())
    assert "33.0 nats of VAE, β = 2 and 32.0 of VAE, TC + 3, the total correlation is 0.110 [0.085, 0.135] and" in said
    assert "0.030 [0.005, 0.055] nats; 0.002 with each dimension shuffled among the samples" in said
    assert "It helps where dimensions should be independent; " in said


def test_where_intervals_meet_no_help_is_claimed_and_a_mig_beyond_chance_is_named() -> None:
    plain, weighted = bars_by_weight()
    alike = replace(weighted, terms=bars_by_beta()[1].terms)
    assert "the difference is not beyond chance; it aligns no axis with a factor" in kl_words(
        bars_by_beta(), [of_mig(model, 0.1, 0.5, 0.9) for model in (plain, alike)]
    )
    high = of_mig(weighted, 0.8, 0.81, 0.82)
    assert "the MIG of VAE, TC + 3 lies above that of its rotated codes" in kl_words(
        bars_by_beta(), [of_mig(plain, 0.1, 0.5, 0.9), high]
    )


def test_both_paths_begin_as_they_were_trained_and_share_the_plain_vae() -> None:
    by_beta, by_weight = paths((bar_models()[0], *bars_by_beta(), bars_by_weight()[1]))
    assert [model.title for model in by_beta] == ["VAE, β = 1", "VAE, β = 2"]
    assert [model.title for model in by_weight] == ["VAE, β = 1", "VAE, TC + 3"]
