"""Bars whose factors are known, and scores of codes that are these factors, mixtures of them, or noise."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import special_ortho_group

from explorer.analysis.kl_parts import kl_parts, shuffled_parts
from explorer.analysis.known_factors import (
    LATENT_DIM,
    SIDE,
    WALK_STEPS,
    FactorModel,
    Scores,
    bar_data,
    bar_models,
    bar_run,
    bars,
    dci,
    measure_model,
    mutual_information_gap,
    score,
    separated_predictability,
    weighted_disentanglement,
)
from explorer.analysis.likelihood import rate_and_distortion_nats
from explorer.models.autoencoder import VariationalAutoencoder
from explorer.models.pca import fit_pca
from explorer.models.spec import PCASpec, VAESpec
from explorer.training import start

RNG = np.random.default_rng(0)
FACTORS = RNG.uniform(size=(1_500, 4))
NOISE = RNG.standard_normal((1_500, 2))


def centre_of(picture: np.ndarray) -> tuple[float, float]:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    return float((picture * columns).sum() / picture.sum()), float((picture * rows).sum() / picture.sum())


def test_each_factor_moves_what_it_names() -> None:
    low, high = bars(np.array([[0, 0.5, 0.5, 0], [1, 0.5, 0.5, 0]]))
    assert centre_of(high)[0] - centre_of(low)[0] == pytest.approx(SIDE - 1 - 9, abs=0.3)
    low, high = bars(np.array([[0.5, 0, 0.5, 0], [0.5, 1, 0.5, 0]]))
    assert centre_of(high)[1] < centre_of(low)[1] - 5
    small, large = bars(np.array([[0.5, 0.5, 0, 0], [0.5, 0.5, 1, 0]]))
    assert large.sum() > 2 * small.sum()
    flat, upright = bars(np.array([[0.5, 0.5, 0.5, 0], [0.5, 0.5, 0.5, 1]]))
    np.testing.assert_allclose(flat, upright.T[::-1], atol=1e-5)
    assert flat.max(axis=0).sum() > flat.max(axis=1).sum()


def test_the_data_are_drawn_evenly_and_repeat() -> None:
    data, factors = bar_data(500, "train", 0)
    assert data.samples.shape == (500, SIDE, SIDE)
    assert np.abs(factors.mean(axis=0) - 0.5).max() < 0.05
    np.testing.assert_array_equal(data.samples, bar_data(500, "train", 0)[0].samples)


def test_codes_that_are_the_factors_score_high_and_a_rotation_takes_it_away() -> None:
    codes = np.column_stack((FACTORS, NOISE))
    rotated = codes @ special_ortho_group.rvs(6, random_state=0).T
    own, turned = score(codes, FACTORS), score(rotated, FACTORS)
    assert own.mig > 0.9
    assert own.sap > 0.95
    assert own.dci > 0.95
    for measure in ("mig", "sap", "dci"):
        assert getattr(turned, measure) < 0.6 * getattr(own, measure)


def test_noise_scores_nothing() -> None:
    noise = RNG.standard_normal((1_500, 6))
    assert mutual_information_gap(noise, FACTORS) < 0.05
    assert separated_predictability(noise, FACTORS) < 0.05
    assert dci(noise, FACTORS) < 0.1


def test_a_factor_on_two_axes_has_no_gap() -> None:
    twice = np.column_stack((FACTORS[:, 0], FACTORS[:, 0], NOISE[:, 0]))
    assert mutual_information_gap(twice, FACTORS[:, :1]) == pytest.approx(0, abs=1e-9)
    assert separated_predictability(twice, FACTORS[:, :1]) == pytest.approx(0, abs=1e-9)


def test_sap_is_the_gap_of_two_squared_correlations() -> None:
    codes = FACTORS[:, :2] @ np.array([[1.0, 0.5], [0.2, 1.0]])
    r = [[np.corrcoef(codes[:, k], FACTORS[:, f])[0, 1] ** 2 for k in range(2)] for f in range(2)]
    assert separated_predictability(codes, FACTORS[:, :2]) == pytest.approx(np.mean([max(one) - min(one) for one in r]))


def test_disentanglement_weighs_axes_by_what_they_matter() -> None:
    assert weighted_disentanglement(np.eye(3)) == pytest.approx(1)
    assert weighted_disentanglement(np.ones((4, 3))) == pytest.approx(0)
    # Three quarters of all importance are on an axis of one factor, one quarter on an axis of both alike.
    assert weighted_disentanglement(np.array([[3.0, 0.0], [0.5, 0.5]])) == pytest.approx(0.75)


def test_a_kind_of_model_is_scored_for_each_seed_and_walked_along_its_axes() -> None:
    data, factors = bar_data(300, "test", 1)
    pca = fit_pca(data.samples.reshape(300, -1), data.sample_shape, PCASpec(latent_dim=LATENT_DIM))
    found = measure_model("PCA", [pca, pca], data.pixels(), factors, data.pixels())
    assert found.scores[0] == found.scores[1] == score(pca.encode(data.pixels()), factors)
    assert len(found.rotated) == 2 * 4
    assert found.walks.shape == (LATENT_DIM, WALK_STEPS, SIDE, SIDE)
    middle = np.rint(np.clip(pca.decode(np.zeros((1, LATENT_DIM), np.float32)), 0, 1) * 255).reshape(SIDE, SIDE)
    np.testing.assert_allclose(
        found.walks[:, WALK_STEPS // 2], np.broadcast_to(middle, (LATENT_DIM, SIDE, SIDE)), atol=1
    )
    assert (found.walks[0, 0] != found.walks[0, -1]).any()


def test_a_vae_is_also_measured_by_what_it_costs_and_by_the_parts_of_its_kl() -> None:
    data, factors = bar_data(200, "test", 1)
    model = start(bar_run(bar_models()["VAE, TC + 3"], 0), bar_data(200, "train", 0)[0], "cpu").model
    assert isinstance(model, VariationalAutoencoder)
    found = measure_model("VAE", [model], data.pixels(), factors, data.pixels())
    assert (found.beta, found.tc_weight) == (1.0, 3.0)
    rate, distortion = rate_and_distortion_nats(model, data.pixels())
    assert found.terms[0].distortion_nats == pytest.approx(float(distortion.mean()))
    assert found.terms[0].parts == kl_parts(model.posterior(data.pixels()), 0)
    assert found.terms[0].parts.kl_nats == pytest.approx(float(rate.sum(axis=1).mean()), abs=0.05)
    assert found.terms[0].shuffled == shuffled_parts(model.posterior(data.pixels()), 0)


def test_what_is_compared_differs_in_beta_or_in_the_weight_on_total_correlation_alone() -> None:
    vaes = [spec for spec in bar_models().values() if isinstance(spec, VAESpec)]
    assert {replace(spec, beta=1.0, tc_weight=0.0) for spec in vaes} == {bar_models()["VAE, β = 1"]}
    assert all(spec.beta == 1.0 for spec in vaes if spec.tc_weight)
    assert len(bar_models()) == 11


def test_intervals_are_over_seeds_and_over_rotations() -> None:
    scores = tuple(Scores(value, 0.0, 0.0) for value in (0.1, 0.2, 0.3))
    model = FactorModel("a", scores, scores, np.zeros((1, WALK_STEPS, SIDE, SIDE), np.uint8))
    assert model.interval("mig").value == pytest.approx(0.2)
    assert model.interval("mig").high == pytest.approx(0.2 + 4.303 * 0.1 / np.sqrt(3), rel=1e-3)
    assert (model.null("mig").low, model.null("mig").high) == (0.1, 0.3)
