"""The scenes of the shipped lectures: every page, view and key of their addresses exists."""

from collections.abc import Callable
from functools import cache

import pytest
from streamlit.testing.v1 import AppTest

from explorer.lectures import Lecture, Scene
from explorer.store.lectures import SHIPPED, load_lecture
from explorer.ui.lectures.bar import scene_file
from explorer.ui.page_entries import PAGES
from explorer.ui.query_params import parameter
from tests.conftest import ROOT

OpenPage = Callable[..., AppTest]
SCENES = [(name, scene) for name in SHIPPED for scene in load_lecture(name).scenes]
IDS = [f"{name}: {scene.title}" for name, scene in SCENES]


@cache
def script_texts(slug: str) -> str:
    """All that the page and its views say in their sources."""
    files = [ROOT / "pages" / f"{slug}.py", *sorted((ROOT / "explorer/ui/views" / slug).glob("*.py"))]
    return "\n".join(file.read_text("utf-8") for file in files)


def faults(scene: Scene) -> list[str]:
    """What of an address no page knows."""
    if scene.page not in {entry.slug for entry in PAGES}:
        return [f"no page {scene.page}"]
    unknown = [f"no key {key}" for key in scene.query if scene.page not in parameter(key).pages]
    views = [view for view in scene.query.get("view", []) if f'"{view}"' not in script_texts(scene.page)]
    return unknown + [f"no view {view}" for view in views]


@pytest.mark.parametrize("scene", [scene for _, scene in SCENES], ids=IDS)
def test_page_view_and_keys_of_a_scene_exist(scene: Scene) -> None:
    assert faults(scene) == []
    assert scene_file(scene) == f"pages/{scene.page}.py"


@pytest.mark.parametrize("address", ["walks", "pca?view=Errors", "pca?model=vae-2d"])
def test_an_address_that_no_page_knows_is_found(address: str) -> None:
    assert faults(Scene("A", address))


@pytest.mark.slow
@pytest.mark.mnist
@pytest.mark.fremont
@pytest.mark.parametrize("scene", [scene for _, scene in SCENES], ids=IDS)
def test_every_scene_opens_without_a_word_about_its_link(open_app_page: OpenPage, scene: Scene) -> None:
    query = {key: texts if len(texts) > 1 else texts[0] for key, texts in scene.query.items()}
    app = open_app_page(scene.page, **query)
    assert not app.exception
    assert [message.value for message in (*app.error, *app.warning)] == []


def bar(app: AppTest) -> str:
    """What the bar of a lecture was given, '' where there is none."""
    found = [str(each.proto) for each in app.get("bidi_component") if "notes_link" in str(each.proto)]
    return found[0] if found else ""


def test_the_bar_says_where_in_the_lecture_a_page_is(open_app_page: OpenPage) -> None:
    lecture = load_lecture("oregon")
    app = open_app_page("data", view="Means", lecture="oregon", scene="4")
    assert not app.exception
    assert lecture.scenes[3].title in bar(app)
    assert "scene" in app.query_params


def test_without_a_lecture_there_is_no_bar(open_app_page: OpenPage) -> None:
    assert bar(open_app_page("data")) == ""


@pytest.mark.parametrize(
    ("query", "said"),
    [({"lecture": "gone"}, "the lecture must be"), ({"lecture": "oregon", "scene": "99"}, "the scene of the lecture")],
)
def test_a_link_to_what_is_not_there_is_told_in_one_sentence(
    open_app_page: OpenPage, query: dict[str, str], said: str
) -> None:
    app = open_app_page("data", **query)
    assert not app.exception
    assert len(app.warning) == 1
    assert said in app.warning[0].value


def test_a_lecture_is_as_long_as_its_scenes() -> None:
    assert Lecture("L", (Scene("A", "pca", minutes=2), Scene("B", "pca"))).minutes == 2
