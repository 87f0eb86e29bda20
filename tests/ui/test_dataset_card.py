"""Fetching a data set from a page, with progress, and the sentence when it fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.data import DownloadProgress
from explorer.errors import DatasetError
from explorer.ui import dataset_card


def card_script() -> None:
    from explorer.data import SourceState
    from explorer.ui.dataset_card import data_set_card

    data_set_card(SourceState("mnist", "MNIST", False, 60_000, 10_000, (28, 28), 10, "Put these files there."))


def present_script() -> None:
    from explorer.data import SourceState
    from explorer.ui.dataset_card import data_set_card

    data_set_card(SourceState("digits", "Digits", True, 10, 5, (8, 8), 10, ""))


def test_present_data_set_offers_no_download() -> None:
    app = AppTest.from_function(present_script).run()
    assert not app.button
    assert "8 × 8 pixels, 10 classes" in app.caption[0].value


def test_missing_data_set_says_how_to_get_it() -> None:
    assert AppTest.from_function(card_script).run().button[0].help == "Put these files there."


def test_download_shows_its_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def download(name: str) -> Iterator[DownloadProgress]:
        asked.append(name)
        yield DownloadProgress("train-images", 5_000_000, 10_000_000)
        yield DownloadProgress("train-images", 6_000_000, None)

    monkeypatch.setattr(dataset_card, "download", download)
    app = AppTest.from_function(card_script).run()
    app.button[0].click().run()
    assert asked == ["mnist"]
    assert not app.exception


def test_failed_download_is_one_sentence_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def download(name: str) -> Iterator[DownloadProgress]:
        yield DownloadProgress("train-images", 5_000_000, 10_000_000)
        raise DatasetError(f"The download of {name} stopped.")

    monkeypatch.setattr(dataset_card, "download", download)
    app = AppTest.from_function(card_script).run()
    app.button[0].click().run()
    assert [error.value for error in app.error] == ["The download of mnist stopped."]
    assert app.get("progress")[0].proto.text == "train-images: 5.0 of 10.0 MB"
    assert app.get("progress")[0].proto.value == 50


def offer_script() -> None:
    from explorer.ui.dataset_card import offer_data

    offer_data("mnist", "the page shows more")
    offer_data("digits", "nothing more is shown")


def test_what_a_download_brings_is_one_line_with_its_button(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path))
    app = AppTest.from_function(offer_script).run()
    assert [caption.value for caption in app.caption] == ["MNIST is not on this machine. With it, the page shows more."]
    assert [button.key for button in app.button] == ["download_mnist"]
