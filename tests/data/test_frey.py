"""The Frey faces: every frame once, and a file that is missing or another is one sentence."""

import io
from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from explorer.data import download, frey, list_sources, load_dataset
from explorer.errors import DatasetError


def frames() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (1965, 28, 20), np.uint8)


def mat_file(columns: np.ndarray, key: str = "ff") -> bytes:
    file = io.BytesIO()
    savemat(file, {key: columns})
    return file.getvalue()


def whole() -> bytes:
    return mat_file(frames().reshape(1965, 560).T)


@pytest.fixture
def path(data_folder: Path) -> Path:
    data_folder.mkdir()
    return data_folder / "frey_rawface.mat"


def test_every_frame_is_in_one_split(path: Path) -> None:
    path.write_bytes(whole())
    train, test = load_dataset("frey"), load_dataset("frey", "test")
    assert (len(train), len(test), train.sample_shape, train.n_classes) == (1600, 365, (28, 20), 1)
    found = {frame.tobytes() for part in (train, test) for frame in part.samples}
    assert found == {frame.tobytes() for frame in frames()}
    source = next(source for source in list_sources() if source.name == "frey")
    assert (source.available, source.n_train, source.n_test) == (True, 1600, 365)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "holds no variable 'ff' in MATLAB's format"),
        (whole()[:-5000], "holds no variable 'ff' in MATLAB's format"),
        (mat_file(np.zeros((560, 1965), np.uint8), "gg"), "holds no variable 'ff' in MATLAB's format"),
        (mat_file(np.zeros((560, 7), np.uint8)), r"has shape \(560, 7\) and type uint8, but the Frey faces are bytes"),
        (bytes(20_000_000), "is not the file of the Frey faces, which has 1 MB"),
    ],
)
def test_another_file_is_one_sentence(path: Path, content: bytes, reason: str) -> None:
    path.write_bytes(content)
    with pytest.raises(DatasetError, match=rf"^[^\n]*{reason}[^\n]*\.$"):
        load_dataset("frey")


def test_a_missing_file_says_where_it_comes_from(path: Path) -> None:
    with pytest.raises(DatasetError, match=r"are not on this machine: download .*frey_rawface\.mat\.$"):
        load_dataset("frey")


def test_a_download_takes_its_place_when_it_can_be_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = path.with_name("served")
    monkeypatch.setattr(frey, "ADDRESS", served.as_uri())
    with pytest.raises(DatasetError, match="The download stopped"):
        list(download("frey"))
    served.write_bytes(b"<html>")
    with pytest.raises(DatasetError, match="holds no variable 'ff'"):
        list(download("frey"))
    assert not path.exists()
    served.write_bytes(whole())
    assert list(download("frey"))[-1].done_bytes == len(whole())
    assert len(load_dataset("frey")) == 1600


@pytest.mark.frey
def test_the_real_faces_are_upright() -> None:
    """Pixels below each other are more alike than in rows of another length."""
    x = load_dataset("frey").pixels()
    of_faces, of_others = (abs(np.diff(x.reshape(-1, *shape), axis=1)).mean() for shape in ((28, 20), (20, 28)))
    assert of_faces < 0.6 * of_others
