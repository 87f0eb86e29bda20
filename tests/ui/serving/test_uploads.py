"""Files on a server for a class: who may send them, and that an entry which takes them from all is refused."""

from collections.abc import Iterator

import pytest
import streamlit as st
from starlette.applications import Starlette
from streamlit.config import get_option, set_option

from explorer.ui import access
from explorer.ui.serving import uploads
from explorer.ui.serving.uploads import LARGEST_FILE, WRONG_ENTRY, guarded_uploads, has_wrong_entry, may_upload
from tests.conftest import app_page

EVERYWHERE, HERE = "0.0.0.0", "localhost"


@pytest.fixture(autouse=True)
def fresh_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(uploads, "_guarded", [])
    monkeypatch.delenv("EXPLORER_MODE", raising=False)
    access.server.cache_clear()
    largest = st.get_option(LARGEST_FILE)
    yield
    set_option(LARGEST_FILE, largest)
    access.server.cache_clear()


def listen_on(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    option = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: address if name == "server.address" else option(name))


@pytest.mark.parametrize(
    ("address", "mode", "is_guarded", "is_wrong"),
    [
        (EVERYWHERE, None, False, True),
        (EVERYWHERE, "class", False, True),
        (EVERYWHERE, None, True, False),
        (EVERYWHERE, "open", False, False),
        (HERE, "class", False, False),
        (HERE, None, False, False),
    ],
)
def test_a_class_on_other_addresses_needs_the_guard(
    address: str, mode: str | None, is_guarded: bool, is_wrong: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    listen_on(address, monkeypatch)
    if mode:
        monkeypatch.setenv("EXPLORER_MODE", mode)
    if is_guarded:
        guarded_uploads(Starlette())
    assert has_wrong_entry() == is_wrong
    assert (get_option(LARGEST_FILE) == 0) == is_wrong
    app = app_page("home").run()
    assert not app.exception
    assert [error.value for error in app.error] == [WRONG_ENTRY] * is_wrong
    assert bool(app.title) != is_wrong


def test_the_lecturers_cookie_alone_sends_files(monkeypatch: pytest.MonkeyPatch) -> None:
    listen_on(EVERYWHERE, monkeypatch)
    access.server().lecturers.add("a" * 32)
    given = {f"{access.COOKIE}={'a' * 32}": True, f"{access.COOKIE}={'b' * 32}": False, "": False, "=;;\x00": False}
    assert {cookies: may_upload(cookies) for cookies in given} == given
