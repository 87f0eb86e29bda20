"""From a foreign file to a data set: in a process of its own, kept whole, removed, and nothing left behind."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from explorer.__main__ import main
from explorer.data import keep_draft, list_sources, load_dataset
from explorer.data.own import Choices, discard, kept_names, own_version, read_draft, read_report, remove
from explorer.data.own import parts as parts_module
from explorer.data.own.parts import own_folder
from explorer.errors import DatasetError
from tests.data.own.conftest import grey_image, image_file, images_by_class, zipped


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    path = tmp_path / "pets.zip"
    path.write_bytes(zipped(images_by_class()))
    return path


def test_a_draft_becomes_a_data_set_only_when_it_is_kept(pets: Path) -> None:
    draft = read_draft(pets.read_bytes(), "pets.zip", Choices())
    assert kept_names() == ()
    source = keep_draft(draft, "pets")
    assert list_sources()[-1] == source
    assert (source.available, source.is_own, source.kind) == (True, True, "images")
    assert (source.n_train, source.n_test, source.sample_shape, source.n_classes) == (52, 8, (6, 5), 2)
    assert [path.name for path in own_folder().iterdir()] == ["pets"]
    assert sorted(path.name for path in (own_folder() / "pets").iterdir()) == [
        "report.json", "test_labels.npy", "test_samples.npy", "train_labels.npy", "train_samples.npy",
    ]  # fmt: skip
    assert load_dataset("pets", "test").fingerprint == draft.report.fingerprints[1]


def test_a_discarded_draft_leaves_nothing(pets: Path) -> None:
    discard(read_draft(pets, "pets.zip", Choices()))
    assert list(own_folder().iterdir()) == []


def test_a_refused_file_leaves_nothing() -> None:
    with pytest.raises(DatasetError, match="There is no image"):
        read_draft(zipped({"a.png": b""}), "a.zip", Choices())
    assert list(own_folder().iterdir()) == []


def test_another_data_set_under_the_name_has_another_version(pets: Path) -> None:
    keep_draft(read_draft(pets, "pets.zip", Choices()), "pets")
    first = own_version("pets")
    remove("pets")
    assert own_version("pets") == ""
    pets.write_bytes(zipped({f"{n}.png": image_file(grey_image(n)) for n in range(50)}))
    keep_draft(read_draft(pets, "pets.zip", Choices()), "pets")
    assert own_version("pets") not in ("", first)


def test_a_name_that_is_taken_or_none_is_one_sentence(pets: Path) -> None:
    keep_draft(read_draft(pets, "pets.zip", Choices()), "pets")
    again = read_draft(pets, "pets.zip", Choices())
    for name in ("mnist", "pets", "../pets", "Pets", "con", "", "a" * 33, "a b"):
        with pytest.raises(DatasetError, match=r"choose another name|cannot be a data set's name; use 1 to 32"):
            keep_draft(again, name)
    assert kept_names() == ("pets",)


def test_large_arrays_are_mapped(pets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_draft(read_draft(pets, "pets.zip", Choices()), "pets")
    read = load_dataset("pets")
    monkeypatch.setattr(parts_module, "MAPPED_FROM_BYTES", 1)
    mapped = load_dataset("pets")
    assert isinstance(mapped.samples, np.memmap)
    assert mapped.fingerprint == read.fingerprint
    np.testing.assert_array_equal(mapped.pixels(), read.pixels())


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def change_labels(path: Path) -> None:
    np.save(path, np.full(52, 9))


def pickle_in_its_place(path: Path) -> None:
    np.save(path, np.array([{}] * 52, object), allow_pickle=True)


@pytest.mark.parametrize(
    ("file", "spoil"),
    [
        ("train_samples.npy", cut),
        ("train_labels.npy", change_labels),
        ("train_samples.npy", pickle_in_its_place),
        ("train_samples.npy", Path.unlink),
        ("report.json", Path.unlink),
        ("report.json", cut),
        ("report.json", lambda path: path.write_text(json.dumps({"file": "a"}))),
        ("report.json", lambda path: path.write_text("[" * 100_000)),
        ("report.json", lambda path: path.write_bytes(b"\xff")),
        ("report.json", lambda path: path.write_text(path.read_text().replace("26", "27", 1))),
    ],
)
def test_a_spoilt_data_set_is_one_sentence_and_takes_nothing_down(
    pets: Path, file: str, spoil: Callable[[Path], object]
) -> None:
    keep_draft(read_draft(pets, "pets.zip", Choices()), "pets")
    spoil(own_folder() / "pets" / file)
    with pytest.raises(DatasetError, match=r"^[^\n]{20,400}\.$"):
        load_dataset("pets")
    assert list_sources()[-1].name == "pets"
    remove("pets")
    assert kept_names() == ()


def test_the_command_line_adds_and_removes(pets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["datasets", "add", str(pets), "--name", "pets", "--report-only"]) == 0
    assert "Nothing was kept." in capsys.readouterr().out
    assert main(["datasets", "add", str(pets), "--name", "pets"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "pets.zip was read as a zip of images.",
        "52 samples to train on and 8 to test on, each of 6 × 5 pixels, grey.",
        "2 classes (train + test): cat 26 + 4, dog 26 + 4.",
        "Values lie from 0 to 255. Bytes are kept; 0 to 255 become 0 to 1.",
        "One sample in 7 of every class, drawn with seed 0, is held out as test.",
        "Kept as pets.",
    ]
    assert main(["datasets", "remove", "pets", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"removed": "pets"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("add", "/nowhere/a.zip", "--name", "a"), "There is no file or folder /nowhere/a.zip"),
        (("add", "/dev/null", "--name", "a"), "There is no file or folder /dev/null"),
        (
            ("add", "a.zip", "--name", "a", "--scaling", "best"),
            "no scaling 'best'; choose one of range, standard, none",
        ),
        (("add", "a.zip", "--name", "a", "--shape", "huge"), "'huge' is no shape of an image"),
        (("add", "a.zip", "--name", "a", "--size", "0"), "'0' is no shape of an image"),
        (("remove", "mnist"), "no data set of your own 'mnist'; what can be removed: there is none"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], sentence: str
) -> None:
    assert main(["datasets", *arguments]) == 2
    assert sentence in capsys.readouterr().err


def test_the_report_is_kept_with_the_data(pets: Path) -> None:
    draft = read_draft(pets, "pets.zip", Choices())
    keep_draft(draft, "pets")
    assert read_report("pets") == draft.report


def test_a_name_that_the_explorer_has_come_to_know_is_listed_once(pets: Path) -> None:
    keep_draft(read_draft(pets, "pets.zip", Choices()), "pets")
    (own_folder() / "pets").rename(own_folder() / "digits")
    assert [source.name for source in list_sources()].count("digits") == 1
    assert len(load_dataset("digits")) == 1437
