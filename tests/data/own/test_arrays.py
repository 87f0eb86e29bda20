"""NPY, NPZ and MATLAB files: which array is what, and that nothing in them is executed."""

import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.io import savemat

from explorer.errors import DatasetError
from tests.data.own.conftest import Read, given, zipped

N = 50


def images(n: int = N, shape: tuple[int, ...] = (6, 5), seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), np.uint8)


def npz(**arrays: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=True, **arrays)
    return file.getvalue()


def npy(array: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def mat(**arrays: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    savemat(file, arrays, do_compression=True)
    return file.getvalue()


def by_label() -> dict[int, list[int]]:
    """The first pixel of every sample that was read, by its class."""
    found: dict[int, list[int]] = {}
    for part in given():
        for sample, label in zip(part.samples, part.labels, strict=True):
            found.setdefault(int(label), []).append(int(sample.reshape(-1)[0]))
    return {label: sorted(pixels) for label, pixels in sorted(found.items())}


def expected(x: NDArray[np.uint8], y: NDArray[np.int64]) -> dict[int, list[int]]:
    first = x.reshape(len(x), -1)[:, 0]
    return {int(label): sorted(first[y == label].tolist()) for label in np.unique(y)}


LABELS = np.arange(N) % 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.npz", npz(x=images(), y=LABELS)),
        ("a.npz", npz(images=images(), weights=np.ones(N), labels=LABELS[:, None].astype(float))),
        ("a.npz", npz(arr_0=images(), arr_1=LABELS)),
        ("a.npz", npz(x=np.moveaxis(images()[..., None], -1, 1), y=LABELS)),
        ("a.mat", mat(X=np.moveaxis(images(), 0, -1), y=LABELS)),
        ("a.mat", mat(X=images().reshape(N, 30), y=LABELS)),
        ("a.zip", zipped({"inner/a.npz": npz(x=images(), y=LABELS)})),
    ],
)
def test_samples_and_their_labels_are_found(read: Read, name: str, content: bytes) -> None:
    report = read(name, content, shape="6x5")
    assert report.sample_shape == (6, 5)
    assert report.class_names == ("0", "1", "2")
    assert by_label() == expected(images(), LABELS)


def test_train_and_test_keep_their_parts(read: Read) -> None:
    test = images(20, seed=1)
    content = npz(x_train=images(), y_train=LABELS, x_test=test, y_test=np.arange(20) % 3, val_images=images(5))
    report = read("a.npz", content)
    assert (sum(report.n_train), sum(report.n_test)) == (N, 20)
    assert {sample.tobytes() for sample in given()[1].samples} == {sample.tobytes() for sample in test}
    assert report.left_out == ("The array 'val_images' of shape (5, 6, 5).",)


def test_labels_may_be_texts_and_may_be_chosen(read: Read) -> None:
    names = np.array(["cat", "dog"])[np.arange(N) % 2]
    report = read("a.npz", npz(x=images(), y=LABELS, kind=names), label="kind")
    assert report.class_names == ("cat", "dog")
    assert read("a.npz", npz(x=images(), y=LABELS), label="none").class_names == ("all",)


def test_colour_may_stand_first_or_last(read: Read) -> None:
    colours = images(shape=(6, 5, 3))
    first = read("a.npy", npy(colours))
    assert first.sample_shape == (6, 5, 3)
    assert read("a.npy", npy(np.moveaxis(colours, -1, 1))).fingerprints == first.fingerprints


@pytest.mark.parametrize(
    ("array", "sentence", "low", "high"),
    [
        (images().astype(np.float64), "Bytes are kept; 0 to 255 become 0 to 1.", 0, 255),
        (images() / 255, "Values from 0 to 1 are kept as they are.", 0, 1),
        (images() % 2, "Values from 0 to 1 are kept as they are.", 0, 1),
        (images() % 17, "The least value of all becomes 0 and the largest 1.", 0, 16),
        (images() * 1000.0 - 5, "The least value of all becomes 0 and the largest 1.", -5, 254_995),
    ],
)
def test_every_range_of_pixels_becomes_0_to_1(
    read: Read, array: NDArray[Any], sentence: str, low: float, high: float
) -> None:
    report = read("a.npy", npy(array))
    assert (report.scaling, report.low, report.high) == (sentence, low, high)
    pixels = np.concatenate([part.pixels() for part in given()])
    assert (pixels.min(), pixels.max()) == (0, 1)


