"""Registering a folder of HTML, CSS and JavaScript as a Streamlit component, and hearing what a browser says of it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.scenes.component_files import component_files


def register(folder: Path) -> Any:
    """The component that a folder declares by its files `<folder>.html`, `.css` and `.js`, under the folder's name."""
    return st.components.v2.component(folder.name, **vars(component_files(folder.name)))


def last_message(key: str) -> Mapping[str, Any]:
    """What the browser says of a component; empty once another took its place, of which the browser may hear late."""
    said: Mapping[str, Any] = st.session_state.get(key, {})
    return said


def show_and_hear(
    component: Any, key: str, events: Sequence[str], hear: Callable[[Mapping[str, Any]], None], **arguments: Any
) -> Mapping[str, Any]:
    """Show a component; returns what the browser says of it in this run.

    hear: called before the page runs with what the browser says anew, by event. In a session's first run Streamlit
    calls nothing, but a restarted server may be told something by then: that is heard in it, and the page
    runs again.
    """
    heard: dict[str, str] = st.session_state.setdefault(f"{key}-answers", {})

    def take(said: Mapping[str, Any]) -> None:
        heard.update({event: repr(value) for event, value in said.items()})
        hear(said)

    def call(event: str) -> None:
        take({event: last_message(key).get(event)})

    calls = {f"on_{event}_change": partial(call, event) for event in events}
    result: Mapping[str, Any] = component(key=key, **calls, **arguments)
    said = {event: result[event] for event in events if result.get(event) is not None}
    if missed := {event: value for event, value in said.items() if repr(value) != heard.get(event)}:
        take(missed)
        st.rerun()
    return result


def frame_within(result: Mapping[str, Any], n_frames: int, start: int) -> int:
    """The frame that the browser says if it is one of these frames, else where the player starts."""
    frame = result.get("frame")
    return int(frame) if isinstance(frame, int | float) and 0 <= frame < n_frames else start


def stay() -> None:
    """What a component calls when nothing but the run of the page is to follow from a change."""
