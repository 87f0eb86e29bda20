"""What the classifier of a data set says of decoded samples, and how high curves are drawn."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from explorer.models.latent_model import Array
from explorer.ui.views.interpolate.context import InterpolatedModel

CLASSES = ("a", "b")


class Echo:
    """A classifier whose logits are what it was given, which it keeps."""

    class_names = CLASSES

    def logits(self, samples: Array) -> Array:
        self.samples = samples
        return samples


def model_with(classifier: Any, class_names: tuple[str, ...]) -> InterpolatedModel:
    checkpoint: Any = SimpleNamespace(header=SimpleNamespace(class_names=class_names))
    return InterpolatedModel(checkpoint, "", classifier)


def test_the_classifier_is_given_grey_levels_from_0_to_1_and_says_probabilities() -> None:
    echo = Echo()
    shares = model_with(echo, CLASSES).verdicts(np.array([[-1, 0.5], [0.2, 3]], np.float32))
    np.testing.assert_array_equal(echo.samples, np.array([[0, 0.5], [0.2, 1]], np.float32))
    assert shares is not None
    odds = 1 / (1 + np.exp([0.5, 0.8]))
    np.testing.assert_allclose(shares, np.stack([odds, 1 - odds], axis=1), rtol=1e-6)


@pytest.mark.parametrize(("classifier", "names"), [(None, CLASSES), (Echo(), ("a", "c"))])
def test_no_classifier_of_these_classes_says_nothing(classifier: object, names: tuple[str, ...]) -> None:
    assert model_with(classifier, names).verdicts(np.zeros((1, 2), np.float32)) is None


@pytest.mark.parametrize(("curves", "highest"), [([[0, 3], [9, 1]], 9.0), ([[-2, -1], [-4, -3]], 1e-6)])
def test_curves_reach_to_the_highest_of_them(curves: list[list[float]], highest: float) -> None:
    codes = SimpleNamespace(test=np.array(curves, np.float32))
    checkpoint: Any = SimpleNamespace(codes=codes, model=SimpleNamespace(decode=lambda z: z))
    assert InterpolatedModel(checkpoint, "", None).highest == highest
