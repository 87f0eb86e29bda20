"""The page on which a file of one's own is dropped, without a browser: report, choices, keep, discard, remove."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.data.own import kept_names
from explorer.data.own.parts import own_folder
from tests.data.own.conftest import images_by_class, zipped
from tests.data.own.test_tables import csv_of, table

OpenPage = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clear_caches: None) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "data"))


@pytest.fixture
def page(open_app_page: OpenPage) -> AppTest:
    app = open_app_page("data", view="Add your own")
    assert not app.exception
    return app


def drop(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader(key="own_file").set_value((name, content, "application/octet-stream"))
    return app.run()


def words(app: AppTest) -> str:
    return "\n".join(text.value for text in app.markdown)


def test_before_a_file_is_dropped_the_page_says_what_can_be_read(page: AppTest) -> None:
    assert "zip of images" in words(page)
    assert "At most 200 MB, 40 to 1,000,000 samples, 256 × 256 pixels, 100 classes" in page.caption[0].value


def test_a_dropped_zip_is_reported_and_kept(page: AppTest) -> None:
    app = drop(page, "My Pets.zip", zipped(images_by_class()))
    assert "52 samples to train on and 8 to test on, each of 6 × 5 pixels, grey." in words(app)
    assert len(app.get("plotly_chart")) == 1
    assert kept_names() == ()
    assert app.text_input(key="own_name").value == "my_pets"
    app.button(key="own_keep").click().run()
    assert kept_names() == ("my_pets",)
    assert app.selectbox(key="data").value == "my_pets"
    assert "The train split has 52 samples of 6 × 5 pixels in 2 classes" in words(app)
    assert not app.exception


def test_a_discarded_file_leaves_nothing(page: AppTest) -> None:
    app = drop(page, "pets.zip", zipped(images_by_class()))
    app.button(key="own_discard").click().run()
    assert list(own_folder().iterdir()) == []
    assert not app.exception


def test_another_way_of_reading_replaces_the_draft(page: AppTest) -> None:
    app = drop(page, "people.csv", csv_of(table()))
    assert "2 classes (train + test): cat" in words(app)
    app.selectbox(key="own_label").select("none").run()
    assert "1 class (train + test): all" in words(app)
    assert len(list(own_folder().iterdir())) == 1


def test_of_images_size_and_folders_are_asked_and_of_a_table_its_columns(page: AppTest) -> None:
    of_images = {"own_size", "own_folders"}
    of_tables = {"own_label", "own_time", "own_without", "own_shape", "own_scaling"}
    for name, content, asked in (
        ("pets.zip", zipped(images_by_class()), of_images),
        ("people.csv", csv_of(table()), of_tables),
    ):
        app = drop(page, name, content)
        widgets = (*app.selectbox, *app.toggle, *app.text_input, *app.multiselect)
        assert {one.key for one in widgets} & (of_images | of_tables) == asked
    assert app.selectbox(key="own_label").options[:2] == ["found by its name", "none"]


def test_a_file_that_cannot_be_read_is_one_sentence(page: AppTest) -> None:
    app = drop(page, "pets.zip", b"torn")
    assert [error.value for error in app.error] == ["The zip cannot be read (File is not a zip file); pack it again."]
    assert list(own_folder().iterdir()) == []


def test_a_name_that_is_taken_is_refused_and_the_draft_stays(page: AppTest) -> None:
    app = drop(page, "pets.zip", zipped(images_by_class()))
    app.text_input(key="own_name").set_value("mnist").run()
    app.button(key="own_keep").click().run()
    assert "choose another name" in app.error[0].value
    assert app.button(key="own_keep").label == "Keep"


def test_a_kept_data_set_is_listed_and_removed(page: AppTest, open_app_page: OpenPage) -> None:
    drop(page, "pets.zip", zipped(images_by_class())).button(key="own_keep").click().run()
    app = open_app_page("data", view="Add your own")
    assert "**pets**: 52 samples to train on" in words(app)
    app.button(key="own_remove_pets").click().run()
    assert kept_names() == ()
    assert not app.exception
