"""Whatever others wrote is shown as text: names, link values and all that a checkpoint says of itself."""

import html
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.data import Dataset, Split, load_dataset
from explorer.store import load_checkpoint, save_checkpoint
from explorer.ui.foreign_text import as_text
from explorer.ui.page_entries import PAGES
from explorer.ui.query_params import SCENE
from tests.conftest import ROOT
from tests.pages.shown import views_of

PAYLOADS = (
    *("[Sign in](http://x)", "![](http://x/p.png)", ":red[x]", "<img src=x>", "<a href=x>", "$x$", "*x*", "http://x"),
    *("&lt;", "%{x}"),
)
HOSTILE = " ".join(PAYLOADS)
# As a folder may be named.
HOSTILE_NAME = HOSTILE.replace("/", "|")
# What would be obeyed, were it not taken in by as_text.
OBEYED = re.compile(r"(?<!\\)\]\((?!\\)|(?<!\\):red|(?<!\\)<img|(?<!\\)<a |(?<!\\)\$x|(?<!\\)\*x|://x|(?<!\\)&lt;")
# Frames, code and components show plain text; what plotly obeys is looked at apart.
NOT_MARKDOWN = {"arrow_data_frame", "plotly_chart", "code", "bidi_component"}
TEXTS = {"body", "label", "help", "text", "caption", "captions", "content", "message"}
# The tags that figures write themselves.
OWN_TAGS = re.compile(r"</?(b|br|i|sub|sup|span|extra)\b[^>]*>")
OBEYED_BY_PLOTLY = re.compile(r"<img|<a |%\{x\}")


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


def figure_texts(app: AppTest) -> Iterator[str]:
    """Every text in the figures of a page that holds a part of the planted one."""
    for element in app.get("plotly_chart"):
        yield from (text for text in leaves(json.loads(element.proto.spec)) if "Sign in" in text)


def leaves(part: Any) -> Iterator[str]:
    """The texts within a figure."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from leaves(inner)


def hostile_digits(name: str, split: Split) -> Dataset:
    """The digits, whose classes have hostile names."""
    digits = load_dataset("digits", split)
    return replace(digits, class_names=tuple(f"{HOSTILE}{i}" for i in range(digits.n_classes)))


def faults_of(app: AppTest) -> list[str]:
    """The texts of a page that Markdown or plotly would obey."""
    in_figures = [
        text
        for text in figure_texts(app)
        if OBEYED_BY_PLOTLY.search(text) or HOSTILE not in html.unescape(OWN_TAGS.sub("", text)).replace("|", "/")
    ]
    return [text for text in texts_of(app) if OBEYED.search(text)] + in_figures


def strings_of(message: Any) -> Iterator[str]:
    """The texts of an element, and of the options within it."""
    for field, value in message.ListFields():
        for one in [value] if isinstance(value, str | bytes | int | float) or hasattr(value, "ListFields") else value:
            if hasattr(one, "ListFields"):
                yield from strings_of(one)
            elif isinstance(one, str) and field.name in TEXTS:
                yield one


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch, hostile_library: Path, clear_caches: None) -> None:
    """The models of the page are those that say hostile things of themselves."""
    monkeypatch.setenv("EXPLORER_CHECKPOINTS", str(hostile_library))


@pytest.fixture(scope="module")
def hostile_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of models that say hostile things of themselves, one of them broken and one of a hostile name."""
    folder = tmp_path_factory.mktemp("hostile") / "checkpoints"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_CHECKPOINTS", str(folder))
        write_hostile_library(folder)
    return folder


def write_hostile_library(folder: Path) -> None:
    shutil.copytree(ROOT / "checkpoints" / "digits-vae-2d", folder / "digits-vae-2d")
    shutil.copytree(ROOT / "checkpoints" / ".results", folder / ".results")
    given = load_checkpoint("digits-vae-2d")
    names = tuple(f"{HOSTILE}{i}" for i in range(10))
    header = replace(given.header, class_names=names, device=HOSTILE, created=HOSTILE)
    parts = (given.model, given.history, given.codes)
    save_checkpoint("hostile", given.run, header, *parts, replace=False)
    save_checkpoint("foreign", replace(given.run, dataset=HOSTILE), header, *parts, replace=False)
    shutil.copytree(folder / "hostile", folder / HOSTILE_NAME)
    broken = shutil.copytree(folder / "hostile", folder / "broken") / "spec.json"
    broken.write_text(broken.read_text("utf-8").replace('"family": "vae"', f'"family": "{HOSTILE}"'), "utf-8")


@pytest.mark.parametrize("slug", [entry.slug for entry in PAGES])
@pytest.mark.parametrize("model", ["foreign", "broken"])
def test_what_a_checkpoint_says_is_text(
    hostile: None, open_app_page: Callable[..., AppTest], slug: str, model: str
) -> None:
    app = open_app_page(slug, **dict.fromkeys(("model", "left", "right", "models"), model))
    assert faults_of(app) == []


@pytest.mark.parametrize("slug", [entry.slug for entry in PAGES])
def test_names_of_classes_and_models_are_text_in_every_view(
    hostile: None, monkeypatch: pytest.MonkeyPatch, open_app_page: Callable[..., AppTest], slug: str
) -> None:
    monkeypatch.setattr("explorer.ui.caches.load_dataset", hostile_digits)
    # The results that were computed beforehand are of the digits under their own names.
    monkeypatch.setattr("explorer.ui.views.objectives.identity.cached_dataset", load_dataset)
    query = dict.fromkeys(("model", "left", "right", "models"), HOSTILE_NAME) | {"data": "digits"}
    app = open_app_page(slug, **query)
    assert faults_of(app) == []
    for view in views_of(app):
        assert (view, faults_of(open_app_page(slug, view=view, **query))) == (view, [])


@pytest.mark.parametrize("slug", [entry.slug for entry in PAGES])
def test_what_a_link_says_is_text(open_app_page: Callable[..., AppTest], slug: str) -> None:
    keys = [declared.key for declared in SCENE if slug in declared.pages]
    app = open_app_page(slug, **dict.fromkeys(keys, HOSTILE))
    assert not app.exception
    assert faults_of(app) == []
