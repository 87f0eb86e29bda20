"""What a classifier sees of draws of a class is said with the class's own name."""

import numpy as np

from explorer.analysis.conditional import LABEL_AGREEMENT, Agreement
from explorer.analysis.measure import Interval, Measure
from explorer.ui.views.generate.conditional import verdict


def test_the_class_that_is_seen_least_often_is_named() -> None:
    measure = Measure(LABEL_AGREEMENT, Interval(0.95, 0.94, 0.96), Interval(0.98, 0.97, 0.99))
    said = verdict(Agreement(measure, np.array([[1.0, 0.0], [0.1, 0.9]])), ("trouser", "coat"))
    assert said.startswith("**95.0 %** [94.0, 96.0] of fresh draws, 1,000 per class, are classified as their label; ")
    assert "real test images: 98.0 % [97.0, 99.0]. Least often: 90.0 % of class coat." in said
