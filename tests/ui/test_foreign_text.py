"""Whatever others wrote is shown as text: names, link values and all that a checkpoint says of itself."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.store import load_checkpoint, save_checkpoint
from explorer.ui.foreign_text import as_text
from explorer.ui.page_entries import PAGES
from explorer.ui.query_params import SCENE
from tests.conftest import ROOT

PAYLOADS = ("[Sign in](http://x)", "![](http://x/p.png)", ":red[x]", "<img src=x>", "$x$", "*x*", "http://x", "&lt;")
HOSTILE = " ".join(PAYLOADS)
# What would be obeyed, were it not taken in by as_text.
OBEYED = re.compile(r"(?<!\\)\]\((?!\\)|(?<!\\):red|(?<!\\)<img|(?<!\\)\$x|(?<!\\)\*x|://x|(?<!\\)&lt;")
NOT_MARKDOWN = {"arrow_data_frame", "plotly_chart", "imgs", "code", "bidi_component", "heading"}
TEXTS = {"body", "label", "help", "text", "caption", "content", "message"}


@pytest.mark.parametrize(
    "payload", [*PAYLOADS, HOSTILE, "- x", "1. x", "# x", "> x", "_x_", "~~x~~", "a\n# b", "`" + HOSTILE]
)
def test_nothing_foreign_is_obeyed(payload: str) -> None:
    shown = as_text(payload)
    assert not OBEYED.search(shown)
    assert "\n" not in shown
    assert not re.match(r"[#>\-]|\d+\. ", shown)
    assert not re.search(r"(?<!\\)[_~`]", shown)


@pytest.mark.parametrize(
    "plain", ["vae-2d", "fashion_mnist", "a, b; c: 0.5 (x) [0, 1]", "use `python -m explorer`", "β = 1"]
)
def test_plain_text_stays_as_it_is(plain: str) -> None:
    assert as_text(plain) == plain


def texts_of(app: AppTest) -> Iterator[str]:
    """Every text of a page that Streamlit shows as Markdown, without what stands in backticks."""
    for element in app.main:
        if element.type not in NOT_MARKDOWN and getattr(element, "proto", None) is not None:
            for text in strings_of(element.proto):
                yield re.sub(r"`[^`]*`", "", text)


def strings_of(message: Any) -> Iterator[str]:
    """The texts of an element, and of the options within it."""
    for field, value in message.ListFields():
        for one in [value] if isinstance(value, str | bytes | int | float) or hasattr(value, "ListFields") else value:
            if hasattr(one, "ListFields"):
                yield from strings_of(one)
            elif isinstance(one, str) and field.name in TEXTS:
                yield one


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clear_caches: None) -> Path:
    """A library of models that say hostile things of themselves, one of them broken and one of a hostile name."""
    folder = tmp_path / "checkpoints"
    shutil.copytree(ROOT / "checkpoints" / "digits-vae-2d", folder / "digits-vae-2d")
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(folder))
    given = load_checkpoint("digits-vae-2d")
    names = tuple(f"{HOSTILE}{i}" for i in range(10))
    header = replace(given.header, class_names=names, device=HOSTILE, created=HOSTILE)
    parts = (given.model, given.history, given.codes)
    save_checkpoint("hostile", given.run, header, *parts, replace=False)
    save_checkpoint("foreign", replace(given.run, dataset=HOSTILE), header, *parts, replace=False)
    shutil.copytree(folder / "hostile", folder / HOSTILE.replace("/", "|"))
    broken = shutil.copytree(folder / "hostile", folder / "broken") / "spec.json"
    broken.write_text(broken.read_text("utf-8").replace('"family": "vae"', f'"family": "{HOSTILE}"'), "utf-8")
    return folder


@pytest.mark.parametrize("slug", [entry.slug for entry in PAGES])
@pytest.mark.parametrize("model", ["hostile", "foreign", "broken"])
def test_what_a_checkpoint_says_is_text(
    hostile: Path, open_app_page: Callable[..., AppTest], slug: str, model: str
) -> None:
    app = open_app_page(slug, **dict.fromkeys(("model", "left", "right", "models"), model))
    assert [text for text in texts_of(app) if OBEYED.search(text)] == []


@pytest.mark.parametrize("slug", [entry.slug for entry in PAGES])
def test_what_a_link_says_is_text(open_app_page: Callable[..., AppTest], slug: str) -> None:
    keys = [declared.key for declared in SCENE if slug in declared.pages]
    app = open_app_page(slug, **dict.fromkeys(keys, HOSTILE))
    assert not app.exception
    assert [text for text in texts_of(app) if OBEYED.search(text)] == []
