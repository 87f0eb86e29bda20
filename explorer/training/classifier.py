"""Training the classifier that judges generated images."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from explorer.data.dataset import Dataset
from explorer.models.autoencoder import plain_layers
from explorer.models.classifier import Classifier
from explorer.models.networks import mlp
from explorer.training.adam import Adam

HIDDEN = (512, 64)
LEARNING_RATE = 1e-3
BATCH_SIZE = 128
# Every epoch hides other pixels, so that no single one decides (Srivastava et al. 2014).
HIDDEN_PIXELS = 0.2


@dataclass(frozen=True, eq=False)
class ClassifierRecord:
    """One epoch: its number from 1, the mean cross-entropy in nats per sample, and the classifier as it now is."""

    epoch: int
    n_epochs: int
    loss_nats: float
    classifier: Classifier


def train_classifier(dataset: Dataset, n_epochs: int = 15, seed: int = 0) -> Iterator[ClassifierRecord]:
    """A dense classifier of a data set, an epoch at a time; the learning rate falls to zero over the epochs."""
    x, labels = torch.from_numpy(dataset.pixels()), torch.from_numpy(dataset.labels)
    network = _network(x.shape[1], dataset.n_classes, seed)
    optimizer = Adam(network.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, n_epochs)
    generator = torch.Generator().manual_seed(seed)
    for epoch in range(1, n_epochs + 1):
        loss = _epoch(network, optimizer, x, labels, generator)
        schedule.step()
        classifier = Classifier(plain_layers(network), dataset.sample_shape, dataset.class_names)
        yield ClassifierRecord(epoch, n_epochs, loss, classifier)


def accuracy(classifier: Classifier, dataset: Dataset) -> float:
    """The share of a data set's samples whose class is named."""
    return float(np.mean(classifier.logits(dataset.pixels()).argmax(axis=1) == dataset.labels))


def _network(n_pixels: int, n_classes: int, seed: int) -> nn.Sequential:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return mlp((n_pixels, *HIDDEN, n_classes), "relu")


def _epoch(network: nn.Sequential, optimizer: Adam, x: Tensor, labels: Tensor, generator: torch.Generator) -> float:
    total = torch.zeros(())
    for rows in torch.randperm(len(x), generator=generator).split(BATCH_SIZE):
        seen = torch.rand(len(rows), x.shape[1], generator=generator) >= HIDDEN_PIXELS
        loss = cross_entropy(network(x[rows] * seen / (1 - HIDDEN_PIXELS)), labels[rows])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        total += loss.detach() * len(rows)
    return float(total) / len(x)
