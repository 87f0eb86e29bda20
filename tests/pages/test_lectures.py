"""The page of lectures: beginning, copying, editing and importing them; and adding a scene from any page."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.lectures import Lecture, Scene
from explorer.store.lectures import SHIPPED, lecture_names, load_lecture, save_lecture

OpenPage = Callable[..., AppTest]
MINE = Lecture("Mine", (Scene("First", "pca"), Scene("Second", "data", cover="figure-means")))


def edited(open_app_page: OpenPage) -> AppTest:
    save_lecture("mine", MINE)
    app = open_app_page("lectures", view="Edit")
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_every_lecture_can_be_begun_and_exported(open_app_page: OpenPage) -> None:
    app = open_app_page("lectures")
    assert not app.exception
    links = [link.proto.label for link in app.get("page_link")]
    assert links.count("Notes") == len(app.get("download_button")) == len(SHIPPED)
    assert {f"**{load_lecture(name).title}**" for name in SHIPPED} <= set(links)
    scenes = load_lecture("oregon").scenes
    length = f"{len(scenes)} scenes, {sum(scene.minutes for scene in scenes)} minutes"
    assert length in [each.value for each in app.caption]


def test_a_copy_is_one_s_own_and_can_be_deleted(open_app_page: OpenPage) -> None:
    app = open_app_page("lectures")
    press(app, "Copy")
    assert load_lecture(lecture_names()[-1]) == load_lecture("oregon")
    press(app, "Delete")
    assert lecture_names() == SHIPPED


def test_a_broken_file_is_told_with_its_line(open_app_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "lectures").mkdir()
    (tmp_path / "lectures" / "torn.yaml").write_text("title: A\n", "utf-8")
    app = open_app_page("lectures")
    assert not app.exception
    assert "torn.yaml, line 1: a lecture needs the field scenes" in app.warning[0].value


def test_without_a_lecture_of_one_s_own_it_says_how_to_begin_one(open_app_page: OpenPage) -> None:
    assert "Press the bookmark at the top" in open_app_page("lectures", view="Edit").info[0].value


def test_scenes_are_moved_and_deleted(open_app_page: OpenPage) -> None:
    app = press(edited(open_app_page), "Down")
    assert [scene.title for scene in load_lecture("mine").scenes] == ["Second", "First"]
    press(app, "Delete scene")
    assert [scene.title for scene in load_lecture("mine").scenes] == ["Second"]


def test_after_a_scene_was_deleted_none_is_chosen(open_app_page: OpenPage) -> None:
    app = press(edited(open_app_page), "Delete scene")
    assert [scene.title for scene in load_lecture("mine").scenes] == ["Second"]
    assert app.radio(key="edited_scene").value is None
    assert "Delete scene" not in [button.label for button in app.button]
    app.radio(key="edited_scene").set_value(1).run()
    assert next(field for field in app.text_input if field.label == "Title of the scene").value == "Second"


@pytest.mark.parametrize("label", ["Down", "Delete scene"])
def test_a_scene_that_another_tab_added_meanwhile_is_not_lost(open_app_page: OpenPage, label: str) -> None:
    app = edited(open_app_page)
    save_lecture("mine", more := replace(MINE, scenes=(*MINE.scenes, Scene("Third", "elbo"))))
    press(app, label)
    assert load_lecture("mine") == more
    assert "Mine was changed elsewhere meanwhile" in app.error[0].value
    press(app, "Down")
    assert [scene.title for scene in load_lecture("mine").scenes] == ["Second", "First", "Third"]


def test_a_scene_is_changed_in_its_form(open_app_page: OpenPage) -> None:
    app = edited(open_app_page)
    app.radio(key="edited_scene").set_value(2).run()
    field = {field.label: field for field in (*app.text_input, *app.text_area, *app.number_input)}
    assert field["Cover"].value == "figure-means"
    field["Notes"].set_value("Say this.")
    field["Questions"].set_value("Why? Because.")
    field["Address"].set_value("http://localhost:8501/pca?view=Error&scene=3")
    press(app, "Save the scene")
    scene = load_lecture("mine").scenes[1]
    assert (scene.address, scene.notes, scene.questions[0].answer) == ("pca?view=Error", "Say this.", "Because.")


def test_a_scene_that_no_file_could_hold_is_refused_in_a_sentence(open_app_page: OpenPage) -> None:
    app = edited(open_app_page)
    next(field for field in app.text_input if field.label == "Address").set_value("no page")
    press(app, "Save the scene")
    assert "`no page` is no page of the explorer" in app.error[0].value
    assert load_lecture("mine") == MINE


def test_the_title_is_changed(open_app_page: OpenPage) -> None:
    app = edited(open_app_page)
    next(field for field in app.text_input if field.label == "Title of the lecture").set_value("Yours")
    press(app, "Save the title")
    assert load_lecture("mine").title == "Yours"


def test_notes_hold_every_scene(open_app_page: OpenPage) -> None:
    app = open_app_page("lectures", view="Notes", lecture="chapman")
    assert not app.exception
    (notes,) = [json.loads(each.proto.json) for each in app.get("bidi_component") if "scenes" in each.proto.json]
    assert [scene["title"] for scene in notes["scenes"]] == [one.title for one in load_lecture("chapman").scenes]


@pytest.fixture
def data_page(open_app_page: OpenPage) -> AppTest:
    app = open_app_page("data", view="Random", draw="5", lecture="oregon", scene="3")
    app.session_state["add_scene"] = True
    return app.run()


def test_a_scene_is_added_from_any_page_to_a_new_lecture_or_to_one_s_own(data_page: AppTest) -> None:
    data_page.text_input(key="new_scene_lecture_title").set_value("Noise")
    data_page.text_area(key="new_scene_notes").set_value("Look.")
    press(data_page, "Add this scene")
    assert not data_page.exception
    assert load_lecture("noise") == Lecture("Noise", (Scene("Data", "data?view=Random&draw=5", "Look.", 3),))
    data_page.session_state["add_scene"] = True
    data_page.run()
    data_page.selectbox(key="new_scene_lecture").set_value("noise").run()
    data_page.text_input(key="new_scene_title").set_value("Again")
    press(data_page, "Add this scene")
    assert [scene.title for scene in load_lecture("noise").scenes] == ["Data", "Again"]
