"""Registering a folder of HTML, CSS and JavaScript as a Streamlit component."""

from collections.abc import Mapping
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


def frame_within(result: Mapping[str, Any], n_frames: int, start: int) -> int:
    """The frame that the browser says if it is one of these frames, else where the player starts."""
    frame = result.get("frame")
    return int(frame) if isinstance(frame, int | float) and 0 <= frame < n_frames else start


def stay() -> None:
    """What a component calls when nothing but the run of the page is to follow from a change."""
