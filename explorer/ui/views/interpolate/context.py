"""What the page of walks is about: a model with its plane, its data where they are at hand, and its yardsticks."""

from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.analysis.density import prior_of
from explorer.analysis.interpolation import (
    N_REFERENCES,
    NearestNeighbourDistance,
    ReferenceRange,
    nearest_code_distance,
    nearest_image_distance,
)
from explorer.analysis.latent_plane import Plane
from explorer.data import Dataset
from explorer.data.subsets import evenly
from explorer.errors import AnalysisError, DatasetError
from explorer.figures.interpolation import tiles
from explorer.figures.theme import model_hue
from explorer.models import ConditionalModel
from explorer.models.classifier import Classifier
from explorer.models.foreign_spec import has_encoder
from explorer.scenes.interpolation_scene import centre_of, shown_plane
from explorer.scenes.interpolation_view import Plane as ShownPlane
from explorer.store import Checkpoint, CheckpointInfo
from explorer.store.codes import codes_of_class
from explorer.ui.caches import cached_checkpoint, cached_dataset, checkpoint_of
from explorer.ui.models.at_hand import data_state, samples_of_codes
from explorer.ui.models.fitted_samplers import classifier_of

Array = NDArray[np.float32]
Bytes = NDArray[np.uint8]
N_DECODED = 1_000
# Samples of fewer values are points.
FEWEST_VALUES = 4


@dataclass(frozen=True, eq=False)
class InterpolatedModel:
    """A model with what belongs to it.

    data_at_hand: the state of its data set, a key for caches; label: the class that a conditional model is told.
    """

    checkpoint: Checkpoint
    data_at_hand: str
    classifier: Classifier | None
    label: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """The checkpoint's key in caches."""
        return self.checkpoint.info.fingerprint, str(self.checkpoint.info.path)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the classes."""
        return self.checkpoint.header.class_names

    @property
    def n_test(self) -> int:
        """The number of test samples, whose codes come with the model."""
        return len(self.checkpoint.codes.test)

    @property
    def hue(self) -> str:
        """The colour of the model's family."""
        return model_hue(self.checkpoint.run.model.family)

    @property
    def is_image(self) -> bool:
        """Whether samples are images; else they are curves."""
        return len(self.checkpoint.header.sample_shape) > 1

    @property
    def has_codes(self) -> bool:
        """Whether the codes are of samples; else they are draws from N(0, I)."""
        return has_encoder(self.checkpoint.run.model)

    @property
    def prior_mean(self) -> Array | None:
        """The mean of a prior of one Gaussian; None where a model has no prior, or a mixture."""
        prior = prior_of(self.checkpoint.model)
        return None if prior is None or len(prior.weights) > 1 else prior.means[0]

    @property
    def centre(self) -> Array:
        """What spherical paths turn around: the prior's mean, or else the mean code."""
        return centre_of(self.checkpoint)

    @property
    def plane(self) -> Plane:
        """The plane in which walks are shown."""
        return cached_plane(*self.key)[0]

    @cached_property
    def test(self) -> Dataset | None:
        """The test samples, or None where they are not at hand."""
        try:
            return samples_of_codes(self.checkpoint)
        except DatasetError:
            return None

    @property
    def missing(self) -> str:
        """Why there are no test samples, and what to do."""
        try:
            samples_of_codes(self.checkpoint)
        except DatasetError as error:
            return str(error)
        return ""

    def tiles(self, samples: Array) -> Bytes:
        """Samples (F, D) as levels (F, H, W) or (F, H, W, 3)."""
        return tiles(samples, self.checkpoint.header.sample_shape, 1.0 if self.is_image else self.highest)

    @cached_property
    def highest(self) -> float:
        """The top of curves, the same for all: the highest value of decoded test samples."""
        codes = self.checkpoint.codes.test
        return max(float(self.decode(codes[evenly(len(codes), 500)]).max()), 1e-6)

    def decode(self, codes: Array) -> Array:
        """codes: (n, K) -> samples (n, D); raises ExplorerError where the model refuses."""
        model = self.checkpoint.model
        if isinstance(model, ConditionalModel) and self.label is not None:
            return model.decode(codes, np.full(len(codes), self.label))
        return model.decode(codes)

    def verdicts(self, samples: Array) -> Array | None:
        """The probability of each class (n, C) by the classifier of the data set; None where none fits."""
        if self.classifier is None or self.classifier.class_names != self.class_names:
            return None
        logits = self.classifier.logits(np.clip(samples, 0, 1))
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: Array = odds / odds.sum(axis=1, keepdims=True)
        return shares


def interpolated_model(info: CheckpointInfo) -> InterpolatedModel:
    """A model of the library as the page shows it; raises CheckpointError, AnalysisError for samples like points."""
    checkpoint = checkpoint_of(info)
    if prod(checkpoint.header.sample_shape) < FEWEST_VALUES:
        raise AnalysisError(
            f"The samples of {checkpoint.run.dataset} are points, which make no strip of pictures; choose a model of "
            "images or curves, or see the Manifold page."
        )
    classifier = classifier_of(checkpoint.run.dataset)
    fits = classifier is not None and classifier.sample_shape == checkpoint.header.sample_shape
    return InterpolatedModel(checkpoint, data_state(info), classifier if fits else None)


@st.cache_resource(max_entries=12, show_spinner=False)
def cached_plane(fingerprint: str, path: str) -> tuple[Plane, ShownPlane, float]:
    """The plane of a model's codes, some of the codes in it, and the share of their variance that it shows."""
    return shown_plane(cached_checkpoint(fingerprint, path))


@st.cache_resource(max_entries=12, show_spinner="Measuring distances …")
def cached_nearest_code_distance(
    fingerprint: str, path: str, label: int | None
) -> tuple[NearestNeighbourDistance, ReferenceRange]:
    """Distances between a model's codes and how far its held-out codes are; raises AnalysisError.

    label: the class that a conditional model is told, whose codes alone count; None for all codes.
    """
    codes = cached_checkpoint(fingerprint, path).codes
    codes = codes if label is None else codes_of_class(codes, label)
    nearest = nearest_code_distance(codes.train)
    return nearest, nearest.reference_range(codes.test)


@st.cache_resource(max_entries=4, show_spinner="Measuring distances …")
def cached_nearest_image_distance(dataset: str, data_at_hand: str) -> tuple[NearestNeighbourDistance, ReferenceRange]:  # noqa: ARG001
    """Distances to 10,000 training samples of a data set and how far test samples are; raises DatasetError."""
    train, test = cached_dataset(dataset), cached_dataset(dataset, "test")
    nearest = nearest_image_distance(train.pixels(evenly(len(train), N_REFERENCES)))
    return nearest, nearest.reference_range(test.pixels(evenly(len(test), N_DECODED)))


@st.cache_resource(max_entries=12, show_spinner="Measuring distances …")
def cached_decoded_range(fingerprint: str, path: str, dataset: str, data_at_hand: str) -> ReferenceRange:
    """How far a model's decoded test samples are from the training samples; raises ExplorerError."""
    checkpoint = cached_checkpoint(fingerprint, path)
    nearest, _ = cached_nearest_image_distance(dataset, data_at_hand)
    rows = evenly(checkpoint.codes.test_labels.size, N_DECODED)
    codes, model = checkpoint.codes.test[rows], checkpoint.model
    if isinstance(model, ConditionalModel):
        return nearest.reference_range(model.decode(codes, checkpoint.codes.test_labels[rows]))
    return nearest.reference_range(model.decode(codes))
