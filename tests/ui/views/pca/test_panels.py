"""Sheets of eigenvectors: their rows are whole; what is said of the plane's cells and of an image's values."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from explorer.ui.views.pca.panels import COLUMNS_OF, plane_words
from explorer.ui.views.pca.variance import _values


def test_a_sheet_of_eigenvectors_has_no_empty_place_and_more_columns_than_rows() -> None:
    for n, n_columns in COLUMNS_OF.items():
        rows, rest = divmod(int(n), n_columns)
        assert (rest, rows < n_columns) == (0, True)


@pytest.mark.parametrize(
    ("spacing", "end"),
    [
        ("By range", "Every cell shows the image nearest to its middle, in its class's colour."),
        ("By quantile", "Each column and each row holds equally many."),
        ("None", "which carry 30.0 % of the variance."),
    ],
)
def test_cells_are_spoken_of_where_there_are_any(spacing: str, end: str) -> None:
    context: Any = SimpleNamespace(spectrum=SimpleNamespace(cumulative=[0.2, 0.3]), test=1)
    assert plane_words(context, spacing).endswith(end)


@pytest.mark.parametrize(("shape", "said"), [((8, 8), "64 pixels"), ((4, 4, 3), "48 values, 3 for each pixel")])
def test_a_coloured_pixel_has_three_values(shape: tuple[int, ...], said: str) -> None:
    context: Any = SimpleNamespace(model=SimpleNamespace(sample_shape=shape, mean=np.zeros(shape).ravel()))
    assert _values(context) == said
