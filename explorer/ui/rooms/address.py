"""Where students find a room: an address that is short enough to type, and its QR code."""

from urllib.parse import urlsplit, urlunsplit

import streamlit as st
from streamlit.net_util import get_internal_ip

from explorer.permissions import OWN_MACHINE
from explorer.ui.page_entries import PAGES

ROOM = "room"
DEFAULT = "http://localhost:8501"
ONLY_HERE = (
    "Phones cannot reach this server, which listens on this machine alone; start it as docs/class.md says, with "
    "`make run ADDRESS=0.0.0.0`."
)


def join_address(code: str) -> str:
    """The address of a room as phones in the same network open it."""
    return f"{app_address(st.context.url or DEFAULT)}/{ROOM}?{ROOM}={code}"


def is_reachable() -> bool:
    """Whether other machines reach this server: it listens on other addresses, or a proxy that does was asked."""
    asked = urlsplit(st.context.url or DEFAULT).hostname
    return st.get_option("server.address") not in OWN_MACHINE or asked not in OWN_MACHINE


def app_address(url: str) -> str:
    """The address of the app without a page; `localhost` gives way to the machine's address in its network."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    folder, _, last = path.rpartition("/")
    root = folder if last in {entry.slug for entry in PAGES} else path
    own = get_internal_ip() if parts.hostname in OWN_MACHINE and is_reachable() else None
    netloc = f"{own}:{parts.port}" if own and parts.port else own or parts.netloc
    return urlunsplit((parts.scheme, netloc, root, "", ""))
