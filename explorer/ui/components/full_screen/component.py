"""The whole screen for the lecture: a button, and the key F, that hide everything around the page."""

from pathlib import Path

from explorer.ui.components.shared.registration import register, stay

_button = register(Path(__file__).parent)


def full_screen_button() -> None:
    """A button that fills the screen with the page, and empties it again; a browser without the ability hides it.

    It is on every page, so it also runs the page again when that turns light or dark.
    """
    _button(key="full_screen", width="content", on_turned_change=stay)
