"""Registering a folder of HTML, CSS and JavaScript as a Streamlit component."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

SHARED = Path(__file__).parent
# The one form of an import between the scripts.
_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[^"]+)";\n', re.MULTILINE)


def register(folder: Path, *shared_css: str) -> Any:
    """The component that a folder declares by its files `<folder>.html`, `.css` and `.js`, under the folder's name.

    shared_css: style sheets of `shared` that stand before its own.
    """
    own = folder / folder.name
    sheets = [SHARED / name for name in shared_css] + [own.with_suffix(".css")]
    return st.components.v2.component(
        folder.name,
        html=own.with_suffix(".html").read_text("utf-8"),
        css="\n".join(sheet.read_text("utf-8") for sheet in sheets),
        js=join_modules(own.with_suffix(".js")),
    )


def join_modules(entry: Path) -> str:
    """An ES module and all that it imports as one module, since Streamlit takes one script for each component.

    A file is imported as `import { a, b } from "./file.js";`, each once and after what it imports itself. The names
    that files declare become names of the one module, so a component must not declare one twice.
    """
    texts: dict[Path, str] = {}
    _collect(entry.resolve(), texts)
    return "\n".join(_IMPORT.sub("", text) for text in texts.values())


def _collect(path: Path, texts: dict[Path, str], on_the_way: frozenset[Path] = frozenset()) -> None:
    if path in texts or path in on_the_way:
        return
    text = path.read_text("utf-8")
    for name in _IMPORT.findall(text):
        _collect((path.parent / name).resolve(), texts, on_the_way | {path})
    texts.setdefault(path, text)


def frame_within(result: Mapping[str, Any], n_frames: int, start: int) -> int:
    """The frame that the browser says if it is one of these frames, else where the player starts."""
    frame = result.get("frame")
    return int(frame) if isinstance(frame, int | float) and 0 <= frame < n_frames else start


def stay() -> None:
    """What a component calls when nothing but the run of the page is to follow from a change."""
