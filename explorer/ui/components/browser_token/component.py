"""Keeps a browser's token in a cookie, and takes a key that came by a link out of the address."""

from pathlib import Path

from explorer.ui.components.shared.registration import register

_token = register(Path(__file__).parent)


def keep_token(name: str, token: str, forget: str | None = None) -> None:
    """Seen on no page: the cookie `name` holds the token until the browser is closed.

    forget: a key of the address; the browser opens the page again without it and keeps no entry of the former address.
    """
    _token(key="browser_token", height=0, width=1, data={"name": name, "token": token, "forget": forget})
