"""The menu of what a page's model or scene can be taken away as."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class Offer:
    """One file to take away: what it is and what for; `make` is called when it is asked for.

    missing: why it cannot be made here, and what to do; '' where it can.
    """

    label: str
    file_name: str
    mime: str
    make: Callable[[], bytes]
    help: str
    missing: str = ""


def take_away(offers: Sequence[Offer]) -> None:
    """Show the menu, unless there is nothing on it; a file is made when its button is pressed."""
    if not offers:
        return
    with st.popover("Take it away", icon=":material/download:", width="content"):
        for offer in offers:
            st.download_button(
                f"{offer.label} (not installed)" if offer.missing else offer.label,
                offer.make,
                offer.file_name,
                offer.mime,
                key=f"take-{offer.file_name}",
                help=offer.missing or offer.help,
                disabled=bool(offer.missing),
                on_click="ignore",
                width="stretch",
            )
