"""Which codes are scored: a deterministic model's own, draws from a VAE's posterior."""

import numpy as np
import pytest
import torch
from scipy import stats

from explorer.analysis.evaluation_codes import evaluation_codes
from explorer.data import Dataset
from explorer.models import AESpec, CVAESpec, VAESpec
from explorer.models.autoencoder import build_autoencoder

RNG = np.random.default_rng(0)
X = RNG.random((400, 16), dtype=np.float32)
SAMPLES = Dataset("noise", "train", X.reshape(-1, 4, 4), RNG.integers(0, 3, 400), ("a", "b", "c"))
VAE = build_autoencoder(VAESpec(latent_dim=2, hidden=(8,)), (4, 4), seed=0)
LOG_VAR = np.full((100, 2), -2, np.float32)


def test_a_deterministic_model_is_scored_by_its_codes() -> None:
    ae = build_autoencoder(AESpec(latent_dim=2, hidden=(8,)), (4, 4), seed=0)
    train, test = ae.encode(X), ae.encode(X[:100])
    scored = evaluation_codes(ae, train, test, np.empty((0, 2), np.float32), SAMPLES, seed=0)
    assert scored.train is train
    assert scored.held_out is test


def test_a_vae_is_scored_by_draws_with_its_posteriors_spread() -> None:
    means = np.zeros((20_000, 2), np.float32)
    log_var = np.full((20_000, 2), np.log(0.25), np.float32)
    scored = evaluation_codes(VAE, means, means, log_var, SAMPLES, seed=0)
    assert scored.held_out.std() == pytest.approx(0.5, rel=0.02)
    posterior = VAE.posterior(X)  # type: ignore[attr-defined]
    deviation = (scored.train - posterior.mean) / posterior.std
    assert deviation.std() == pytest.approx(1, rel=0.1)


def test_a_conditional_model_is_told_the_labels_of_the_training_samples() -> None:
    cvae = build_autoencoder(CVAESpec(latent_dim=2, hidden=()), (4, 4), seed=0, n_classes=3)
    with torch.no_grad():
        # A label moves the mean by several standard deviations.
        cvae.network.encoder[0].weight[:2, 16:] += torch.tensor([[9.0, -9.0, 0.0], [0.0, 9.0, -9.0]])  # type: ignore[operator, index]
    means = np.zeros((100, 2), np.float32)
    scored = evaluation_codes(cvae, means, means, LOG_VAR, SAMPLES, seed=0)
    one_by_one = [cvae.posterior(x[None], label[None]) for x, label in zip(X, SAMPLES.labels, strict=True)]  # type: ignore[attr-defined]
    deviation = (scored.train - np.vstack([one.mean for one in one_by_one])) / np.vstack(
        [one.std for one in one_by_one]
    )
    assert stats.kstest(deviation.ravel(), "norm").pvalue > 0.01


def test_without_training_samples_one_half_of_test_stands_for_them() -> None:
    means = np.arange(200, dtype=np.float32).reshape(100, 2)
    scored = evaluation_codes(VAE, means, means, LOG_VAR - 20, None, seed=0)
    both = np.concatenate((scored.train, scored.held_out))
    assert len(scored.train) == 50
    assert np.allclose(np.sort(both, axis=0), means, atol=1e-2)
    assert "one half of 100" in scored.note


def test_the_seed_decides_the_draws() -> None:
    means = np.zeros((100, 2), np.float32)
    first, again, other = (evaluation_codes(VAE, means, means, LOG_VAR, None, seed).train for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
