"""What others wrote is drawn by plotly as it is."""

import html

import pytest

from explorer.figures.foreign_text import as_label


@pytest.mark.parametrize("foreign", ["<=50K", "<b>x</b>", "<a href=x>", "&lt;", "%{x}", "R&D", "a > b", "{b}"])
def test_nothing_foreign_is_a_tag_an_entity_or_a_place_for_a_value(foreign: str) -> None:
    shown = as_label(foreign)
    assert html.unescape(shown) == foreign
    assert not set("<>{") & set(shown)


def test_plain_text_stays_and_lines_are_kept() -> None:
    assert as_label("VAE, β = 1\nMSE 0.1") == "VAE, β = 1<br>MSE 0.1"
