"""Rows of pictures that move with a training: samples, their reconstructions, and draws from the prior."""

from html import escape
from pathlib import Path

import streamlit as st

from explorer.figures.images import data_uri, grey, mosaic
from explorer.jobs import LivePictures

SAMPLES, RECONSTRUCTIONS, DRAWS = "Samples x", "Reconstructions x̂", "Draws z ~ p(z), decoded"
NO_PRIOR = "This family has no prior to draw from."
STYLE = Path(__file__).parents[1] / "static" / "live_rows.css"


def show_rows(pictures: LivePictures) -> None:
    """The rows of a run's latest pictures; nothing for samples that are no images."""
    if rows := named_rows(pictures):
        note = "" if pictures.draws is not None else f"<span>{escape(DRAWS)}</span><span>{escape(NO_PRIOR)}</span>"
        cells = "".join(_row(name, uri, pictures.step) for name, uri in rows)
        style = f"<style>{STYLE.read_text('utf-8')}</style>"
        st.html(f'{style}<div class="live-rows" data-step="{pictures.step}">{cells}{note}</div>')


def named_rows(pictures: LivePictures) -> list[tuple[str, str]]:
    """Each row that there is, with its ten images side by side as the address of a PNG."""
    rows = ((SAMPLES, pictures.inputs), (RECONSTRUCTIONS, pictures.reconstructions), (DRAWS, pictures.draws))
    return [(name, data_uri(mosaic(grey(images / 255), len(images)))) for name, images in rows if images is not None]


def _row(name: str, uri: str, step: int) -> str:
    alt = escape(f"{name} after step {step:,}")
    return f'<span>{escape(name)}</span><img src="{uri}" alt="{alt}">'