def test_samples_with_a_value_that_is_no_number_are_left_out(read: Read) -> None:
    array = images() / 255
    array[7, 2, 2] = np.nan
    report = read("a.npy", npy(array))
    assert report.left_out == ("1 samples with a value that is no finite number.",)
    assert sum(report.n_train + report.n_test) == N - 1


def test_frey_faces_are_read_by_their_shape(read: Read) -> None:
    faces = images(70, (28, 20))
    report = read("frey_rawface.mat", mat(ff=faces.reshape(70, 560).T), shape="28x20")
    assert report.sample_shape == (28, 20)
    assert {face.tobytes() for part in given() for face in part.samples} == {face.tobytes() for face in faces}


class Planted:
    """What a pickle would execute."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


def planted(path: Path) -> NDArray[Any]:
    array = np.empty(N, object)
    array[:] = [Planted(path) for _ in range(N)]
    return array


@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
def test_pickles_are_refused_and_not_executed(read: Read, tmp_path: Path, name: str) -> None:
    array = planted(tmp_path / "executed")
    content = npz(x=images(), y=array) if name == "a.npz" else npy(array)
    with pytest.raises(DatasetError, match=r"holds Python objects or records \(dtype object\), which are never loaded"):
        read(name, content)
    with pytest.raises(DatasetError):
        read(name, pickle.dumps(Planted(tmp_path / "executed")))
    assert not (tmp_path / "executed").exists()


def absurd(shape: tuple[int, ...]) -> bytes:
    """A header that promises more than there is."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.npy", absurd((10**9, 10**9)), "GB when they are unpacked, but at most 1 GB are read"),
        ("a.npy", absurd((50, 5)), "The array 'a.npy' is damaged"),
        ("a.npy", absurd((-5, 5)), "damaged|No|no "),
        ("a.npy", npy(np.arange(100)), r"There is no array of samples.*'a' \(100,\)"),
        ("a.npy", npy(np.zeros((N, 2, 2, 2, 2))), "The samples have 4 dimensions each"),
        ("a.npy", npy(np.zeros((N, 6, 5, 4))), "An image has 4 channels, but must have 1 .* or 3"),
        ("a.npy", npy(np.zeros((N, 300, 5))), "An image has 300 × 5 pixels, but must have 4 × 4 to 256 × 256"),
        ("a.npy", npy(np.zeros((3, 6, 5))), "needs 40 to 1,000,000"),
        ("a.npy", b"", "The array 'a.npy' is damaged"),
        ("a.npz", b"PK\3\4", "The archive of arrays is damaged"),
        ("a.npz", npz(x=images(), y=LABELS)[:-40], "The archive of arrays is damaged"),
        ("a.npz", npz(y=LABELS), "There is no array of samples"),
        ("a.npz", npz(x_train=images(), x_test=images(shape=(5, 5))), "samples of different shapes"),
        ("a.mat", b"MATLAB 5.0", "The file is damaged or not MATLAB"),
        ("a.mat", b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM" + b"\x89HDF\r\n\x1a\n" + bytes(500), "version 7.3"),
        ("a.exe", b"MZ", r"'a\.exe' ends in '\.exe', but what is read is .* \.npy"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_one_sentence(read: Read, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(DatasetError, match=rf"^[^\n]*({reason})[^\n]*\.$"):
        read(name, content)


def test_labels_that_fit_no_samples_are_named(read: Read) -> None:
    with pytest.raises(DatasetError, match=r"no labels 'kind' for the 50 samples; choose one of y, or 'none'"):
        read("a.npz", npz(x=images(), y=LABELS, kind=np.arange(7)), label="kind")
