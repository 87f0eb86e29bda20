"""How every plotly figure is put on a page: full width, the app's theme, a sharp download.

Heights are in pixels of a window of 1280 × 800; `static/stage.css` enlarges a figure as a whole with the window.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.figures import Figure
from explorer.figures.narrow import label_px_of, label_shift_px, legible_width, n_blank_px_of
from explorer.figures.theme import FONT_SIZE, in_ink, is_mosaic, toolbar

# What the window leaves to a picture below the title's row, and how a picture and its controls share the width.
STAGE_PX = 676
# The width for which a figure is drawn on a phone, in pixels of the layout: 540 for the window, less its sides, see
# stage.css.
PHONE_PX = 515
# A row of widgets above a picture.
ROW_PX = 63
PICTURE_AND_CONTROLS = (0.77, 0.23)


def low_row(name: str = "") -> DeltaGenerator:
    """The row of widgets above a picture; each has its label on its edge, so that the row is low.

    name: tells a second row from the first.
    """
    return st.container(horizontal=True, vertical_alignment="bottom", gap="small", key=f"low_row{name}")


def show_figure(figure: Figure, name: str, alt: str) -> None:
    """Show a figure; name: its file name when it is downloaded; alt: what is seen, for who cannot see it."""
    _show(figure, name, alt, only_download=is_mosaic(figure))


def show_clickable(figure: Figure, name: str, alt: str, pick: Callable[[int], None]) -> None:
    """Show a figure whose points can be pressed; pick: what a press does, given the point's custom data."""

    def picked() -> None:
        if points := _selected(name)["points"]:
            pick(int(points[0]["customdata"]))

    _show(figure, name, alt, only_download=True, on_select=picked, selection_mode="points")


def show_lasso(figure: Figure, name: str, alt: str, on_outline: Callable[[list[tuple[float, float]]], None]) -> None:
    """Show a figure around whose points an outline can be drawn; on_outline hears of its corners (x, y)."""

    def drawn() -> None:
        if outlines := _selected(name)["lasso"]:
            on_outline(list(zip(outlines[-1]["x"], outlines[-1]["y"], strict=True)))

    _show(figure, name, alt, only_download=True, on_select=drawn, selection_mode="lasso")


def _show(figure: Figure, name: str, alt: str, *, only_download: bool, **selection: Any) -> None:
    """selection: what Streamlit is told of points that can be selected."""
    if st.context.theme.type != "dark":
        in_ink(figure)
    config = toolbar(f"latent-explorer-{name}", only_download=only_download)
    st.plotly_chart(figure, width="stretch", config=config, key=f"figure-{name}", alt=alt, **selection)
    _fit_phone(figure, name)


def _selected(name: str) -> dict[str, Any]:
    """What is selected in a figure: points and outlines."""
    selection: dict[str, Any] = st.session_state[f"figure-{name}"]["selection"]
    return selection


def _fit_phone(figure: Figure, name: str) -> None:
    """On a phone labels of a sheet of pictures shrink, or it is wider than the window and is wiped along.

    It is less high than its place, so what is below it moves up.
    """
    rules, width, place = [], legible_width(figure, PHONE_PX), f".st-key-figure-{name}"
    if width > PHONE_PX:
        frame = f"{place} [data-testid=stFullScreenFrame]"
        rules.append(
            f"{place} {{ overflow: auto hidden; }} {place} .nsewdrag {{ touch-action: pan-x pan-y !important; }}"
        )
        rules.append(f"{frame} {{ width: calc({100 * width / PHONE_PX:.0f}% / var(--stage)) !important; }}")
    if (n_blank_px := n_blank_px_of(figure, width)) > 0:
        rules.append(f"{place} {{ margin-bottom: -{n_blank_px}px; }}")
    if (label_px := label_px_of(figure, width)) < FONT_SIZE:
        move = f"translate: 0 {label_shift_px(figure, width):.1f}px;"
        rules.append(f"{place} .annotation-text {{ font-size: {label_px:.1f}px !important; {move} }}")
    if rules:
        st.html(f"<style>@media (max-width: 640px) {{ {' '.join(rules)} }}</style>")
