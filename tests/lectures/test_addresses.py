"""Addresses of the shipped lectures and of the table of concepts: pages, keys, views and models that there are."""

import ast
import re

import pytest

from explorer.lectures import Scene
from explorer.store import shipped_names
from explorer.store.lectures import SHIPPED, load_lecture
from explorer.ui.page_entries import PAGES
from explorer.ui.query_params import SCENE
from tests.conftest import ROOT

TABLE = (ROOT / "docs" / "lectures.md").read_text("utf-8").partition("## Every concept")[2]
IN_TABLE = re.findall(r"`([a-z]+(?:\?[^`]*)?)`", TABLE.replace("`tests/lectures/test_addresses.py`", ""))
IN_LECTURES = [scene.address for name in SHIPPED for scene in load_lecture(name).scenes]
# Shows models that do not come with the explorer, since the film's frames have no licence.
IN_NO_LECTURE = {("elbo", "In training", "")}
MODEL_KEYS = {"model", "models", "left", "right"}


def faults(address: str) -> list[str]:
    """What of an address there is not."""
    scene = Scene("", address)
    if scene.page not in {entry.slug for entry in PAGES}:
        return [f"page {scene.page}"]
    of_page = {declared.key for declared in SCENE if scene.page in declared.pages}
    named = [name for key in MODEL_KEYS for name in scene.query.get(key, [])]
    return [
        *(f"key {key}" for key in scene.query.keys() - of_page),
        *(f"view {view}" for view in scene.query.get("view", []) if view not in texts_of(scene.page)),
        *(f"model {name}" for name in named if name not in shipped_names()),
    ]


def texts_of(page: str) -> set[str]:
    """Every text that stands alone in a page's script."""
    tree = ast.parse((ROOT / "pages" / f"{page}.py").read_text("utf-8"))
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


@pytest.mark.parametrize("address", sorted({*IN_TABLE, *IN_LECTURES}))
def test_an_address_is_a_view_that_there_is(address: str) -> None:
    assert faults(address) == []


def test_the_table_has_a_part_for_each_lecture() -> None:
    titles = re.findall(r"^### (.*)$", TABLE, re.MULTILINE)
    assert titles == [
        load_lecture(name).title for name in ("oregon", "wisconsin", "chapman", "representation", "article")
    ]


def part_of(address: str) -> tuple[str, str, str]:
    """Page, view and part of an address."""
    scene = Scene("", address)
    view, part = (scene.query.get(key, [""])[0] for key in ("view", "part"))
    return scene.page, view, part


def test_every_view_of_the_table_has_a_scene() -> None:
    assert {part_of(address) for address in IN_TABLE} - {part_of(address) for address in IN_LECTURES} == IN_NO_LECTURE


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("nowhere", "page nowhere"),
        ("pca?view=Nothing", "view Nothing"),
        ("pca?ink=1", "key ink"),
        ("latent?model=none", "model none"),
    ],
)
def test_what_there_is_not_is_found(address: str, fault: str) -> None:
    assert faults(address) == [fault]
