"""Samples of a model that is given the class: one z under every class, and whether a classifier sees what was asked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.analysis.measure import Measure, Metric, share_interval
from explorer.data import Dataset
from explorer.errors import AnalysisError
from explorer.models.classifier import Classifier
from explorer.models.latent_model import ConditionalModel, LatentModel

Array = NDArray[np.float32]
Labels = NDArray[np.int64]
N_PER_CLASS = 1_000

LABEL_AGREEMENT = Metric(
    "label_agreement",
    "Classified as their label",
    "share of pictures",
    "below",
    "pictures generated for a class that a classifier assigns to it; the null is the classifier's accuracy on real "
    "test images",
    "as in Sohn, Lee & Yan 2015",
)


@dataclass(frozen=True, eq=False)
class Agreement:
    """Share classified as their label, and confusion (C, C): of pictures asked for as class i, the share judged j."""

    measure: Measure
    confusion: NDArray[np.float64]


def labels_to_draw(model: LatentModel, n: int, label: int | None = None) -> Labels | None:
    """The classes that n draws are decoded with, (n,): `label`, else all of them equally often, one after the other.

    None for a model that is given no class; raises AnalysisError for such a model and a label.
    """
    if isinstance(model, ConditionalModel):
        return np.arange(n) * model.n_classes // n if label is None else np.full(n, label, np.int64)
    if label is not None:
        raise AnalysisError(
            f"The label is {label}, but {model.spec.title} takes no class; leave the label out or choose a CVAE."
        )
    return None


def across_classes(model: ConditionalModel, n: int, rng: np.random.Generator) -> Array:
    """n draws z ~ p(z), each decoded under every class, (C, n, D)."""
    z = model.prior().sample(n, rng)
    return np.stack([model.decode(z, np.full(n, label)) for label in range(model.n_classes)])


def label_agreement(
    model: ConditionalModel,
    classifier: Classifier,
    test: Dataset,
    rng: np.random.Generator,
    n_per_class: int = N_PER_CLASS,
) -> Agreement:
    """Whether a classifier assigns pictures of fresh z ~ p(z) to the classes that they were decoded for.

    test: real images, whose own share is the null. Raises AnalysisError when model, classifier and data differ.
    """
    _check_fit(model, classifier, test)
    labels = np.repeat(np.arange(model.n_classes), n_per_class)
    pictures = model.decode(model.prior().sample(len(labels), rng), labels)
    judged = classifier.logits(pictures).argmax(axis=1)
    confusion = np.zeros((model.n_classes, model.n_classes))
    np.add.at(confusion, (labels, judged), 1 / n_per_class)
    real = classifier.logits(test.pixels()).argmax(axis=1) == test.labels
    of_generated, of_real = (share_interval(right) for right in (judged == labels, real))
    return Agreement(Measure(LABEL_AGREEMENT, of_generated, of_real), confusion)


def _check_fit(model: ConditionalModel, classifier: Classifier, test: Dataset) -> None:
    facts = ((model.sample_shape, model.n_classes), (classifier.sample_shape, len(classifier.class_names)))
    of_model, of_classifier = (f"pictures of shape {shape} in {n} classes" for shape, n in facts)
    if facts[0] != facts[1] or facts[0] != (test.sample_shape, test.n_classes):
        raise AnalysisError(
            f"{model.spec.title} knows {of_model}, the classifier {of_classifier}; judge a model by a classifier and "
            "test images of its own data set."
        )
