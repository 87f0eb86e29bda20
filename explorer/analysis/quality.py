"""The quality of generated images, judged by a classifier, with the floor that real images reach."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from explorer.analysis.density import Sampler
from explorer.analysis.generation import draw_images
from explorer.analysis.measure import LEVEL, Interval, Measure, Metric, exactly, mean_interval
from explorer.analysis.neighbours import nearest
from explorer.analysis.two_sample import copying_score
from explorer.analysis.variation import variation_interval
from explorer.data import Dataset
from explorer.errors import AnalysisError
from explorer.models.classifier import Classifier
from explorer.models.latent_model import LatentModel
from explorer.training.codes import decoded

Array = NDArray[np.float32]
Wide = NDArray[np.float64]
N_COMPARED, N_JUDGED = 10_000, 5_000
N_COPIES = 500
N_GROUPS = 20

FRECHET = Metric(
    "frechet_distance",
    "Fréchet distance",
    "squared distance of features",
    "above",
    "distance between Gaussians fitted to a small classifier's features of pictures and of training images; "
    "comparable only between pictures judged by the same classifier",
    "Dowson & Landau 1982; after Heusel et al. 2017",
)
CONFIDENCE = Metric(
    "confidence",
    "Confidence",
    "probability",
    "below",
    "mean of the highest class probability that the classifier gives a picture",
    "Salimans et al. 2016",
)
CLASS_IMBALANCE = Metric(
    "class_imbalance",
    "Class imbalance",
    "share of pictures",
    "above",
    "pictures that would have to change class for the classes to be as frequent as in training",
    "total variation distance",
)
IMAGE_COPYING = Metric(
    "image_copying",
    "Copying of images",
    "share of pairs",
    "above",
    "pairs in which the generated image is nearer to a training image than a held-out reconstruction is",
    "Meehan, Chaudhuri & Dasgupta 2020; 0.5 for pictures that copy nothing by definition, not measured",
)


@dataclass(frozen=True, eq=False)
class Judgement:
    """What a classifier says of n pictures: features (n, F), confidence (n,), classes one-hot (n, C)."""

    features: Wide
    confidence: Wide
    classes: Wide


def measure_quality(
    generated: Array, train: Array, test: Array, classifier: Classifier, rng: np.random.Generator
) -> tuple[Measure, ...]:
    """Fréchet distance, confidence and class imbalance of generated images, the test images' own beside each.

    generated, train, test: (n, D) in [0, 1]; all are compared on equally many rows, since a Fréchet distance of fewer
    is larger. Raises AnalysisError when pictures do not fit the classifier or are too few.
    """
    n = min(len(generated), len(train), len(test), N_COMPARED)
    if n < 2:
        raise AnalysisError(f"There are {n} pictures to compare, but a covariance needs at least 2; draw more.")
    judged, real, floor = (judge(some[rng.permutation(len(some))[:n]], classifier) for some in (generated, train, test))
    return (
        _beside(FRECHET, lambda some: frechet_interval(some.features, real.features, rng), judged, floor),
        _beside(CONFIDENCE, lambda some: mean_interval(some.confidence), judged, floor),
        _beside(CLASS_IMBALANCE, lambda some: imbalance_interval(some.classes, real.classes, rng), judged, floor),
    )


def _beside(metric: Metric, estimate: Callable[[Judgement], Interval], judged: Judgement, floor: Judgement) -> Measure:
    return Measure(metric, estimate(judged), estimate(floor))


def judge(x: Array, classifier: Classifier) -> Judgement:
    """A classifier's judgement of pictures x (n, D); raises AnalysisError for pictures of another size."""
    n_pixels = int(np.prod(classifier.sample_shape))
    if x.ndim != 2 or x.shape[1] != n_pixels:
        raise AnalysisError(
            f"The pictures have the shape {x.shape}, but the classifier takes (pictures, {n_pixels}) pixels; "
            "train a classifier on the model's data set."
        )
    probabilities = classifier.probabilities(x)
    classes = np.eye(probabilities.shape[1])[probabilities.argmax(axis=1)]
    return Judgement(classifier.features(x).astype(np.float64), probabilities.max(axis=1).astype(np.float64), classes)


