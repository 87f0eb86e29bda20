"""What is said of a learned prior follows from the bounds."""

from dataclasses import replace

from explorer.ui.views.elbo.priors import pairs, words
from tests.figures.cases import prior_results


def test_gains_are_said_for_each_k_and_where_they_lie_beyond_chance() -> None:
    said = words(prior_results())
    assert "−0.50 [−0.75, −0.25] nats with K = 2, +0.50 [0.25, 0.75] nats with K = 8" in said
    assert "It helps with K = 8 and costs more than it saves with K = 2." in said
    assert "the KL goes from 4.00 to 2.90 nats" in said


def test_terms_and_pictures_are_those_of_the_largest_k() -> None:
    plain, vamp, *others = prior_results()
    small = [replace(one, latent_dim=1, rate_nats=one.rate_nats + 9) for one in (plain, vamp)]
    said = words((*small, plain, vamp, *others))
    assert "With K = 8 the KL goes from 4.00 to 2.90 nats" in said
    assert [vamp.latent_dim for _, vamp in pairs((*small, plain, vamp, *others))] == [1, 2, 8]


def test_without_a_difference_nothing_is_claimed() -> None:
    plain, vamp, *_ = prior_results()
    alike = replace(vamp, distortion_nats=plain.distortion_nats, rate_nats=plain.rate_nats)
    said = words((plain, alike))
    assert "It helps nowhere beyond chance." in said
    assert [one.title for one in pairs((plain, alike))[0]] == ["N(0, I)", "VampPrior"]
