"""What the Random view says of its distances, for both outcomes."""

import numpy as np
import pytest

from explorer.analysis.dataset_summary import Randoms
from explorer.ui.views.data.panels import finding

FEW = np.zeros((3, 2), np.float32)


@pytest.mark.parametrize(
    ("random_distance", "sentence"),
    [
        (4.0, "lies 4.0 times as far from the nearest real one as a real sample does: the data fill a thin part"),
        (1.5, "lies only 1.5 times as far"),
    ],
)
def test_the_sentence_follows_the_distances(random_distance: float, sentence: str) -> None:
    said = finding(Randoms(FEW, FEW, FEW, 1.0, 2.0, random_distance))
    assert sentence in said
    assert "2 dimensions" in said
