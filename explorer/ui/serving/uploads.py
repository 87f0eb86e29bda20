"""Uploads on a server for a class: only the holder of the lecturer's key sends files, which stay in the memory."""

from http.cookies import CookieError, SimpleCookie

import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.config import set_option

from explorer.permissions import OWN_MACHINE
from explorer.ui.access import COOKIE, server

UPLOADS = "/_stcore/upload_file/"
REFUSED = "Sending files needs the lecturer's key."
WRONG_ENTRY = (
    "This server is for a class, but was started with app.py, which cannot tell whose files it takes. Start it with "
    "`make run ADDRESS=…`, or with `streamlit run deploy/server.py`, which takes them from the lecturer alone."
)
LARGEST_FILE = "server.maxUploadSize"
_guarded: list[ASGIApp] = []


def has_wrong_entry() -> bool:
    """Whether a server for a class that other machines reach was started without `guarded_uploads`.

    It then takes no file from anybody.
    """
    is_reached = st.get_option("server.address") not in OWN_MACHINE
    is_wrong = is_reached and server().mode == "class" and not _guarded
    if is_wrong:
        set_option(LARGEST_FILE, 0)
    return is_wrong


def guarded_uploads(app: ASGIApp) -> ASGIApp:
    """A server around another one that takes a file from nobody who could not open a page that asks for one."""
    _guarded.append(app)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        is_upload = scope["type"] == "http" and scope["method"] == "PUT" and UPLOADS in scope["path"]
        if is_upload and not may_upload(Headers(scope=scope).get("cookie", "")):
            await PlainTextResponse(REFUSED, 403)(scope, receive, send)
        else:
            await app(scope, receive, send)

    return serve


def may_upload(cookies: str) -> bool:
    """Whether a browser with these cookies may send a file."""
    try:
        token = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return server().mode == "open"
    return server().mode == "open" or (token is not None and token.value in server().lecturers)
