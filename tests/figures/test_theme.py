"""Colours mean one thing, and a figure's text is large on any ground."""

import plotly.graph_objects as go
import pytest

from explorer.figures import theme
from explorer.models.spec import FAMILIES


def test_every_family_has_a_hue_of_its_own_apart_from_the_classes() -> None:
    hues = [theme.model_hue(family) for family in FAMILIES]
    assert len(set(hues)) == len(FAMILIES)
    assert not set(hues) & set(theme.PETROFF)
    assert theme.UNKNOWN_MODEL_HUE not in hues


def test_a_family_without_a_hue_gets_the_neutral_one() -> None:
    assert theme.model_hue("unheard_of") == theme.UNKNOWN_MODEL_HUE


def test_concepts_are_told_apart_from_each_other_and_from_classes() -> None:
    concepts = {theme.MU, theme.SIGMA, theme.EPSILON, theme.Z}
    assert len(concepts) == 4
    assert not concepts & set(theme.PETROFF)


def test_class_colours_come_round_after_ten() -> None:
    assert theme.class_colour(12) == theme.PETROFF[2]


@pytest.mark.parametrize(("alpha", "expected"), [(0.5, "rgba(255, 0, 16, 0.5)"), (1, "rgba(255, 0, 16, 1)")])
def test_with_alpha(alpha: float, expected: str) -> None:
    assert theme.with_alpha("#ff0010", alpha) == expected


def test_style_is_large_and_clear() -> None:
    fig = theme.style(go.Figure(go.Scatter(x=[0], y=[1])), height=321, x_title="k", y_title="SSE")
    assert fig.layout.paper_bgcolor == fig.layout.plot_bgcolor == theme.CLEAR
    assert fig.layout.xaxis.tickfont.size == fig.layout.font.size >= 16
    assert (fig.layout.height, fig.layout.xaxis.title.text, fig.layout.yaxis.title.text) == (321, "k", "SSE")


def test_ink_reaches_the_words_above_a_slider_and_leaves_the_rest_of_it() -> None:
    slider = {"currentvalue": {"prefix": "step ", "font": {"size": 20}}, "font": {"color": theme.CLEAR}}
    inked = theme.in_ink(go.Figure(layout={"sliders": [slider]})).layout.sliders[0]
    assert (inked.currentvalue.font.color, inked.currentvalue.font.size) == (theme.INK, 20)
    assert (inked.currentvalue.prefix, inked.font.color) == ("step ", theme.CLEAR)


def test_equal_aspect_ties_the_axes() -> None:
    assert theme.equal_aspect(go.Figure()).layout.yaxis.scaleanchor == "x"


def test_pictures_alone_are_only_downloaded_and_not_zoomed() -> None:
    tiles = go.Image(z=[[[0, 0, 0]]])
    assert theme.is_mosaic(go.Figure([tiles, tiles]))
    assert not theme.is_mosaic(go.Figure([tiles, go.Scatter()]))
    assert not theme.is_mosaic(go.Figure())
    assert theme.toolbar("samples", only_download=True)["modeBarButtons"] == [["toImage"]]
    assert "modeBarButtons" not in theme.toolbar("error")


def test_toolbar_names_the_file() -> None:
    assert theme.toolbar("eigendigits")["toImageButtonOptions"]["filename"] == "eigendigits"
    (title,) = theme.toolbar("eigendigits")["locales"]["en-US"]["dictionary"].values()
    assert title == "Save as PNG, with shift as SVG"


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (8, 60, [10, 20, 50]),
        (0.1, 2, [0.1, 0.2, 0.5, 1, 2]),
        (1, 784, [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]),
        (3e-3, 40, [0.01, 0.1, 1, 10]),
    ],
)
def test_ticks_of_a_logarithmic_axis_are_whole_numbers(low: float, high: float, ticks: list[float]) -> None:
    assert theme.log_ticks(low, high) == ticks
