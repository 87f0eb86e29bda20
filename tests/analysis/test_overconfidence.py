"""How sure a classifier is of nonsense: the small change, the kinds of pictures, both numbers and their areas."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from explorer.analysis.likelihood import iwae_nats
from explorer.analysis.overconfidence import (
    ADVERSARIAL,
    LETTER,
    NEGATIVE,
    NOISE,
    REAL,
    SHUFFLED,
    TURNED,
    Judged,
    adversarial,
    judge,
    kinds_of_pictures,
    separation,
)
from explorer.data import load_dataset
from explorer.models.autoencoder import VariationalAutoencoder
from explorer.models.classifier import Classifier
from explorer.models.layers import Dense
from explorer.store import load_checkpoint, load_classifier

TEST = load_dataset("digits", "test")
X = TEST.pixels(slice(0, 60))
CLASSIFIER, _ = load_classifier("digits")


def test_a_small_change_of_a_linear_classifier_goes_along_the_difference_of_its_weights() -> None:
    weight = np.array([[2, 1, 0], [1, 3, 0], [-9, -9, -9]], np.float32)
    classifier = Classifier((Dense(weight, np.zeros(3, np.float32)),), (1, 3), ("a", "b", "c"))
    x = np.array([[0.5, 0.2, 0.5], [0.1, 0.9, 0.5]], np.float32)
    assert classifier.logits(x).argmax(axis=1).tolist() == [0, 1]
    changed = adversarial(classifier, x, 0.3)
    # Towards b of the first, towards a of the second, held to [0, 1]; the third pixel speaks against c alone.
    np.testing.assert_allclose(changed[:, :2], [[0.2, 0.5], [0.4, 0.6]], atol=1e-6)


def test_a_small_change_is_small_and_moves_the_class() -> None:
    changed = adversarial(CLASSIFIER, X, 0.2)
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert np.abs(changed - X).max() == pytest.approx(0.2, abs=1e-6)
    second = np.argsort(CLASSIFIER.logits(X), axis=1)[:, -2]
    rows = np.arange(len(X))
    assert (CLASSIFIER.probabilities(changed)[rows, second] > CLASSIFIER.probabilities(X)[rows, second]).all()
    assert (CLASSIFIER.logits(changed).argmax(axis=1) == second).mean() > 0.8
    np.testing.assert_array_equal(adversarial(CLASSIFIER, X, 0.0), X)


def test_each_kind_is_made_of_the_test_images_as_it_says() -> None:
    kinds = kinds_of_pictures(X, TEST.sample_shape, CLASSIFIER, 0.2, 0)
    assert list(kinds) == [REAL, ADVERSARIAL, LETTER, SHUFFLED, NOISE, NEGATIVE, TURNED]
    np.testing.assert_array_equal(kinds[REAL], X)
    np.testing.assert_array_equal(np.sort(kinds[SHUFFLED]), np.sort(X))
    assert (kinds[SHUFFLED] != X).any(axis=1).all()
    assert abs(kinds[NOISE].mean() - 0.5) < 0.02
    np.testing.assert_allclose(kinds[NEGATIVE] + X, 1)
    first = kinds[TURNED][0].reshape(TEST.sample_shape)
    np.testing.assert_array_equal(first, X[0].reshape(TEST.sample_shape).T[::-1])
    assert TURNED not in kinds_of_pictures(X, (4, 16), CLASSIFIER, 0.2, 0)
    again = kinds_of_pictures(X, TEST.sample_shape, CLASSIFIER, 0.2, 0)
    assert all((again[title] == x).all() for title, x in kinds.items())


def test_pictures_are_judged_by_both() -> None:
    model = load_checkpoint("digits-vae-2d").model
    assert isinstance(model, VariationalAutoencoder)
    (real,) = judge(model, CLASSIFIER, {REAL: X})
    probabilities = CLASSIFIER.probabilities(X)
    np.testing.assert_allclose(real.confidence, probabilities[np.arange(len(X)), real.labels])
    assert (real.confidence >= probabilities.max(axis=1)).all()
    np.testing.assert_allclose(real.log_likelihood_nats, -iwae_nats(model, X, 20), rtol=1e-5)
    assert (real.log_likelihood_nats < 0).all()


def test_the_areas_are_those_of_lower_numbers() -> None:
    rng = np.random.default_rng(0)
    real, other = (
        Judged(title, X, np.zeros(60, np.int64), rng.random(60), rng.normal(nats, 1, 60))
        for title, nats in ((REAL, -1), (NOISE, -3))
    )
    found = separation(real, other)
    is_other = np.repeat([0, 1], 60)
    for area, name in ((found.auc_confidence, "confidence"), (found.auc_likelihood, "log_likelihood_nats")):
        scores = -np.concatenate([getattr(real, name), getattr(other, name)])
        assert area.value == pytest.approx(roc_auc_score(is_other, scores))
        assert area.low < area.value < area.high
    assert found.sure.value == (other.confidence >= 0.9).mean()
    assert found.title == NOISE
