"""Who is at the page and what they may do: the server's mode, the lecturer's key, and the browser's token."""

import hmac
import math
import os
import re
import secrets
import sys
from dataclasses import dataclass, field, replace
from functools import cache

import streamlit as st

from explorer.permissions import (
    Mode,
    Permissions,
    is_own,
    may_control,
    may_see,
    mode_of,
    mode_sentence,
    needs_key,
    origin_of,
    own_prefix,
    permissions_in,
    tag_of,
)
from explorer.ui.components.browser_token.component import keep_token
from explorer.ui.wrong_keys import WrongKeys

COOKIE = "explorer_browser"
KEY_IN_LINK = "key"
SHORTEST_KEY = 12
TOKEN_BYTES, KEY_BYTES = 16, 9
_IS_TOKEN = re.compile(f"[0-9a-f]{{{2 * TOKEN_BYTES}}}")
_TOKEN, _TYPED, _REFUSED = "_browser_token", "lecturer_key", "_key_refused"
WRONG_KEY = "This is not the lecturer's key; the key is shown in the terminal in which the server was started."
TOO_EARLY = "Too many wrong keys were tried from your network address; wait {} s and enter the key again."
STUDENTS_MAY = (
    "This server is for a class. You can look at everything, draw, predict, and train small models of your own, which "
    "nobody else sees. With the lecturer's key you can also change the library, the data and the lectures."
)
LECTURER_IS_HERE = "You have the lecturer's key: this browser may do everything until the server is restarted."


@dataclass(frozen=True)
class Server:
    """What one server process decides once: its mode, its key, and who gave the key or a wrong one."""

    mode: Mode
    key: str
    lecturers: set[str] = field(default_factory=set)
    wrong_keys: WrongKeys = field(default_factory=WrongKeys)


@cache
def server() -> Server:
    """The mode and key of the process; in class mode both are said in the terminal, once."""
    given, address = os.environ.get("EXPLORER_MODE"), st.get_option("server.address")
    key = os.environ.get("EXPLORER_KEY", "")
    is_usable = len(key) >= SHORTEST_KEY
    started = Server(mode_of(given, address), key if is_usable else secrets.token_urlsafe(KEY_BYTES))
    if started.mode == "class":
        too_short = f"EXPLORER_KEY has fewer than {SHORTEST_KEY} characters and is not used." if key else ""
        of_key = () if is_usable else (too_short, f"The lecturer's key is {started.key}")
        for sentence in filter(None, (mode_sentence(given, address), *of_key)):
            sys.stderr.write(f"{sentence}\n")
    return started


def browser_token() -> str:
    """The random token of this browser, from its cookie; a new browser is given one."""
    if _TOKEN not in st.session_state:
        cookie = str(st.context.cookies.get(COOKIE, ""))
        st.session_state[_TOKEN] = cookie if _IS_TOKEN.fullmatch(cookie) else secrets.token_hex(TOKEN_BYTES)
    return str(st.session_state[_TOKEN])


def own_tag() -> str:
    """The tag that the names of this browser's runs and models carry."""
    return tag_of(browser_token())


def permissions() -> Permissions:
    """What the browser at this page may do."""
    found = permissions_in(server().mode, server().mode == "class" and browser_token() in server().lecturers)
    if found.limits is None:
        return found
    return replace(found, limits=replace(found.limits, origin=network_origin()))


def is_visible(name: str) -> bool:
    """Whether a run or model of that name is shown here."""
    return server().mode == "open" or may_see(permissions(), name, own_tag())


def is_controlled(name: str) -> bool:
    """Whether a run of that name may be stopped, paced, resumed and removed here."""
    return server().mode == "open" or may_control(permissions(), name, own_tag())


def run_name(name: str) -> str:
    """What a run is called in the register: a student's carries the tag of the browser."""
    if permissions().limits is None or is_own(name, own_tag()):
        return name
    return own_prefix(own_tag()) + name


def say_needs_key(action: str) -> None:
    """The sentence in the place of a button that a student does not have."""
    st.caption(f":material/lock: {needs_key(action)}")


def keep_own_cookie() -> None:
    """Part of what knows a browser again in open mode too, such as a room; in class mode the frame has done it."""
    if server().mode == "open":
        keep_token(COOKIE, browser_token())


def enter_class() -> None:
    """Part of the frame in class mode: the cookie, a key in the link, and the side bar; nothing in open mode."""
    if server().mode == "open":
        return
    if KEY_IN_LINK in st.query_params:
        _try_key(st.query_params[KEY_IN_LINK])
        keep_token(COOKIE, browser_token(), forget=KEY_IN_LINK)
        st.stop()
    keep_token(COOKIE, browser_token())
    with st.sidebar:
        _show_key_field()


def _show_key_field() -> None:
    if permissions().limits is None:
        st.caption(f":material/key: {LECTURER_IS_HERE}")
        return
    st.caption(f":material/school: {STUDENTS_MAY}")
    st.text_input("Lecturer's key", type="password", key=_TYPED, on_change=_take_typed, autocomplete="off")
    if refused := st.session_state.pop(_REFUSED, ""):
        st.error(refused, icon=":material/error:")


def _take_typed() -> None:
    typed = str(st.session_state[_TYPED]).strip()
    st.session_state[_TYPED] = ""
    waited_s = server().wrong_keys.wait_s(_network_address())
    if typed and not _try_key(typed):
        st.session_state[_REFUSED] = TOO_EARLY.format(math.ceil(waited_s)) if waited_s else WRONG_KEY


def _try_key(given: str) -> bool:
    """Whether a key is the lecturer's, compared in constant time; if so, this browser may do everything."""
    wanted = server().key.encode()
    if not server().wrong_keys.check(_network_address(), lambda: hmac.compare_digest(given.encode(), wanted)):
        return False
    server().lecturers.add(browser_token())
    return True


def network_origin() -> str:
    """A tag of where the browser is in the network, from which nobody finds the address without the server's key."""
    return origin_of(_network_address(), server().key)


def _network_address() -> str:
    """Where the browser is in the network; '' on the server's own machine."""
    return str(st.context.ip_address or "")
