"""Small IDX files as the MNIST family is published, in a data folder of the test's own."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

NAMES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def idx(array: NDArray[np.uint8]) -> bytes:
    """An array in the format of LeCun, Cortes & Burges."""
    lengths = b"".join(length.to_bytes(4, "big") for length in array.shape)
    return bytes((0, 0, 8, array.ndim)) + lengths + array.tobytes()


def small_mnist() -> dict[str, NDArray[np.uint8]]:
    """120 training and 100 test images with their labels, by file name."""
    rng = np.random.default_rng(0)
    arrays = {}
    for prefix, n in (("train", 120), ("t10k", 100)):
        arrays[f"{prefix}-images-idx3-ubyte"] = rng.integers(0, 256, (n, 28, 28), np.uint8)
        arrays[f"{prefix}-labels-idx1-ubyte"] = rng.integers(0, 10, n, np.uint8)
    return arrays


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder."""
    monkeypatch.setenv("EXPLORER_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def raw(data_folder: Path) -> Path:
    """The folder of MNIST's files, with small ones in it, the labels packed."""
    folder = data_folder / "MNIST" / "raw"
    folder.mkdir(parents=True)
    for name, array in small_mnist().items():
        if array.ndim == 1:
            (folder / f"{name}.gz").write_bytes(gzip.compress(idx(array)))
        else:
            (folder / name).write_bytes(idx(array))
    return folder
