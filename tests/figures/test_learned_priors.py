"""Both bounds stand beside the name of prior and K; pictures lie in rows of their kind."""

import pytest

from explorer.figures.learned_priors import ELBO, IWAE, bounds_of_priors_figure, pictures_of_priors_figure
from explorer.figures.theme import MODEL_HUES, MUTED
from tests.figures.cases import prior_results


def test_both_bounds_have_the_intervals_of_their_seeds() -> None:
    found = prior_results()
    elbo, iwae = bounds_of_priors_figure(found, 400).data
    assert (elbo.name, iwae.name) == (ELBO, IWAE)
    assert (elbo.marker.color, iwae.marker.color) == (MODEL_HUES["vae"], MUTED)
    assert list(elbo.y) == ["N(0, I), K = 2", "VampPrior, K = 2", "N(0, I), K = 8", "VampPrior, K = 8"]
    assert list(elbo.x) == pytest.approx([one.negative_elbo_nats.mean() for one in found])
    assert list(iwae.x) == pytest.approx([one.iwae_nats.mean() for one in found])
    assert elbo.error_x.array[0] == pytest.approx(elbo.error_x.arrayminus[0])
    assert elbo.error_x.array[0] > 0


def test_pictures_are_pseudo_inputs_then_draws_of_either_prior() -> None:
    plain, vamp = prior_results()[2:]
    labels = [one.text for one in pictures_of_priors_figure(plain, vamp, 300).layout.annotations]
    assert labels == ["u"] * 3 + ["Vamp"] * 3 + ["N(0, I)"] * 3
