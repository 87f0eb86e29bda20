"""Uploads on a server for a class: only the holder of the lecturer's key sends files, which stay in the memory."""

from http.cookies import CookieError, SimpleCookie

import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from explorer.permissions import OWN_MACHINE
from explorer.ui.access import COOKIE, server

UPLOADS = "/_stcore/upload_file/"
REFUSED = "Sending files needs the lecturer's key."
TAKES_ALL = (
    "This server is for a class, but takes files from everybody: it was started with app.py. Start it with "
    "`make run ADDRESS=…`, or with `streamlit run deploy/server.py`, which takes them from the lecturer alone."
)
_guarded: list[ASGIApp] = []


def takes_files_from_all() -> bool:
    """Whether a server for a class that other machines reach was started without `guarded_uploads`."""
    is_reached = st.get_option("server.address") not in OWN_MACHINE
    return is_reached and server().mode == "class" and not _guarded


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
