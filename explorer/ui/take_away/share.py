"""What leads others to the scene that a page shows: its link, its QR code, and the frame for slides."""

from html import escape

import streamlit as st

from explorer.export.qr_code import qr_svg
from explorer.lectures.lecture import HOME
from explorer.ui.query_params import present_address
from explorer.ui.rooms.address import DEFAULT, ONLY_HERE, app_address, is_reachable
from explorer.ui.unfolding import header_menu

QR_PX = 190
# Phones read the codes of longer links no longer from a projector.
LONGEST_QR = 800


def share_button(slug: str) -> None:
    """A button that unfolds the link of what the page shows, for phones too, and its frame for other pages."""
    header_menu("Share this scene", ":material/share:", "share", lambda: _show_ways(scene_address(slug)))


def scene_address(slug: str) -> str:
    """The address of the scene as others in the same network open it, without a lecture that is on."""
    page, mark, query = present_address(slug).partition("?")
    return f"{app_address(st.context.url or DEFAULT)}/{'' if page == HOME else page}{mark}{query}"


def embed_code(address: str) -> str:
    """The frame that shows the picture of an address alone on another page."""
    embedded = f"{address}{'&' if '?' in address else '?'}embed=true"
    return f'<iframe src="{escape(embedded)}" width="100%" height="700" style="border: 0"></iframe>'


def _show_ways(address: str) -> None:
    st.caption("A link to what this page shows:")
    st.code(address, language=None, wrap_lines=True)
    if len(address) <= LONGEST_QR:
        st.image(qr_svg(address), width=QR_PX, alt=f"QR code of {address}")
    else:
        st.caption(f"The link has {len(address):,} letters, which is too much for a QR code.")
    if not is_reachable():
        st.caption(f":material/wifi_off: {ONLY_HERE}")
    st.caption("In slides and course systems, with this server running:")
    st.code(embed_code(address), language="html", wrap_lines=True)
