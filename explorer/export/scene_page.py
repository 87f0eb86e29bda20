"""Scenes as a page of one file: the app's own browser components, what they show, and nothing that asks a server."""

import json
import re
import tomllib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from explorer.scenes.component_files import component_files
from explorer.scenes.message import for_file

PAGE = Path(__file__).parent / "page"
THEME = Path(__file__).parents[2] / ".streamlit" / "config.toml"
FONT = 'system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif'
# What components know of the theme, by its name in the app's configuration.
COLOURS = {
    "primaryColor": "primary-color",
    "backgroundColor": "background-color",
    "secondaryBackgroundColor": "secondary-background-color",
    "textColor": "text-color",
    "linkColor": "link-color",
    "borderColor": "border-color",
}
_MOUNT = re.compile(r"^export default function (\w+)", re.MULTILINE)


@dataclass(frozen=True)
class MountedScene:
    """A browser component with the message that it shows; title: above it, '' for none.

    controls: what the canvas is told at first, by the names of its `Controls` in types.d.ts.
    """

    component: str
    message: bytes
    title: str = ""
    controls: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ScenePage:
    """What a page of one file shows and states.

    statements: pairs of a term and what is said of it; before, after: HTML above and below the scenes.
    """

    title: str
    summary: str
    scenes: tuple[MountedScene, ...]
    statements: tuple[tuple[str, str], ...]
    before: str = ""
    after: str = ""


def page_html(page: ScenePage) -> bytes:
    """A page as the bytes of its one file, in UTF-8."""
    template = Template((PAGE / "scene_page.html").read_text("utf-8"))
    text = template.substitute(
        title=escape(page.title),
        summary=escape(page.summary),
        theme=theme_css(),
        css=(PAGE / "scene_page.css").read_text("utf-8"),
        before=page.before,
        after=page.after,
        n_scenes=len(page.scenes),
        scenes="\n".join(_place(i, scene) for i, scene in enumerate(page.scenes)),
        statements="".join(f"<dt>{escape(term)}</dt><dd>{escape(words)}</dd>" for term, words in page.statements),
        controls=_json([scene.controls for scene in page.scenes if scene.controls is not None]),
        messages="\n".join(_message_element(i, scene) for i, scene in enumerate(page.scenes)),
        components=_components({scene.component for scene in page.scenes}),
    )
    return text.encode()


def _place(position: int, scene: MountedScene) -> str:
    heading = f"<h2>{escape(scene.title)}</h2>" if scene.title else ""
    place = f'<div data-component="{scene.component}" data-message="message-{position}"></div>'
    return f"<section>{heading}{place}</section>"


def _message_element(position: int, scene: MountedScene) -> str:
    encoded = b64encode(for_file(scene.message)).decode()
    return f'<script type="application/octet-stream" id="message-{position}">{encoded}</script>'


def _components(names: set[str]) -> str:
    """The host, then each component's look as a template and its script, which mounts it wherever it is named."""
    host = f'<script type="module">{(PAGE / "host.js").read_text("utf-8")}</script>'
    return "\n".join([host, *(_component(name) for name in sorted(names))])


def _component(name: str) -> str:
    files = component_files(name)
    template = f'<template id="component-{name}"><style>{files.css}</style>{files.html}</template>'
    mount = f'window.mountScenes("{name}", {mount_name(files.js)});'
    return f'{template}\n<script type="module">{files.js}\n{mount}</script>'


def mount_name(script: str) -> str:
    """The name of the function that a component's script exports to be mounted."""
    found = _MOUNT.search(script)
    assert found is not None
    return found[1]


def theme_css(root: str = ":root") -> str:
    """The app's colours as the variables that components read: light, and dark where the system or a click asks it.

    root: the selector of what they are set on.
    """
    theme = tomllib.loads(THEME.read_text("utf-8"))["theme"]
    light, dark = _variables(theme["light"]), _variables(theme["dark"])
    sheet = Template((PAGE / "theme.css").read_text("utf-8"))
    return sheet.substitute(root=root, font=FONT, radius=theme["baseRadius"], light=light, dark=dark)


def _variables(colours: Mapping[str, str]) -> str:
    return " ".join(f"--st-{variable}: {colours[name]};" for name, variable in COLOURS.items())


def _json(value: object) -> str:
    """JSON that no text within can end the element of."""
    return json.dumps(value).replace("<", "\\u003c")
