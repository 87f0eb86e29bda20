"""Drawings that are kept: one by one, counted, made a data set, forgotten; what is wrong is one sentence."""

from pathlib import Path

import numpy as np
import pytest

from explorer.data import keep_draft, load_dataset
from explorer.data.handwriting import StrokesText, drawn_sample, strokes_text
from explorer.data.own import drawings
from explorer.data.own.drawings import (
    Drawing,
    drawings_draft,
    drawings_file,
    forget_drawings,
    keep_drawing,
    kept_drawings,
)
from explorer.data.own.parts import own_folder
from explorer.errors import DatasetError

SEVEN, ONE = (StrokesText().parse(text) for text in ("3030c030-c03070d0", "801080f0"))


def test_drawings_come_back_in_their_order_with_any_label() -> None:
    labels = ["7", 'a "b", c', "  two   words ", "7"]
    for label in labels:
        keep_drawing(Drawing(label, SEVEN if label == "7" else ONE))
    found = kept_drawings()
    assert [drawing.label for drawing in found] == ["7", 'a "b", c', "two words", "7"]
    assert [strokes_text(drawing.strokes) for drawing in found][0::3] == [strokes_text(SEVEN)] * 2
    forget_drawings()
    assert kept_drawings() == []
    forget_drawings()


@pytest.mark.parametrize("label", ["", "  ", "x" * 41])
def test_a_label_has_1_to_40_characters(label: str) -> None:
    with pytest.raises(DatasetError, match="1 to 40 characters"):
        keep_drawing(Drawing(label, SEVEN))
    assert kept_drawings() == []


def test_there_is_an_end_to_what_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawings, "MOST_DRAWINGS", 2)
    keep_drawing(Drawing("7", SEVEN))
    keep_drawing(Drawing("1", ONE))
    with pytest.raises(DatasetError, match="2 drawings are kept, and there is room for no more"):
        keep_drawing(Drawing("1", ONE))


@pytest.mark.parametrize("line", ["7,zz", "7", "7,3030,1", "\x00\xff"])
def test_a_torn_file_is_named(line: str) -> None:
    keep_drawing(Drawing("7", SEVEN))
    drawings_file().write_bytes(line.encode("latin-1"))
    with pytest.raises(DatasetError, match=r"drawings\.csv is damaged; move it away"):
        kept_drawings()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.setenv("EXPLORER_DATA", str(blocked))
    with pytest.raises(DatasetError, match="could not be kept"):
        keep_drawing(Drawing("7", SEVEN))


def test_enough_drawings_are_a_data_set() -> None:
    many = [Drawing("7", SEVEN)] * 30 + [Drawing("1", ONE)] * 20
    keep_draft(drawings_draft(many, (28, 28)), "drawings")
    train, test = (load_dataset("drawings", split) for split in ("train", "test"))
    assert train.class_names == ("1", "7")
    assert (len(train), len(test)) == (43, 7)
    assert train.sample_shape == (28, 28)
    seven = np.rint(255 * drawn_sample(SEVEN, (28, 28)))
    assert all((image == seven).all() for image in train.samples[train.labels == 1])


def test_too_few_are_none_and_leave_nothing_behind() -> None:
    with pytest.raises(DatasetError, match="39 samples that can be read, but a data set needs 40"):
        drawings_draft([Drawing("7", SEVEN)] * 39, (8, 8))
    assert list(own_folder().iterdir()) == []
