"""Numbers of the table of draws have as many figures as their intervals."""

import pytest

from explorer.ui.views.generate.samples import figures


@pytest.mark.parametrize(
    ("value", "written"), [(88.02, "88.0"), (84.51, "84.5"), (0.2299, "0.230"), (703.3, "703"), (0.01484, "0.0148")]
)
def test_a_number_has_three_significant_figures_its_last_zeros_included(value: float, written: str) -> None:
    assert figures(value) == written
