"""The data sets of images: MNIST's family from its files, and the digits that are always there."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from explorer.data import DATASET_NAMES, Dataset, Split, find_source, list_sources, load_dataset
from explorer.errors import DatasetError
from tests.data.conftest import NAMES, idx, small_mnist


@pytest.mark.parametrize(("split", "prefix"), [("train", "train"), ("test", "t10k")])
def test_mnist_is_what_its_files_hold(raw: Path, split: Split, prefix: str) -> None:
    dataset = load_dataset("mnist", split)
    arrays = small_mnist()
    np.testing.assert_array_equal(dataset.samples, arrays[f"{prefix}-images-idx3-ubyte"])
    np.testing.assert_array_equal(dataset.labels, arrays[f"{prefix}-labels-idx1-ubyte"])
    assert dataset.labels.dtype == np.int64
    assert (dataset.name, dataset.split, dataset.sample_shape, dataset.n_classes) == ("mnist", split, (28, 28), 10)


def test_bytes_become_numbers_between_0_and_1(raw: Path) -> None:
    dataset = load_dataset("mnist")
    pixels = dataset.pixels()
    assert pixels.dtype == np.float32
    np.testing.assert_allclose(pixels, dataset.samples.reshape(120, 784) / 255)
    np.testing.assert_array_equal(dataset.pixels(np.array([5, 2])), pixels[[5, 2]])
    np.testing.assert_array_equal(dataset.pixels(slice(2, 4)), pixels[2:4])
    assert dataset.pixels(slice(0, 0)).shape == (0, 784)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named_with_where_to_put_it(raw: Path, name: str) -> None:
    next(raw.glob(f"{name}*")).unlink()
    split: Split = "train" if name.startswith("train") else "test"
    with pytest.raises(DatasetError) as failure:
        load_dataset("mnist", split)
    sentence = str(failure.value)
    assert f"put the files {name} " in sentence
    assert str(raw) in sentence
    assert "--download mnist" in sentence


@pytest.mark.parametrize("name", NAMES)
def test_a_truncated_file_is_named(raw: Path, name: str) -> None:
    path = next(raw.glob(f"{name}*"))
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(DatasetError, match=rf"{path.name} .*delete it and download it again"):
        load_dataset("mnist", "train" if name.startswith("train") else "test")


@pytest.mark.parametrize(
    ("name", "array", "reason"),
    [
        (NAMES[0], np.zeros((0, 28, 28), np.uint8), r"holds 0 samples of shape \(28, 28\)"),
        (NAMES[0], np.zeros((7, 32, 32), np.uint8), r"holds 7 samples of shape \(32, 32\), but the pages need"),
        (
            NAMES[0],
            np.zeros((99, 28, 28), np.uint8),
            r"holds 99 samples of shape \(28, 28\), but the pages need at least 100",
        ),
        (NAMES[0], np.zeros(7, np.uint8), r"holds 7 samples of shape \(\)"),
        (NAMES[1], np.full(120, 10, np.uint8), "does not hold labels from 0 to 9"),
        (NAMES[1], np.zeros((7, 1), np.uint8), "does not hold labels from 0 to 9"),
        (NAMES[1], np.zeros(6, np.uint8), r"mnist \(train\) has 120 samples but 6 labels"),
    ],
)
def test_a_foreign_file_is_named(raw: Path, name: str, array: np.ndarray, reason: str) -> None:
    next(raw.glob(f"{name}*")).unlink()
    (raw / name).write_bytes(idx(array))
    with pytest.raises(DatasetError, match=reason):
        load_dataset("mnist")


def test_the_list_knows_what_is_there_without_reading_it(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    sources = {source.name: source for source in list_sources()}
    assert tuple(sources) == DATASET_NAMES
    assert (sources["mnist"].available, sources["mnist"].how_to_get) == (True, "")
    assert not sources["kmnist"].available
    assert "KMNIST" in sources["kmnist"].how_to_get
    assert sources["digits"].available


@pytest.mark.parametrize("name", NAMES)
def test_the_list_says_what_is_wrong_with_a_torn_file(raw: Path, name: str) -> None:
    path = next(raw.glob(f"{name}*"))
    path.write_bytes(b"<html>404</html>")
    mnist = {source.name: source for source in list_sources()}["mnist"]
    assert not mnist.available
    assert mnist.how_to_get == f"{path} is no IDX file of unsigned bytes; delete it and download it again."
    assert (mnist.n_train, mnist.n_test) == (60_000, 10_000)


def test_one_that_is_asked_for_is_that_of_the_list(raw: Path) -> None:
    assert tuple(find_source(name) for name in DATASET_NAMES) == list_sources()
    assert find_source("nonesuch") is None


def test_the_list_counts_the_images_that_are_there(raw: Path) -> None:
    mnist = {source.name: source for source in list_sources()}["mnist"]
    assert (mnist.n_train, mnist.n_test) == (120, 100)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("mnist", marks=pytest.mark.mnist),
        pytest.param("fashion_mnist", marks=pytest.mark.fashion_mnist),
        pytest.param("kmnist", marks=pytest.mark.kmnist),
        "digits",
    ],
)
def test_the_list_tells_the_truth(name: str) -> None:
    source = next(source for source in list_sources() if source.name == name)
    train, test = load_dataset(name), load_dataset(name, "test")
    assert (len(train), len(test), train.sample_shape, train.n_classes) == (
        *(source.n_train, source.n_test),
        *(source.sample_shape, source.n_classes),
    )
    assert set(np.unique(train.labels)) == set(range(10))


def test_unknown_names_say_what_there_is() -> None:
    with pytest.raises(DatasetError, match="no data set 'cifar'; choose one of mnist, fashion_mnist, kmnist, digits"):
        load_dataset("cifar")
    with pytest.raises(DatasetError, match="no split 'val'; choose train or test"):
        load_dataset("digits", "val")  # type: ignore[arg-type]


def test_digits_are_scikit_learns_divided_once_and_for_all() -> None:
    train, test = load_dataset("digits"), load_dataset("digits", "test")
    both = np.concatenate([train.pixels(), test.pixels()])
    bunch = load_digits()
    oracle = np.asarray(bunch.data / 16, np.float32)
    labels = np.concatenate([train.labels, test.labels])
    own, theirs = np.column_stack([both, labels]), np.column_stack([oracle, bunch.target])
    assert sorted(map(tuple, own)) == sorted(map(tuple, theirs))
    assert (both.min(), both.max()) == (0, 1)
    shares = np.bincount(train.labels) / np.bincount(np.concatenate([train.labels, test.labels]))
    np.testing.assert_allclose(shares, 0.8, atol=0.01)
    assert (train.fingerprint, test.fingerprint) == ("fac3efd73fed1151", "8110e5c2c9d024b5")


def test_the_fingerprint_sees_every_sample_and_label() -> None:
    digits = load_dataset("digits")
    samples, labels = digits.samples.copy(), digits.labels.copy()
    samples[700, 3, 3] += 0.5
    labels[700] += 1
    changed = [
        Dataset("digits", "train", *pair, digits.class_names)
        for pair in ((digits.samples, digits.labels), (samples, digits.labels), (digits.samples, labels))
    ]
    assert changed[0].fingerprint == digits.fingerprint
    assert len({dataset.fingerprint for dataset in changed}) == 3
