"""log p(x), its lower bound and the gap, against a linear model in which all three have closed forms."""

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal

from explorer.analysis.elbo import elbo_gap, elbo_nats, hermite_nodes
from explorer.analysis.evidence import (
    Observation,
    closed_kl_estimates_nats,
    elbo_estimates_nats,
    importance_weighted,
    observed,
    prior_estimates_nats,
    true_posterior,
)
from explorer.errors import SpecError
from explorer.models import CVAESpec, GMVAESpec
from explorer.models.autoencoder import VariationalAutoencoder, build_autoencoder
from explorer.models.spec import VAESpec
from tests.analysis.linear_gaussian import PRECISIONS, exact_nats, linear_gaussian, rotation, samples

X = samples(1)
EVIDENCE = -float(exact_nats(X))


def seen(shift: float = 0.0, angle: float = 0.0) -> Observation:
    return observed(linear_gaussian(shift, angle), X[0])


def test_the_grid_finds_log_p_of_x_and_the_exact_posterior() -> None:
    angle = 0.6
    found = true_posterior(seen(angle=angle))
    assert found.log_evidence_nats == pytest.approx(EVIDENCE, abs=1e-3)
    assert found.density.sum() * found.cell == pytest.approx(1, abs=1e-6)
    mean = linear_gaussian(angle=angle).posterior(X).mean[0]
    turn = rotation(angle)
    exact = multivariate_normal(mean, turn.T @ np.diag(1 / PRECISIONS) @ turn)
    places = np.stack(np.meshgrid(found.x, found.y), axis=-1)
    np.testing.assert_allclose(found.density, exact.pdf(places), atol=2e-3 * found.density.max())


def test_a_narrow_posterior_far_from_the_encoders_mean_is_found() -> None:
    found = true_posterior(seen(shift=2.5))
    assert found.log_evidence_nats == pytest.approx(EVIDENCE, abs=1e-3)
    # The encoder's draws do not reach it.
    assert found.draws_nats < EVIDENCE - 0.05


@pytest.mark.parametrize("shift", [0.0, 0.1])
def test_draws_count_as_fewer_of_equal_weight_the_farther_q_is_from_the_posterior(shift: float) -> None:
    of = seen(shift=shift)
    posterior = of.posterior
    moved = ((linear_gaussian().posterior(X).mean - posterior.mean) / posterior.std)[0]
    found = true_posterior(of)
    # Of two Gaussians of one covariance E[w²] = exp(‖δ‖²), δ in standard deviations.
    assert found.n_effective / found.n_draws == pytest.approx(np.exp(-(moved @ moved)), rel=0.05)
    assert shift == 0 or found.n_effective < 0.9 * found.n_draws


@pytest.mark.parametrize("shift", [0.0, 2.5])
def test_the_fine_grid_holds_the_posterior_and_what_the_encoder_takes_for_it(shift: float) -> None:
    found, own = true_posterior(seen(shift=shift)), seen(shift=shift).posterior
    for places, mean, std in zip((found.x, found.y), own.mean[0], own.std[0], strict=True):
        assert places[0] <= mean - 5.9 * std < mean + 5.9 * std <= places[-1]
        # No wider than six σ of either, a shift apart, and a step of the coarse grid.
        assert places[-1] - places[0] < 2 * 7 * max(std, 1 / PRECISIONS.min() ** 0.5) + shift + 0.3
    rim = np.concatenate((found.density[[0, -1]].ravel(), found.density[:, [0, -1]].ravel()))
    assert rim.max() < 1e-8 * found.density.max()


def test_elbo_and_gap_add_up_and_are_the_closed_forms() -> None:
    shift = 0.4
    gap = elbo_gap(seen(shift))
    missed = 0.5 * shift**2 * PRECISIONS.sum()
    assert gap.encoder.gap_nats == pytest.approx(missed, rel=1e-3)
    assert gap.encoder.elbo_nats == pytest.approx(EVIDENCE - missed, rel=1e-4)
    assert abs(gap.imbalance_nats) < 1e-3
    # The exact posterior is diagonal, so that all of the gap is the encoder's.
    assert gap.best_diagonal.gap_nats < 0.01
    assert gap.best_diagonal.elbo_nats - gap.encoder.elbo_nats == pytest.approx(missed, abs=0.01)


