"""How every plotly figure is put on a page: full width, the app's theme, a sharp download."""

import streamlit as st

from explorer.figures import Figure
from explorer.figures.theme import in_ink, toolbar


def show_figure(figure: Figure, name: str, alt: str) -> None:
    """Show a figure; name: its file name when it is downloaded; alt: what is seen, for who cannot see it."""
    if st.context.theme.type != "dark":
        in_ink(figure)
    st.plotly_chart(figure, width="stretch", config=toolbar(f"latent-explorer-{name}"), key=f"figure-{name}", alt=alt)
