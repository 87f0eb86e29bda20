"""Decides which changes of the address become entries of the browser's history."""

from pathlib import Path

from explorer.ui.components.shared.registration import register

_history = register(Path(__file__).parent)


def keep_history() -> None:
    """Part of every page, and seen on none: another page or view is a new entry, all else replaces the present one."""
    _history(key="browser_history", height=0, width=1, data={"leads_to": None})


def lead_on(slug: str) -> None:
    """Instead of a page: the browser goes on to another slug with the same query, and keeps no entry of this one."""
    _history(key="browser_history", height=0, width=1, data={"leads_to": slug})
