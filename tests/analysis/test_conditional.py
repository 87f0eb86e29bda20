"""One z under every class, classes told and judged, and each refusal."""

import numpy as np
import pytest

from explorer.analysis.conditional import across_classes, label_agreement, labels_to_draw
from explorer.data import Dataset
from explorer.errors import AnalysisError, SpecError
from explorer.models import CVAESpec, VAESpec
from explorer.models.autoencoder import ConditionalAutoencoder, build_autoencoder
from explorer.models.classifier import Classifier
from explorer.models.layers import Dense

VAE = build_autoencoder(VAESpec(latent_dim=2, hidden=(8,)), (2, 2), seed=0)
NAMES = ("a", "b", "c")
TEST = Dataset(
    "noise", "test", np.eye(4, dtype=np.float32)[[0, 1, 2, 2]].reshape(4, 2, 2), np.array([0, 1, 2, 0]), NAMES
)


def cvae() -> ConditionalAutoencoder:
    model = build_autoencoder(CVAESpec(latent_dim=2, hidden=(8,)), (2, 2), seed=0, n_classes=3)
    assert isinstance(model, ConditionalAutoencoder)
    return model


class Obedient:
    """A conditional model whose pictures show their class as one white pixel, except that it draws b for c."""

    spec, latent_dim, sample_shape, n_classes = CVAESpec(latent_dim=2), 2, (2, 2), 3
    prior, posterior, encode, decoder_layers = cvae().prior, cvae().posterior, cvae().encode, cvae().decoder_layers

    def decode(self, z: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        assert labels is not None
        assert len(z) == len(labels)
        return np.eye(4, dtype=np.float32)[np.where(labels == 2, 1, labels)]


def classifier(shape: tuple[int, int] = (2, 2), names: tuple[str, ...] = NAMES) -> Classifier:
    """The class is the brightest pixel."""
    return Classifier(
        (Dense(np.eye(len(names), shape[0] * shape[1], dtype=np.float32), np.zeros(len(names), np.float32)),),
        shape,
        names,
    )


def test_all_classes_are_drawn_equally_often_in_order() -> None:
    np.testing.assert_array_equal(labels_to_draw(cvae(), 9), [0, 0, 0, 1, 1, 1, 2, 2, 2])
    np.testing.assert_array_equal(labels_to_draw(cvae(), 2), [0, 1])
    np.testing.assert_array_equal(labels_to_draw(cvae(), 4, 2), [2, 2, 2, 2])


def test_a_model_that_is_told_no_class_takes_no_label() -> None:
    assert labels_to_draw(VAE, 9) is None
    with pytest.raises(AnalysisError, match="The label is 3, but VAE takes no class; leave the label out"):
        labels_to_draw(VAE, 9, 3)


def test_each_z_is_decoded_under_every_class() -> None:
    model = cvae()
    pictures = across_classes(model, 5, np.random.default_rng(1))
    z = np.random.default_rng(1)
    z.choice(1, 5, p=[1.0])
    codes = z.standard_normal((5, 2), dtype=np.float32)
    for label in range(3):
        np.testing.assert_allclose(pictures[label], model.decode(codes, np.full(5, label)), atol=1e-6)
    assert not np.allclose(pictures[0], pictures[1])


def test_agreement_counts_what_the_classifier_sees() -> None:
    found = label_agreement(Obedient(), classifier(), TEST, np.random.default_rng(0), 50)
    np.testing.assert_allclose(found.confusion, [[1, 0, 0], [0, 1, 0], [0, 1, 0]])
    assert found.measure.measured.value == pytest.approx(2 / 3)
    assert found.measure.null.value == pytest.approx(3 / 4)
    assert found.measure.measured.low < 2 / 3 < found.measure.measured.high


@pytest.mark.parametrize(
    ("judge", "test"),
    [
        (classifier((2, 2), ("a", "b")), TEST),
        (classifier((1, 4)), TEST),
        (classifier(), Dataset("other", "test", np.zeros((3, 3, 3), np.float32), np.zeros(3, np.int64), NAMES)),
    ],
)
def test_a_judge_of_other_pictures_is_refused(judge: Classifier, test: Dataset) -> None:
    with pytest.raises(AnalysisError, match=r"CVAE knows pictures of shape \(2, 2\) in 3 classes, the classifier"):
        label_agreement(cvae(), judge, test, np.random.default_rng(0), 5)


def test_an_unknown_class_is_refused() -> None:
    model = cvae()
    with pytest.raises(SpecError, match="CVAE knows the classes 0 to 2, but was given labels from 7 to 7"):
        model.decode(np.zeros((4, 2), np.float32), labels_to_draw(model, 4, 7))
