"""Sheets of eigenvectors: their rows are whole."""

from explorer.ui.views.pca.panels import COLUMNS_OF


def test_a_sheet_of_eigenvectors_has_no_empty_place_and_more_columns_than_rows() -> None:
    for n, n_columns in COLUMNS_OF.items():
        rows, rest = divmod(int(n), n_columns)
        assert (rest, rows < n_columns) == (0, True)