def test_a_full_covariance_closes_what_no_diagonal_gaussian_can() -> None:
    angle = 0.6
    gap = elbo_gap(seen(angle=angle))
    turned = rotation(angle).T @ np.diag(PRECISIONS) @ rotation(angle)
    least = 0.5 * float(np.log(turned.diagonal()).sum() - np.linalg.slogdet(turned).logabsdet)
    assert least > 0.05
    assert gap.best_diagonal.gap_nats == pytest.approx(least, abs=0.01)
    assert gap.best_full.gap_nats < 0.01
    assert gap.best_full.factor[0, 1] == 0
    assert [own.gap_nats for own in gap.approximations] == sorted(own.gap_nats for own in gap.approximations)[::-1]


@pytest.mark.parametrize("angle", [0.0, 0.6])
def test_a_wider_family_leaves_no_larger_gap(angle: float) -> None:
    gaps = [own.gap_nats for own in elbo_gap(seen(angle=angle)).approximations]
    assert gaps == sorted(gaps, reverse=True)


def test_quadrature_is_exact_for_polynomials() -> None:
    nodes, weights = hermite_nodes(2, 4)
    x, y = nodes.numpy().T
    assert float(weights.sum()) == pytest.approx(1)
    assert float((weights.numpy() * x**4 * y**2).sum()) == pytest.approx(3)


def test_the_elbo_by_quadrature_is_the_mean_of_single_draws() -> None:
    of = seen(0.3, 0.6)
    q = of.posterior
    mean, factor = torch.from_numpy(q.mean[0]).double(), torch.from_numpy(np.diag(q.std[0])).double()
    exact = float(elbo_nats(of, mean, factor).detach())
    for draws in (elbo_estimates_nats(of, 20_000), closed_kl_estimates_nats(of, 20_000)):
        assert draws.mean() == pytest.approx(exact, abs=4 * draws.std() / 20_000**0.5)
        assert draws.std() > 0.1


def test_with_the_exact_posterior_a_single_draw_with_log_q_does_not_scatter() -> None:
    of = seen()
    assert elbo_estimates_nats(of, 100).std() < 1e-4
    assert closed_kl_estimates_nats(of, 100).std() > 0.1


def test_the_bounds_climb_to_log_p_of_x() -> None:
    bounds = importance_weighted(seen(0.7), (1, 10, 1000), 50_000)
    assert (np.diff(bounds.mean_nats) > 0).all()
    assert bounds.mean_nats[0] == pytest.approx(
        EVIDENCE - 0.5 * 0.7**2 * PRECISIONS.sum(), abs=2 * bounds.margin_nats[0]
    )
    assert bounds.mean_nats[-1] == pytest.approx(EVIDENCE, abs=0.05)


def test_draws_from_the_prior_are_unbiased_for_p_of_x_and_low_for_its_logarithm() -> None:
    found = prior_estimates_nats(seen(), 5, 4000)
    assert found.shape == (4000, 5)
    last = found[:, -1]
    assert np.exp(last - EVIDENCE).mean() == pytest.approx(1, abs=4 * np.exp(last - EVIDENCE).std() / 4000**0.5)
    assert last.mean() < EVIDENCE - 0.1
    assert prior_estimates_nats(seen(), 20_000, 1)[0, -1] == pytest.approx(EVIDENCE, abs=0.1)


def test_the_first_estimate_is_the_likelihood_of_the_first_draw() -> None:
    of = seen()
    z = torch.randn(1, 2, generator=torch.Generator().manual_seed(5))
    with torch.inference_mode():
        expected = float(of.log_likelihood_nats(z))
    assert prior_estimates_nats(of, 1, 1, seed=5)[0, 0] == pytest.approx(expected)


@pytest.mark.parametrize("spec", [GMVAESpec(2, (3,), n_components=2), CVAESpec(2, (3,))])
def test_a_model_with_another_prior_is_refused(spec: VAESpec) -> None:
    model = build_autoencoder(spec, (6,), seed=0, n_classes=2)
    assert isinstance(model, VariationalAutoencoder)
    with pytest.raises(SpecError, match="choose a plain VAE"):
        observed(model, X[0])
