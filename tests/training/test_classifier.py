"""The classifier that judges pictures: it learns, repeats itself and gives probabilities."""

import numpy as np
import pytest
import torch

from explorer.data import load_dataset
from explorer.models.layers import Dense
from explorer.training.classifier import _network, accuracy, train_classifier


def test_classifier_learns_digits_it_has_not_seen() -> None:
    train, test = load_dataset("digits"), load_dataset("digits", "test")
    records = list(train_classifier(train, n_epochs=15, seed=0))
    assert [record.epoch for record in records] == list(range(1, 16))
    assert records[-1].loss_nats < records[0].loss_nats
    assert accuracy(records[0].classifier, test) < accuracy(records[-1].classifier, test)
    assert accuracy(records[-1].classifier, test) >= 0.9


def test_same_seed_same_classifier() -> None:
    train = load_dataset("digits")
    first, second, other = (next(train_classifier(train, 1, seed)).classifier for seed in (3, 3, 4))
    x = train.pixels(slice(5))
    np.testing.assert_array_equal(first.logits(x), second.logits(x))
    assert not np.array_equal(first.logits(x), other.logits(x))
    weights = [next(_network(64, 10, seed).parameters()) for seed in (3, 3, 4)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


def test_probabilities_are_the_softmax_of_the_logits_from_the_features() -> None:
    train = load_dataset("digits")
    classifier = next(train_classifier(train, 1)).classifier
    x = train.pixels(slice(20))
    logits = classifier.logits(x)
    np.testing.assert_allclose(
        classifier.probabilities(x), torch.softmax(torch.from_numpy(logits), dim=1).numpy(), atol=1e-6
    )
    last = classifier.layers[-1]
    assert isinstance(last, Dense)
    np.testing.assert_allclose(classifier.features(x) @ last.weight.T + last.bias, logits, atol=1e-5)
    assert classifier.features(x).shape == (20, 64)
    assert classifier.features(x).min() == pytest.approx(0)


def test_training_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    next(train_classifier(load_dataset("digits"), 1))
    assert torch.equal(torch.rand(3), expected)