def frechet_distance(features: Wide, reference: Wide) -> float:
    """‖m₁ − m₂‖² + tr(S₁ + S₂ − 2 (S₁ S₂)^½) of the Gaussians fitted to features (n, F) and (m, F)."""
    return _gaussian_distance(*_moments(features), *_moments(reference))


def frechet_interval(features: Wide, reference: Wide, rng: np.random.Generator) -> Interval:
    """The Fréchet distance of features (n, F) with the interval of a jackknife that leaves out a twentieth at a time.

    For a given reference (m, F); Shao & Tu 1995, section 2.3.
    """
    fitted, groups = _moments(reference), np.array_split(rng.permutation(len(features)), min(N_GROUPS, len(features)))
    value = _gaussian_distance(*_moments(features), *fitted)
    without = [_gaussian_distance(*_moments(np.delete(features, group, axis=0)), *fitted) for group in groups]
    error = math.sqrt((len(groups) - 1) * np.var(without))
    margin = float(student.ppf((1 + LEVEL) / 2, len(groups) - 1)) * error
    return Interval(value, value - margin, value + margin)


def imbalance_interval(classes: Wide, reference: Wide, rng: np.random.Generator) -> Interval:
    """Half the summed differences of class shares, one-hot (n, C) and (m, C), with its interval for this reference."""
    return variation_interval(classes.sum(axis=0).astype(np.int64), reference.mean(axis=0), rng)


def judge_draws(
    model: LatentModel,
    sampler: Sampler,
    held_out: Array,
    data: tuple[Dataset, Dataset],
    classifier: Classifier,
    seed: int,
) -> tuple[Measure, ...]:
    """The quality of images decoded from a sampler's draws, and whether they copy training images.

    held_out: the codes (M, K) of the test split, data: train and test split. Raises AnalysisError.
    """
    train, test = data
    rng, train_x = np.random.default_rng(seed), train.pixels()
    images = draw_images(model, sampler, min(N_JUDGED, len(test)), seed)
    judged = measure_quality(images, train_x, test.pixels(), classifier, rng)
    reconstructed = decoded(model, held_out, test.labels)
    return (*judged, find_copies(images, reconstructed, train_x, rng).measure)


@dataclass(frozen=True, eq=False)
class Copies:
    """Whether pictures copy training images: the measure, and the nearest training row (n,) of each with its distance.

    Distances are Euclidean over the pixels of one picture in [0, 1].
    """

    measure: Measure
    nearest_row: NDArray[np.int64]
    distance: Wide


def find_copies(generated: Array, reconstructed: Array, train: Array, rng: np.random.Generator) -> Copies:
    """Generated images (n, D) beside reconstructions of held-out images (m, D), both against training images (N, D).

    Reconstructions, not the images themselves, since a decoder's blur moves both alike; 500 of each are used.
    """
    shown, held_out = generated[:N_COPIES], reconstructed[rng.permutation(len(reconstructed))[:N_COPIES]]
    distances, rows = nearest(np.vstack([shown, held_out]), train)
    of_generated, of_held_out = distances[: len(shown), 0], distances[len(shown) :, 0]
    measure = Measure(IMAGE_COPYING, copying_score(of_generated, of_held_out), exactly(0.5))
    return Copies(measure, rows[: len(shown), 0], of_generated)


def _moments(features: Wide) -> tuple[Wide, Wide]:
    return features.mean(axis=0), np.atleast_2d(np.cov(features.T))


def _gaussian_distance(mean: Wide, covariance: Wide, other_mean: Wide, other_covariance: Wide) -> float:
    # tr (S₁ S₂)^½ through the symmetric S₁^½ S₂ S₁^½, whose eigenvalues are real.
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    cross = np.linalg.eigvalsh(root @ other_covariance @ root)
    trace = np.trace(covariance) + np.trace(other_covariance) - 2 * np.sqrt(np.maximum(cross, 0)).sum()
    return float(np.square(mean - other_mean).sum() + trace)
