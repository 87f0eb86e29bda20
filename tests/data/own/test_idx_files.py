"""IDX files of one's own, under the names that publishers and unpackers give."""

import gzip

import numpy as np
import pytest

from explorer.errors import DatasetError
from tests.data.conftest import idx, small_mnist
from tests.data.own.conftest import Read, given, zipped


def renamed(form: str) -> dict[str, bytes]:
    """The four files as publisher and unpackers call them."""
    files = {name: idx(array) for name, array in small_mnist().items()}
    if form == "packed":
        return {f"raw/{name}.gz": gzip.compress(content) for name, content in files.items()}
    return {name.replace("-idx", "." + "idx") if form == "dotted" else name: content for name, content in files.items()}


@pytest.mark.parametrize("form", ["plain", "packed", "dotted"])
def test_four_files_are_train_and_test_with_their_labels(read: Read, form: str) -> None:
    report = read("mine.zip", zipped(renamed(form)))
    assert (sum(report.n_train), sum(report.n_test)) == (120, 100)
    assert report.sample_shape == (28, 28)
    arrays = small_mnist()
    test = given()[1]
    expected = zip(arrays["t10k-images-idx3-ubyte"], arrays["t10k-labels-idx1-ubyte"], strict=True)
    found = zip(test.samples, test.labels, strict=True)
    assert {(image.tobytes(), int(report.class_names[label])) for image, label in found} == {
        (image.tobytes(), int(label)) for image, label in expected
    }


def test_one_file_is_samples_without_classes(read: Read) -> None:
    content = idx(np.random.default_rng(0).integers(0, 256, (50, 6, 5), np.uint8))
    report = read("faces-idx3-ubyte.gz", gzip.compress(content))
    assert report.class_names == ("all",)
    assert report.sample_shape == (6, 5)


@pytest.mark.parametrize("content", [b"", b"\0\0\x08\x03", idx(np.zeros((50, 6, 5), np.uint8))[:-9]])
def test_a_torn_file_is_one_sentence(read: Read, content: bytes) -> None:
    for name, file in (("a-idx3-ubyte", content), ("a.zip", zipped({"a-idx3-ubyte": content, "b": b""}))):
        with pytest.raises(DatasetError, match=r"^[^\n]*a-idx3-ubyte[^\n]*\.$"):
            read(name, file)
